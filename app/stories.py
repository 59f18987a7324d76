"""What happened in the demonstration county before the visitor came: `data/demo/cases.toml`, played through the real
conversation and the real acts on a clock moved by hand. No row is written in any other way."""

import inspect
import logging
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import HandClock
from app.demo import SHIPPED_COUNTY
from app.house import House
from app.settings import Settings
from intake.dialogue import render
from intake.hear import find
from intake.said import Attachment, Said
from records.batch import Batch
from records.tables import Account, Assignment, Case
from routing import acts
from routing.directory import on_duty
from routing.lifecycle import PART
from routing.refusal import Refused
from routing.seen import Seen

log = logging.getLogger("hutong.demo")

CHANNEL = "web"
PHOTO = "（照片）"
_CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")


@dataclass(frozen=True)
class Step:
    """One thing that somebody says or does. `told`: what the file says of it."""

    at: datetime
    story: int
    number: int
    told: Mapping[str, Any]


async def play(settings: Settings, now: datetime) -> Sequence[str]:
    """Play everything, in the order of time, ending at `now`. Answers what was refused on the way: nothing, as long as
    triage, protocols and acts agree with the stories."""
    steps = sorted(_steps(now), key=lambda step: (step.at, step.story, step.number))
    clock, refused, codes = HandClock(steps[0].at), list[str](), dict[int, str]()
    async with House.at(settings, clock) as house:
        for step in steps:
            await house.later(max(step.at - clock.now(), timedelta()))
            try:
                if "says" in step.told:
                    replies = await house.hear(_said(step, codes.get(step.story, "")))
                    if code := _CODE.search(" ".join(map(render, replies))):
                        codes[step.story] = code.group()
                else:
                    await _act(house, step)
            except Refused as refusal:
                refused.append(f"{step.story}.{step.number} {step.told.get('do')}: {refusal.line}")
        await house.later(max(now - clock.now(), timedelta()))
    for each in refused:
        log.warning("the demonstration's story %s", each)
    return refused


def _said(step: Step, code: str) -> Said:
    text, key = step.told["says"], f"story-{step.story}"
    if text != PHOTO:
        return Said(CHANNEL, key, text.format(code=code), f"{step.number}")
    photo = Attachment("IMG_0312.png", "image/png", (SHIPPED_COUNTY / "photo.png").read_bytes(), "photo")
    return Said(CHANNEL, key, "", f"{step.number}", (photo,))


def _steps(now: datetime) -> Iterator[Step]:
    cases = tomllib.loads((SHIPPED_COUNTY / "cases.toml").read_text(encoding="utf-8"))["case"]
    for story, case in enumerate(cases):
        began = now - timedelta(minutes=case["ago"])
        for number, text in enumerate(case["says"]):
            yield Step(began + timedelta(seconds=20 * number), story, number, {"says": text})
        for number, told in enumerate(case.get("steps", ()), start=len(case["says"])):
            yield Step(began + timedelta(minutes=told["at"]), story, number, told)


async def _act(house: House, step: Step) -> None:
    told = step.told
    async with house.store.read() as session:
        conversation = await find(session, CHANNEL, f"story-{step.story}")
        case = await session.get(Case, conversation.case_id) if conversation else None
        if case is None:
            log.warning("the demonstration's story %d opened no case", step.story)
            return
        people = await _people(session, house, case, told)
    verb = getattr(acts, told["do"])
    for person in people:

        async def decide(session: AsyncSession, person: Account = person) -> tuple[Batch, object]:
            values = _arguments(verb, told, house)
            return await verb(session, person=person, reference=case.reference, **values)  # type: ignore[no-any-return]  # by name

        await house.store.carry_out(decide)


def _arguments(verb: Any, told: Mapping[str, Any], house: House) -> dict[str, Any]:
    """What the verb takes, from the story; times are now, what the story leaves out is empty."""
    now = house.now()
    seen = Seen(**{**told["seen"], "at": now - timedelta(minutes=5)}) if "seen" in told else None
    common: dict[str, Any] = {
        "now": now,
        "at": now - timedelta(minutes=5),
        "since": now - timedelta(minutes=5),
        "reason": "",
        "protocols": house.protocols,
        "home": house.home,
        "seen": seen or (Seen() if verb is acts.record_result else None),
        "document_number": "",
        "tellable": "",
    }
    wanted = inspect.signature(verb).parameters
    given = {name: told[name] for name in wanted if name in told and name not in ("at", "seen")}
    left = [name for name, each in wanted.items() if name not in given and each.default is each.empty]
    return given | {name: common[name] for name in left if name not in ("session", "person", "reference")}


async def _people(session: AsyncSession, house: House, case: Case, told: Mapping[str, Any]) -> list[Account]:
    """Who is on duty at the desk that leads, or at each that handles the case with it and may do this now."""
    parts = (
        await session.exec(
            select(Assignment)
            .where(Assignment.case_id == case.id, Assignment.round == case.round, col(Assignment.held).is_(False))
            .order_by(col(Assignment.rank), col(Assignment.id))
        )
    ).all()
    if told["by"] == "lead":
        chosen = [part for part in parts if part.part == "lead"][:1]
    else:
        which = "lead" if told["by"] == "leads" else "with"
        chosen = [part for part in parts if part.part == which and told["do"] in PART[part.status].acts]
    found = [await on_duty(session, part.desk_id, "desk", house.now()) for part in chosen]
    return [people[0] for people in found if people]
