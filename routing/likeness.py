"""By what two reports may be of the same child, as values for blind indexes. Pure.

The same identity number links by itself. The same name with the birth year (one year off is allowed: people say ages) and the
same township, or the same guardian's telephone, only proposes: a person confirms.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from stdnum.cn import ric

from records.access.identity import of_reporter
from words.beijing import local

ID_CARD, NAME, GUARDIAN = "id_card", "name_birth_township", "guardian_phone"
ADULT = 18
# Basis of a link by how much it proves: the first links by itself.
SURE = frozenset((ID_CARD,))

_TOWN = re.compile(r"([\u4e00-\u9fff]*?)((?<![家老同城下返异])(?:民族乡|街道|镇(?!政府所在)|乡(?![镇村亲下])))")
_LARGER = re.compile(r"^.*(?:省|自治区|州|地区|市|县|旗|盟|区)")  # what stands before the township's own name
_FILLER = re.compile(r"^(?:这|就|是|在|住|到|从|去|来|我们?|咱们?|他们?|她们?|家|的|本)+")
_NUMBER = re.compile(r"(?<!\d)1(?:[\s-]?\d){10}(?!\d)")
# A number that is said to be of whoever looks after the child: 他爸电话…, 监护人王某（138…）, 家长手机号是….
_OF_GUARDIAN = re.compile(
    r"(?:监护人|家长|爸爸?|妈妈?|父亲?|母亲?|爷爷|奶奶|外公|外婆|姥姥|姥爷|继父|继母|养父|养母)[^。；;！!？?\n\d我咱俺]{0,12}$"
)


def kin_marks(
    facts: Mapping[str, Any], reporter: Mapping[str, Any], story: str, place_code: str, now: datetime
) -> tuple[tuple[str, str], ...]:
    """The marks of a report; the reporter's own number is in none: two reports of one teacher are not of one child."""
    found = marks(facts, place_code, now, story=story)
    if not any(kind == GUARDIAN for kind, _ in found):
        return found
    own = of_reporter(reporter, story)
    return tuple((kind, value) for kind, value in found if kind != GUARDIAN or value not in own)


def marks(facts: Mapping[str, Any], place_code: str, now: datetime, *, story: str = "") -> tuple[tuple[str, str], ...]:
    """(kind, value) of what these facts are found again by. `story`: words in which a guardian's number may stand."""
    found: list[tuple[str, str]] = []
    if number := child_number(_plain(facts.get("id_card")), local(now).date()):
        found.append((ID_CARD, number))
    name, year, town = _name(facts), birth_year(facts, local(now).date()), township(facts, place_code)
    if name and year and town:
        found.append((NAME, f"{name}|{year}|{town}"))
    phones = [_digits(_plain(facts.get("guardian_phone"))), *_guardians_in(story)]
    return (*found, *((GUARDIAN, phone) for phone in dict.fromkeys(phones) if len(phone) == 11))


def alike(kind: str, value: str) -> tuple[str, ...]:
    """The values of other reports that count as the same: of a name also one birth year before and after."""
    if kind != NAME:
        return (value,)
    name, year, town = value.split("|")
    return tuple(f"{name}|{each}|{town}" for each in (int(year), int(year) - 1, int(year) + 1))


def child_number(written: str, today: date) -> str:
    """An identity number (GB 11643) that is right and a child's; empty otherwise. An adult's says nothing of a child."""
    digits = re.sub(r"[^0-9Xx]", "", written).upper()
    if not re.fullmatch(r"\d{17}[\dX]", digits) or ric.calc_check_digit(digits) != digits[17]:
        return ""
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return ""
    return digits if born <= today and today.year - born.year <= ADULT else ""


def birth_year(facts: Mapping[str, Any], today: date) -> int | None:
    """From the identity number, a birth year that was recorded, or the age."""
    if number := child_number(_plain(facts.get("id_card")), today):
        return int(number[6:10])
    if (written := _plain(facts.get("birth_year"))).isdecimal() and len(written) == 4:
        return int(written)
    age = _plain(facts.get("child_age"))
    return today.year - int(float(age)) if re.fullmatch(r"\d{1,2}(?:\.\d+)?", age) else None


def township(facts: Mapping[str, Any], place_code: str) -> str:
    """The township: its code where the place is known so finely, else its name within the county; empty when nobody said."""
    if len(place_code.rstrip("0")) > 6:
        return place_code[:9]
    for name in ("township", "place", "school", "where_now"):
        for found in _TOWN.finditer(_plain(facts.get(name))):
            town = _FILLER.sub("", _LARGER.sub("", found.group(1)))
            if 1 < len(town) < 7 and len(place_code) >= 6:
                return f"{place_code[:6]}{town}{found.group(2)}"
    return ""


def _name(facts: Mapping[str, Any]) -> str:
    name = re.sub(r"\s", "", _plain(facts.get("child_name")))
    return name if re.fullmatch(r"[\u4e00-\u9fff·]{2,12}", name) and not name.startswith("小") else ""


def _guardians_in(story: str) -> list[str]:
    return [
        _digits(number.group())
        for number in _NUMBER.finditer(story)
        if _OF_GUARDIAN.search(story[max(0, number.start() - 24) : number.start()])
    ]


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _plain(fact: Any) -> str:
    value = fact.get("value") if isinstance(fact, Mapping) else fact
    return "" if value is None else str(value)
