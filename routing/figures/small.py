"""Small numbers that leave a desk: 1 to 4 are 「<5」, so that nobody is recognised by being one of two. Pure.

Nothing may be found out by subtraction either: where a list shows its total and one number alone is hidden, a second one is
hidden too, as 「*」.
"""

from collections.abc import Sequence

LEAST = 5
FEW, HIDDEN = "<5", "*"


def small(number: int) -> str:
    """A number by itself."""
    return FEW if 0 < number < LEAST else str(number)


def share(good: int, of: int, value: float | None) -> str:
    """A rate in per cent. It is hidden (「*」) where the number it is of, or those in or out of it, are few: from the share and
    the whole they could be reckoned. 「—」 where nothing is decided."""
    if value is None:
        return "—"
    return HIDDEN if any(0 < each < LEAST for each in (good, of - good, of)) else f"{value:.1f}%"


def part_of(total: int, part: int) -> str:
    """A number that stands beside the whole that it is a part of: hidden too where the rest would be few."""
    return HIDDEN if 0 < total - part < LEAST <= part else small(part)


def column(numbers: Sequence[int]) -> list[str]:
    """Numbers that are shown under each other with their total."""
    found = [small(number) for number in numbers]
    few = [place for place, said in enumerate(found) if said == FEW]
    if len(few) == 1:
        others = [place for place in range(len(numbers)) if place not in few and numbers[place]]
        if others:
            found[min(others, key=lambda place: (numbers[place], place))] = HIDDEN
    return found
