"""kill -9 between claim and send, and between send and mark: every letter arrives at least once, none is forgotten."""

from tests.edges.messenger import TOKENS
from tests.support.house import House
from tests.together.killing import FAULT
from tests.together.severing import sever

KILLS = 2


def test_no_letter_is_lost_by_kills_and_no_token_is_said(house: House) -> None:
    severed = sever(house, KILLS)
    assert severed.cases == KILLS and severed.sends >= KILLS + KILLS // 2, "what went before a kill went once more"
    said = "".join(house.said)
    assert not [token for token in TOKENS.values() if token in said or token.partition(":")[2] in said]
    assert not FAULT.search(said)
