"""The whole open corpus over real HTTP, quietly and with 25 kills. Writes docs/proof/intake.md."""

import pytest

from tests.proof.figures import write_down
from tests.support.house import House
from tests.together.filing import corpus
from tests.together.killing import file_while_killed, nothing_was_lost

pytestmark = pytest.mark.proof

HEADING = """
# Intake: nothing that was answered is lost

Written by `make proof`. Every text of the open corpus is filed through the web chat over real HTTP, four reporters at a time:
each says the text, answers 不知道 or 跳过 to what is asked, and presses 提交. Meanwhile the server is ended by `kill -9` at
random moments and started again; a message without an answer is sent again under the same id, as the chat page does.
Afterwards every receipt that was shown must be one case with a lead desk, running clocks and letters, its code must open it
in another browser, every task must be done and every letter carried once, the audit numbers must have no gap, and SQLite's
integrity check must be clean. Seconds count from the first message to the last receipt, restarts included.
"""


@pytest.mark.parametrize("kills", [0, 25])
def test_the_whole_corpus_is_filed(any_house: House, kills: int) -> None:
    texts = corpus()
    ordeal = file_while_killed(any_house, texts, kills)
    nothing_was_lost(any_house, ordeal)
    database = "SQLite" if any_house.database is None else "PostgreSQL"
    figures = {
        "Reports": len(texts),
        "Kills": ordeal.kills,
        "Seconds": round(ordeal.seconds),
        "Messages": ordeal.sent,
        "Sent again": ordeal.repeated,
        "Lost": len(texts) - len(ordeal.filed),
        "Doubled": len(ordeal.filed) - len({each.reference for each in ordeal.filed}),
    }
    write_down("intake.md", HEADING, f"{database}, {'killed' if kills else 'quiet'}", figures)
