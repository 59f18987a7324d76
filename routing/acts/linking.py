"""Cases of the same child: a proposed link confirmed or refused by a person, a link that a person knows of, and what the desks
learn of who the child is."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.standing import standing
from records.batch import Batch
from records.columns import new_id
from records.tables import Account, Case, CaseLink
from routing.acts.work import NOT_THERE, NOT_YOURS_TO_DO, Work, begin, written
from routing.kin import linked, links_of
from routing.likeness import birth_year, child_number
from routing.protocols import Protocols
from routing.refusal import Refused
from routing.revising import as_it_stands, revise_case
from words.beijing import local
from words.language import Line, line


async def confirm_link(
    session: AsyncSession,
    person: Account,
    reference: str,
    id: str,
    same: bool | None,
    reason: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """Is it the same child? The coordinator or supervisor decides, or a lead desk that has both cases. Confirmed, the later
    one rises by a level when it came within ninety days of the other."""
    work = await begin(session, person, reference, now, closed_too=True)
    link = await session.get(CaseLink, id)
    if link is None or work.case.id not in (link.case_id, link.earlier_id):
        raise Refused(NOT_THERE)
    other = await session.get(Case, link.earlier_id if link.case_id == work.case.id else link.case_id)
    assert other is not None  # a foreign key holds it
    await _may_decide(work, other)
    if link.status != "proposed":
        raise Refused(line("这件事已经有人定过了。请刷新页面。"))
    if same is None:
        raise Refused(line("请选是不是同一个孩子。"))
    reason = reason.strip()[:1000] if same else written(reason, line("请写明为什么不是同一个孩子。"), 1000)
    status = "confirmed" if same else "refused"
    work.batch.change(link, status=status, decided_by=person.id, decided_at=now, reason=reason or None)
    if same:
        earlier, later = (other, work.case) if link.case_id == work.case.id else (work.case, other)
        await linked(session, work.batch, earlier, later, protocols, home, now, person.id, set())
    said = line("已记为同一个孩子。") if same else line("已记为不是同一个孩子。")
    return work.done(f"link_{status}", said, other=other.id, basis=link.basis)


async def link_case(
    session: AsyncSession,
    person: Account,
    reference: str,
    other_reference: str,
    reason: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """Somebody who may see both cases knows that they are of one child."""
    work = await begin(session, person, reference, now, closed_too=True)
    reason = written(reason, line("请写明理由。"), 1000)
    there = await standing(session, person, other_reference)
    if there is None or there.case.id == work.case.id:
        raise Refused(NOT_THERE)
    await _may_decide(work, there.case)
    earlier, later = sorted((work.case, there.case), key=lambda each: (each.opened_at, each.id))
    known = next((link for link in await links_of(session, later) if link.earlier_id == earlier.id), None)
    if known is not None and known.status == "confirmed":
        raise Refused(line("这两件已经记为同一个孩子。"))
    if known is not None:
        work.batch.change(
            known,
            status="confirmed",
            decided_by=person.id,
            decided_at=now,
            reason=reason,
            basis=[*known.basis, "person"],
        )
    else:
        work.batch.add(
            CaseLink(
                id=new_id(now), case_id=later.id, earlier_id=earlier.id, basis=["person"], status="confirmed", at=now,
                decided_by=person.id, decided_at=now, reason=reason,
            )
        )  # fmt: skip
    await linked(session, work.batch, earlier, later, protocols, home, now, person.id, set())
    return work.done("link_confirmed", line("已记为同一个孩子。"), other=there.case.id, basis=["person"])


async def _may_decide(work: Work, other: Case) -> None:
    """Whoever coordinates here decides; a lead desk only when the other case is theirs to read too."""
    if work.coordinates:
        return
    there = await standing(work.session, work.person, other.reference) if work.leads else None
    if there is None or there.level != "story":
        raise Refused(NOT_YOURS_TO_DO)


async def identify_child(
    session: AsyncSession,
    person: Account,
    reference: str,
    name: str,
    number: str,
    born: str,
    township: str,
    phone: str,
    protocols: Protocols,
    home: str,
    now: datetime,
) -> tuple[Batch, Line]:
    """Who the child is, as the desk that leads has found out: name, identity number, birth year, township, a guardian's
    telephone. Kept sealed; by their blind indexes another report on the same child is found."""
    work = await begin(session, person, reference, now)
    work.must_lead()
    said = {"child_name": name, "id_card": number, "birth_year": born, "township": township, "guardian_phone": phone}
    facts = {key: {"value": value.strip(), "words": ""} for key, value in said.items() if value.strip()}
    if not facts:
        raise Refused(line("请至少填一项。"))
    today = local(now).date()
    if number.strip() and not child_number(number, today):
        raise Refused(line("身份证号不对，或者不是孩子的，请核对。"))
    if born.strip() and not (birth_year({"birth_year": born.strip()}, today) and int(born) <= today.year):
        raise Refused(line("出生年份写四位数字，如 2017。"))
    if phone.strip() and sum(map(str.isdigit, phone)) < 7:
        raise Refused(line("电话号码不对，请核对。"))
    year = birth_year(facts, today)
    routing = {"child_age": today.year - year} if year else {}
    draft = as_it_stands(work.case, facts=facts, routing=routing)
    revised, _ = await revise_case(session, draft, protocols, home, now, actor=person.id)
    work.batch.include(revised)
    return work.done("identify_child", line("已记下。"), fields=sorted(facts))
