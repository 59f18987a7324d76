"""Whatever people press, in whatever order: a sentence comes back, and nobody is left without somebody responsible."""

import random
from collections.abc import Iterable
from typing import Any

import pytest

from records.tables import Account, Assignment, Case, ClockRow, Telling
from routing import acts, reporter
from routing.lifecycle import PART, outlives
from routing.refusal import Refused
from routing.seen import Seen
from tests.flows.filing import filed
from tests.flows.town import Town

REPORTS = (("critical", "sexual_abuse"), ("urgent", "bullying"), ("normal", "welfare_relief"))
DEPARTMENTS = ("police", "education", "civil_affairs", "health", "womens_federation", "justice")
RESPONSIBLE = frozenset(("notified", "acknowledged", "accepted", "dispatched", "done", "handed_over", "undecided"))


class Hand:
    """Presses something, chosen by a seeded die."""

    def __init__(self, town: Town, case: Case, seed: int) -> None:
        self.town, self.case, self.die = town, case, random.Random(seed)
        self.protocols = {"protocols": town.house.protocols}

    async def person(self) -> Account:
        if self.die.random() < 0.07:
            return await self.town.staff("supervisor")
        parts = [part for part in await self.town.rows(Assignment, case_id=self.case.id) if part.part != "copy"]
        parts.sort(key=lambda part: (part.round, part.department))  # ids differ from run to run, the die must not
        leads = [part for part in parts if part.part == "lead" and part.status not in ("returned", "moved")]
        department = self.die.choice([*DEPARTMENTS, *[part.department for part in (parts + leads * 8)]])
        return await self.town.person(department, self.die.choice(("desk", "desk", "L0")))

    async def press(self) -> str:
        """Some act of somebody; its name, or "refused"."""
        town, die, now = self.town, self.die, self.town.now
        seen = Seen("王警官", now, "学校", True, False, True, "外婆")
        other, person = die.choice(DEPARTMENTS), await self.person()
        outcome = "filed" if person.desk_id and person.desk_id.endswith("police") else "answered"
        home = {**self.protocols, "home": town.house.home}
        choices: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
            "acknowledge": ((), {}),
            "accept": ((), {}),
            "police_dispatched": (("",), {}),
            "allow_visit": ((), self.protocols),
            "progress": (("王警官", now, "到校", die.choice((None, seen))), self.protocols),
            "ask_reporter": (("她几点放学？",), self.protocols),
            "ask_extension": ((die.choice((1, 3)), "等鉴定"), self.protocols),
            "ask_pause": ((die.choice(("court", "legal_aid")), "等裁定"), self.protocols),
            "end_pause": (("已裁定",), self.protocols),
            "hand_over": ((other, "理由"), self.protocols),
            "return_case": ((other, "理由"), self.protocols),
            "reassign": ((other, "理由"), self.protocols),
            "call_in": ((other, "请走访"), self.protocols),
            "record_decision": ((die.choice(("received", "filed")), "文号2", now, ""), self.protocols),
            "start_guardianship": (("custody_relatives", "外婆", "外婆家", now, ""), {}),
            "confer": ((now, ["police", "civil_affairs"], "王警官、莫助理", "分头去办。"), {}),
            "record_result": (([outcome], "文号1", "已办理。", "已依法办理。", seen), self.protocols),
            "tell_reporter": (("已经处理。", die.random() < 0.3), self.protocols),
            "record_tried": (("reporter", "code", now, "没有来看"), {}),
            "call_back": ((True, seen, die.choice(("yes", "no", "unreached")), "回访过了"), home),
            "close": ((), self.protocols),
            "take_back": ((), {}),
        }
        name = "reassign" if person.role == "supervisor" else die.choice(list(choices))
        if person.role != "supervisor" and die.random() < 0.7 and (fitting := await self.fitting(person, choices)):
            name = die.choice(fitting)
        given, named = choices[name]
        try:
            await town.act(getattr(acts, name), person, self.case.reference, *given, **named)
        except Refused as refused:
            assert str(refused.line)
            return "refused"
        return name

    async def fitting(self, person: Account, choices: Iterable[str]) -> list[str]:
        """What the state of this person's part lets them press; people mostly press what stands on their page."""
        case = await self.town.case(id=self.case.id)
        parts = await self.town.rows(Assignment, case_id=case.id, desk_id=person.desk_id, round=case.round)
        acts_now = {act for part in parts for act in PART[part.status].acts}
        closing = ["close", "record_tried"] if "tell_reporter" in acts_now else []
        return [name for name in choices if name.removesuffix("_case") in acts_now] + closing

    async def reporter_does(self) -> None:
        town, case_id, now = self.town, self.case.id, self.town.now
        tellings = await town.rows(Telling, case_id=case_id)
        doing = self.die.choice(("added", "withdrawal", "answered", "fetched", "confirmed", "disputed"))
        store, rules, home = town.house.store, town.house.protocols, town.house.home
        if doing == "fetched" and tellings:
            telling = self.die.choice(tellings)
            await store.carry_out(lambda session: reporter.fetched(session, case_id, telling.id, now))
        elif doing == "answered":
            await store.carry_out(lambda session: reporter.answered(session, case_id, "四点半", rules.calendar, now))
        elif doing == "disputed":
            await store.carry_out(lambda session: reporter.disputed(session, case_id, "没有", rules, home, now))
        elif doing == "confirmed":
            await store.carry_out(lambda session: reporter.confirmed(session, case_id, now))
        else:
            await store.carry_out(lambda session: reporter.added(session, case_id, doing, "又说了一句", now))


async def holds(town: Town, case_id: str) -> None:
    """What must be true after any act."""
    case = await town.case(id=case_id)
    parts = [part for part in await town.rows(Assignment, case_id=case_id) if part.round == case.round]
    running = [row for row in await town.rows(ClockRow, case_id=case_id) if row.status in ("running", "paused")]
    if case.status == "closed":
        assert all(map(outlives, (row.kind for row in running))), "only what looks back runs on a closed case"
        return
    leads = [part for part in parts if part.part == "lead" and part.status in RESPONSIBLE]
    assert leads, "an open case always has a desk"
    assert running, "an open case always has a clock"
    desks = {part.desk_id for part in parts if part.status in ("returned", "moved", "void", "held", "copied")}
    due = [row.kind for row in running if row.desk_id in desks and row.kind != "decide" and not outlives(row.kind)]
    assert not due, "nothing is due at a desk that has let go"
    assert all(row.round == case.round for row in running)
    view = (await town.receipt(case)).view
    assert view["desk"] and view["status"] in ("received", "acknowledged", "accepted", "waiting", "result", "told")


async def walk(town: Town, urgency: str, category: str, seed: int, steps: int) -> None:
    case = await filed(town, urgency, category)
    hand = Hand(town, case, seed)
    done: list[str] = []
    for _ in range(steps):
        if hand.die.random() < 0.15:
            await hand.reporter_does()
        else:
            done.append(await hand.press())
        if hand.die.random() < 0.3:
            await town.later(minutes=hand.die.choice((1, 5, 60)))
        await holds(town, case.id)
    assert len(set(done)) > 3, f"the die pressed too little: {done}"


@pytest.mark.parametrize(("urgency", "category"), REPORTS)
async def test_in_any_order(town: Town, urgency: str, category: str) -> None:
    await walk(town, urgency, category, seed=4, steps=24)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize(("urgency", "category"), REPORTS)
async def test_in_any_order_for_long(town: Town, urgency: str, category: str, seed: int) -> None:
    await walk(town, urgency, category, seed, steps=80)
