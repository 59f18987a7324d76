"""Every route × everybody, with things that are there: what is not yours answers exactly as what is not there, in your own
place and in another one. Generated from the application's routes; a route with a parameter that nobody wrote down here fails.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from app import settings as app_settings
from app.clock import HandClock
from app.house import House
from intake.said import Attachment
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Desk, Letter, Place, Scan, TicketImport
from tests.edges.test_web_guard import routes
from tests.edges.visitor import Street, Visitor
from tests.flows.town import THURSDAY, Town
from tests.support.house import environment, move_in
from web.acts import ACTS
from web.guard import ANYONE, KEY, RULES
from web.site import build

DANGER = "我班上8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，孩子现在在罗岭县青禾镇卫生院，和我在一起"
# What stands in an address, and who of the people below finds something there when it names a thing of this place.
ABSENT = {
    "reference": "HT000000-AAAAA",
    "task": "0",
    "attachment": "0",
    "scan_id": "0",
    "desk": "0",
    "account": "0",
    "letter": "0",
    "form": "no-form",
    "import_id": "0",
}
CHOICES = {"act": ("acknowledge", "save", "disable"), "form": ("transfer",)}  # values that are no things of anybody
# They end the visit, never end, move time, or make a new secret each time for whoever asks.
NEVER = {"POST /console/logout", "GET /console/events", "POST /console/advance", "POST /console/me/second"}
OTHERS = ("邻县民警", "邻县值班", "邻县督办", "邻县管理")
HERE = ("gongan", "zhiban", "jiaoyu", "duban", "guanli", "huawu")
ROLE = dict.fromkeys(("gongan", "zhiban", "jiaoyu", "邻县民警", "邻县值班"), "officer")
ROLE |= dict.fromkeys(("duban", "邻县督办"), "supervisor") | dict.fromkeys(("guanli", "邻县管理"), "admin")
ROLE["huawu"] = "operator"
THEIRS: Mapping[str, set[str]] = {
    "reference": {"gongan", "duban", "zhiban"},  # who leads, who supervises, and the 24-hour desk (a notice)
    "attachment": {"gongan", "duban", "zhiban"},  # the 24-hour desk as long as it is asked to listen to it
    "scan_id": {"gongan", "duban", "zhiban"},
    "form": {"gongan", "duban"},
    "task": {"zhiban"},
    "desk": {"duban", "guanli"},
    "account": {"guanli"},
    "letter": {"duban"},
    "import_id": {"duban", "huawu"},
}


@dataclass
class World:
    town: Town
    street: Street
    things: Mapping[str, str]
    people: Mapping[str, Visitor]


@pytest.fixture
async def world(settled_county: Path, tmp_path: Path) -> AsyncIterator[World]:
    """One town on SQLite: who may see what is decided before a database is asked."""
    env = environment(move_in(settled_county, tmp_path / "data"))
    async with House.at(app_settings.read(env), HandClock(THURSDAY)) as house:
        town = Town(house)
        street = Street(build(house.edge()), town)
        await town.says(DANGER)
        await town.says("", files=[Attachment("voice.ogg", "audio/ogg", b"sound", "voice")])
        await town.later(minutes=1)
        await _next_county(town)
        things = await _things(town)
        people = {login: await street.staff(login) for login in (*HERE, *OTHERS)}
        yield World(town, street, things, people)
        await street.close()


async def _next_county(town: Town) -> None:
    """邻县 with its own desks and people, who have the same password."""
    (known,) = await town.rows(Account, login="gongan")
    batch, now = Batch(), town.now
    batch.add(Place(code="458822", name="邻县", parent="458800"))
    for department, login in (("police", "邻县民警"), ("duty_desk", "邻县值班"), ("", "邻县督办"), ("", "邻县管理")):
        if department:
            batch.add(
                Desk(id=f"458822-{department}", place_code="458822", department=department, name="邻县", kind="24h")
            )
        batch.add(
            Account(
                id=new_id(now), login=login, name=login, role=ROLE[login], place_code="458822", created_at=now, demo=True,
                desk_id=f"458822-{department}" if department else None, password_hash=known.password_hash,
            )
        )  # fmt: skip
    await town.house.store.write(batch)


async def _things(town: Town) -> dict[str, str]:
    """One of each thing that an address may name, all of the case in this county."""
    case = await town.case()
    (file, *_) = await town.rows(_table("attachments"))
    task = next(task for task in await town.duty_tasks("gist"))
    desk = await town.desk("police")
    (account,) = await town.rows(Account, login="gongan")
    letter = (await town.rows(Letter, case_id=case.id))[0]
    batch, scan = Batch(), new_id(town.now)
    batch.add(
        Scan(
            id=scan, case_id=case.id, desk_id=desk.id, form="transfer", number="1", by=account.id, at=town.now,
            media_type="application/pdf", size=3, sha256="0" * 64,
        )
    )  # fmt: skip
    batch.change(letter, status="failed")
    (operator,) = await town.rows(Account, login="huawu")
    batch.add(
        TicketImport(
            id=new_id(town.now), digest="0", name="tickets.csv", platform="import", sender=f"account:{operator.id}",
            place_code="458821", total=0, created_at=town.now, updated_at=town.now,
        )
    )  # fmt: skip
    await town.house.store.write(batch)
    (found,) = await town.rows(TicketImport)
    return {
        "reference": case.reference, "attachment": file.id, "task": task.id, "desk": desk.id, "account": account.id,
        "letter": letter.id, "scan_id": scan, "form": "transfer", "import_id": found.id,
    }  # fmt: skip


def _table(name: str) -> type[Any]:
    return next(
        mapper.class_
        for mapper in SQLModel._sa_registry.mappers
        if mapper.local_table.name == name  # type: ignore[attr-defined]
    )


def parameters(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


async def answered(visitor: Visitor, csrf: str, method: str, path: str, named: Mapping[str, str]) -> tuple[int, str]:
    """The answer to a request that names these things in its address, its query and its form, without what names them."""
    said = {**named, "case": named["reference"], "csrf": csrf, "reason": "检察公函〔2026〕1号", "key": new_id(THURSDAY)}
    said["act"] = named.get("act", "")
    address = path.format(**named)
    if method == "GET":
        answer = await visitor.http.get(address, params={"case": named["reference"], "reference": named["reference"]})
    else:
        answer = await visitor.http.post(address, data=said, follow_redirects=False)
    text = re.sub(r'name="key" value="\w*"', "", answer.text)
    for value in sorted(named.values(), key=len, reverse=True):
        text = text.replace(value, "") if len(value) > 1 else text
    return answer.status_code, re.sub(r'(value|href|action)="[^"]*"', "", text)


def ways(site: Any) -> list[tuple[str, str]]:
    return [
        (method, path)
        for method, path in routes(site)
        if RULES.get(f"{method} {path}") not in (ANYONE, KEY) and f"{method} {path}" not in NEVER
    ]


async def everything(town: Town) -> str:
    """All that is written but who looked, who signed in and which forms were sent."""
    left = {"audit", "audit_lines", "audit_heads", "sessions", "inbox", "accounts", "settings"}
    found = []
    for mapper in sorted(SQLModel._sa_registry.mappers, key=lambda each: each.local_table.name):  # type: ignore[attr-defined]
        if mapper.local_table.name not in left:
            rows = await town.rows(mapper.class_)
            found.append(f"{mapper.local_table.name} {sorted(str(row.model_dump()) for row in rows)}")
    return "\n".join(found)


async def test_every_route_for_everybody_here_and_next_door(world: World) -> None:
    """One town for the three stories: making it takes longer than telling them."""
    await not_yours_answers_as_not_there(world)
    await yours_is_there(world)
    await no_list_of_another_place_shows_this_one(world)


async def not_yours_answers_as_not_there(world: World) -> None:
    known, before = {*ABSENT, *CHOICES, "platform", "bot"}, await everything(world.town)
    for login, visitor in world.people.items():
        await visitor.opens("/console/me")
        csrf = visitor.csrf
        for method, path in ways(world.street.site):
            named = parameters(path)
            assert set(named) <= known, f"{method} {path}: say here whose {named} are"
            things = [each for each in named if each in ABSENT]
            allowed = ROLE[login] in RULES[f"{method} {path}"]
            if allowed and all(login in THEIRS[each] for each in things) and (things or login in HERE):
                continue  # theirs: the next story
            acts = CHOICES.get("act", ()) if "act" in named else ("",)
            if path == "/console/case/{reference}/{act}" and login in ("邻县民警", "邻县督办"):
                acts = tuple(ACTS)
            for act in acts:
                real = await answered(visitor, csrf, method, path, {**world.things, "act": act})
                absent = await answered(visitor, csrf, method, path, {**ABSENT, "act": act})
                assert real == absent, f"{login}: {method} {path} {act} tells that it is there"
                if not allowed or (things and method == "GET"):
                    assert real[0] == 404, f"{login}: {method} {path} {act} → {real[0]}"
    assert await everything(world.town) == before


async def yours_is_there(world: World) -> None:
    for login in HERE:
        visitor = world.people[login]
        for method, path in ways(world.street.site):
            things = [each for each in parameters(path) if each in ABSENT]
            if method != "GET" or not things or ROLE[login] not in RULES[f"{method} {path}"]:
                continue
            if all(login in THEIRS[each] for each in things):
                address = path.format(**world.things)
                answer = await visitor.opens(address, params={"case": world.things["reference"]})
                ticket = path.endswith("/ticket")  # the task of this story is about a voice, not about a ticket
                assert answer.status_code == (404 if ticket else 200), f"{login}: {address} → {answer.status_code}"


async def no_list_of_another_place_shows_this_one(world: World) -> None:
    case = await world.town.case()
    (desk,) = await world.town.rows(Desk, id=world.things["desk"])
    for login in OTHERS:
        visitor = world.people[login]
        for method, path in ways(world.street.site):
            if method == "GET" and not parameters(path) and ROLE[login] in RULES[f"{method} {path}"]:
                await visitor.opens(path)
                for told in (case.reference, desk.name, "何永福", "青禾镇"):
                    assert told not in visitor.page, f"{login} reads {told} at {path}"
