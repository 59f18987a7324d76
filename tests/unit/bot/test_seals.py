"""A button's data: signed for one chat and one person, with an end, and short enough."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.duty.seals import LASTS, department_of, opened, sealed, short
from bot.reporter.speaking import LONGEST_DATA
from records.columns import new_id
from records.secrets import install, new_keyring
from words.ids import DEPARTMENTS

NOW = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    install(new_keyring())
    yield


def test_what_is_sealed_opens_for_its_owner_alone() -> None:
    data = sealed("a", new_id(NOW), "chat/person", NOW, "x")
    press = opened(data, "chat/person")
    assert press is not None and (press.verb, press.choice) == ("a", "x")
    assert press.expires.replace(second=0) == (NOW + LASTS).replace(second=0)
    assert opened(data, "chat/other") is None and opened(data, "other/person") is None


def test_no_character_of_it_can_be_changed() -> None:
    data = sealed("a", new_id(NOW), "chat/person", NOW)
    for place, character in enumerate(data):
        other = "b" if character != "b" else "c"
        assert opened(data[:place] + other + data[place + 1 :], "chat/person") is None, place


def test_another_site_signs_otherwise() -> None:
    data = sealed("a", new_id(NOW), "chat/person", NOW)
    install(new_keyring())
    assert opened(data, "chat/person") is None


@pytest.mark.parametrize("data", ["", "-", ".", "....", "a.b.c.d.e", "修改：学校", "a" * 64])
def test_anything_else_opens_nothing(data: str) -> None:
    assert opened(data, "chat/person") is None


def test_the_longest_fits() -> None:
    longest = sealed("aa", new_id(NOW), "chat/person", datetime(2090, 1, 1, tzinfo=UTC), short("police") + "ab")
    assert len(longest.encode()) <= LONGEST_DATA


def test_every_department_has_its_own_short_name() -> None:
    assert {department_of(short(department)) for department in DEPARTMENTS} == set(DEPARTMENTS)
    assert len({short(department) for department in DEPARTMENTS}) == len(DEPARTMENTS)
    assert department_of("0000") is None
