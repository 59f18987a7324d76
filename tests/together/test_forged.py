"""The interface of the hotline against a fuzzer, a little of it; `make proof` does a thousand and more."""

from tests.support.house import House
from tests.together.forging import NASTY, interface_holds, key_of, no_body_is_lost


def test_the_interface_is_as_documented_and_no_odd_body_is_lost(house: House) -> None:
    headers = key_of(house)
    house.start()
    assert interface_holds(house, headers, examples=8) >= 24
    taken, refused = no_body_is_lost(house, headers, examples=60)
    assert taken + refused >= 60 and taken > 20 and refused >= 6 and len(NASTY) > 20
