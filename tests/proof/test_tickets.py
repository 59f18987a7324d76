"""The hotline's interface against a fuzzer and a thousand odd bodies, over real HTTP. Writes docs/proof/tickets.md."""

import pytest

from tests.proof.figures import write_down
from tests.support.house import House
from tests.together.forging import interface_holds, key_of, no_body_is_lost

pytestmark = pytest.mark.proof

HEADING = """
# Tickets: whatever a platform sends is kept

Written by `make proof`. First schemathesis sends requests made from `/api/v1/openapi.json`, as many that fit the document as
that break it, for every operation, and runs all its checks on the answers. Then bodies of any JSON under the names of our
fields, and a list of nasty ones (deep, huge, half characters, other encodings, doubled names, scripts, paths, formulas), are
sent: none may be answered with a 5xx, what is refused must say what to do, and every body that was taken must lie in the
database byte for byte.
"""


def test_no_request_breaks_the_interface_and_no_body_is_lost(any_house: House) -> None:
    headers = key_of(any_house)
    any_house.start()
    requests = interface_holds(any_house, headers, examples=200)
    taken, refused = no_body_is_lost(any_house, headers, examples=1_200)
    assert taken + refused > 1_000
    assert not [line for line in any_house.said if " ERROR " in line or "Traceback" in line]
    database = "SQLite" if any_house.database is None else "PostgreSQL"
    figures = {
        "Requests by schemathesis": requests, "Checks failed": 0, "Odd bodies": taken + refused, "Taken and kept": taken,
        "Refused with the reason": refused, "Answered 5xx": 0, "Lost": 0,
    }  # fmt: skip
    write_down("tickets.md", HEADING, database, figures)
