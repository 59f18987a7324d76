"""The demonstration: an invented county with desks, people, shifts and logins (`data/demo/county.toml`)."""

import asyncio
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app import site
from app.clock import FileClock
from app.settings import SHIPPED, Settings
from records import schema
from records.batch import Batch
from records.columns import new_id
from records.passwords import CHEAP, hash_password
from records.store import Store, open_store
from records.tables import Account, Desk, Duty, Setting
from web.edge import DemoLogin

SHIPPED_COUNTY = SHIPPED / "demo"


def county() -> Mapping[str, Any]:
    return tomllib.loads((SHIPPED_COUNTY / "county.toml").read_text(encoding="utf-8"))


def logins() -> list[DemoLogin]:
    """The public accounts, as the terminal and the login page show them."""
    facts = county()
    return [DemoLogin(each["login"], facts["password"], each["what"]) for each in facts["logins"]]


async def settle(store: Store, settings: Settings) -> bool:
    """Make the county where there is none. True when it is new."""
    async with store.read() as session:
        if await session.get(Setting, site.DEMONSTRATION):
            return False
    facts, now = county(), FileClock(settings.data / "clock").now()
    batch = Batch()
    batch.add(Setting(key=site.DEMONSTRATION, value={"county": facts["home"]}, updated_at=now))
    _people(batch, facts, now)
    places = [(place["code"], place["name"], place.get("text_police")) for place in facts["places"]]
    site.lay_places(batch, places)
    site.renew_keywords(batch, None, now)
    batch.add(Setting(key=site.SITE, value={"home": facts["home"]}, updated_at=now))
    await store.write(batch)
    return True


def _people(batch: Batch, facts: Mapping[str, Any], now: datetime) -> None:
    """Desks with somebody different at every rung, and the accounts that may log in."""
    names = iter(facts["names"].split())
    numbers = (f"1540000{number}" for number in range(1001, 9999))
    first: dict[str, Account] = {}  # who sits at each of the county's desks by day
    for place_code, desks in facts["desks"].items():
        for department, made in desks.items():
            desk = Desk(
                id=f"{place_code}-{department}",
                place_code=place_code,
                department=department,
                name=made["name"],
                kind=made["kind"],
                phone=next(numbers),
            )
            batch.add(desk)
            shifts = [*facts["shifts"][made["kind"]]]
            shifts += [
                each for upper in facts["upper"] if upper["department"] == department for each in upper["shifts"]
            ]
            for account in _staff(batch, desk, shifts, names, numbers, now):
                first.setdefault(desk.id, account)
    hashed = hash_password(facts["password"], CHEAP)
    for each in facts["logins"]:
        if "department" in each:
            account = first[f"{facts['home']}-{each['department']}"]
        else:
            account = _person(next(names), each["role"], facts["home"], next(numbers), now)
            batch.add(account)
        account.login, account.password_hash = each["login"], hashed


def _staff(
    batch: Batch,
    desk: Desk,
    shifts: list[Mapping[str, Any]],
    names: Iterator[str],
    numbers: Iterator[str],
    now: datetime,
) -> Iterator[Account]:
    for shift in shifts:
        account = _person(next(names), "officer", desk.place_code, next(numbers), now, desk.id)
        duty = Duty(
            id=new_id(now),
            desk_id=desk.id,
            account_id=account.id,
            rung=shift["rung"],
            start=shift.get("from", 0) * 60,
            end=shift.get("to", 0) * 60,
        )
        batch.add(account, duty)
        yield account


def _person(name: str, role: str, place: str, phone: str, now: datetime, desk_id: str | None = None) -> Account:
    """Nobody can log in as them until they are given a password; they can be called."""
    return Account(
        id=new_id(now),
        login=f"demo-{phone[-4:]}",
        name=name,
        role=role,
        place_code=place,
        desk_id=desk_id,
        phone=phone,
        demo=True,
        created_at=now,
    )


def forget(settings: Settings) -> None:
    """Throw the demonstration away: its database and its clock. The keys stay. Raises Problem on real data."""
    if site.has_data(settings):
        site.open_keys(settings)
        asyncio.run(_check(settings))
        schema.wipe(settings.database)
    (settings.data / "clock").unlink(missing_ok=True)


async def _check(settings: Settings) -> None:
    store = open_store(settings.database)
    try:
        await site.check_mode(store, settings)
    finally:
        await store.close()
