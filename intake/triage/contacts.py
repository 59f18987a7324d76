"""Telephone and identity numbers. A number that only looks like one is left alone."""

import re
from datetime import date

from stdnum.cn import ric

from intake.triage.gate import gated

# Mobile numbers have 11 digits and begin with 1; area codes have 3 or 4 with the 0. No table of prefixes: new ones appear.
MOBILE = gated(r"(?<![\da-z])(?:\+?86[-·.]?)?(1[3-9]\d[-·.]?\d{4}[-·.]?\d{4})(?!\d)")
LANDLINE = gated(r"(?<![\da-z])[（(]?(0(?:10|2\d|[3-9]\d{2}))[)）]?[-—·.]?([2-8]\d{6,7})(?!\d)")
SPOKEN = re.compile(r"[零〇○洞一幺二两三四五六七拐八九]{11}(?![零〇○洞一幺二两三四五六七拐八九])")
HEARD = str.maketrans("零〇○洞一幺二两三四五六七拐八九", "0000112234567789")
IDENTITY = re.compile(r"(?<![\da-z])(\d{6})[-·]?(\d{8})[-·]?(\d{3}[\dx])(?![\da-z])")
OTHER_NUMBER = re.compile(r"(?:运单|快递|单|流水|编|订单|工单|案|车架|银行卡|卡|账|票)号?(?:码)?(?:为|是|：|:)?$")


def phones(text: str) -> list[tuple[str, int, int]]:
    """Digits, start, end of every telephone number, in order of place."""
    found = [(re.sub(r"\D", "", match[1]), *match.span(1)) for match in MOBILE.finditer(text)]
    for match in LANDLINE.finditer(text):
        if not any(start < match.end() and match.start() < end for _, start, end in found):
            found.append((match[1] + match[2], *match.span()))
    for match in SPOKEN.finditer(text):
        digits = match[0].translate(HEARD)
        if digits.startswith("1") and digits[1] in "3456789":
            found.append((digits, *match.span()))
    return sorted(found, key=lambda number: number[1])


def id_cards(text: str) -> list[tuple[str, int, int]]:
    """Resident identity numbers (GB 11643): check character right and a possible birth date; no table of counties."""
    found: list[tuple[str, int, int]] = []
    for match in IDENTITY.finditer(text):
        digits = (match[1] + match[2] + match[3]).upper()
        if OTHER_NUMBER.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        if born(digits) and ric.calc_check_digit(digits) == digits[17]:
            found.append((digits, *match.span()))
    return found


def born(digits: str) -> date | None:
    """The birth date in an identity number, None when there is no such day."""
    try:
        day = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2099 else None
