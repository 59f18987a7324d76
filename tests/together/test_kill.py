"""kill -9 at random moments loses no report that was answered, on both databases."""

from tests.support.house import House
from tests.together.filing import corpus
from tests.together.killing import file_while_killed, nothing_was_lost

REPORTS, KILLS = 20, 3


def test_no_answered_report_is_lost_or_doubled_by_kills(any_house: House) -> None:
    texts = corpus()[:: len(corpus()) // REPORTS][:REPORTS]
    ordeal = file_while_killed(any_house, texts, KILLS)
    assert len(ordeal.filed) == REPORTS
    nothing_was_lost(any_house, ordeal)
