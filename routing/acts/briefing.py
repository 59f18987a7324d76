"""What leaves to helping desks: the summary that is drafted from the facts, looked over by the lead.

Phrases that may tell who reported are taken out by themselves (`records.access.traces`); the lead sees where, keeps a fact back,
and writes what a desk must know beside it. What it writes is checked in the same way before it leaves.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from records.access.reach import told_of_herself
from records.access.summary import HELPING
from records.access.traces import COVER, traces, without
from records.batch import Batch
from records.tables import Account
from routing.acts.work import Work, begin
from routing.joining import LET_GO
from routing.refusal import Refused
from words.language import Line, line


async def brief_helpers(
    session: AsyncSession,
    person: Account,
    reference: str,
    more: str,
    tasks: Mapping[str, str],
    keep_back: Sequence[str],
    now: datetime,
) -> tuple[Batch, Line]:
    """`more` is for all helping desks, `tasks` says by department what one is asked to do instead of the usual, `keep_back` names
    facts that none of them reads. All of it as it shall be from now on; who has something new to read gets a letter."""
    work = await begin(session, person, reference, now)
    work.must_lead()
    helping = [part for part in work.round_parts if part.part == "with" and part.status not in LET_GO]
    known = work.case.briefing or {}
    said = {part.department: tasks.get(part.department, "").strip()[:1000] for part in helping}
    briefing = {
        "more": more.strip()[:2000],
        "tasks": {department: text for department, text in said.items() if text},
        "keep_back": sorted(set(keep_back) & set(HELPING)),
    }
    for text in (briefing["more"], *briefing["tasks"].values()):
        await _betrays_nobody(work, text)
    if briefing == known:
        return Batch(), line("没有改动。")
    work.batch.change(work.case, briefing=briefing)
    work.event("briefed", kept_back=len(briefing["keep_back"]))
    county, before = await work.county(), known.get("tasks") or {}
    for part in helping:
        new = briefing["more"] != known.get("more", "") or said[part.department] != before.get(part.department, "")
        if new and not part.held:
            work.letter("briefed", await work.desk_of(part), county)
    return work.done("brief_helpers", line("已改好给协办单位看的内容。"))


async def _betrays_nobody(work: Work, text: str) -> None:
    """Refuses the phrase by which a reader could tell who reported, and her name or number."""
    hidden = await told_of_herself(work.session, work.case)
    covered = without(text, hidden)
    if COVER in covered:
        raise Refused(line("这段话里有报告人的姓名或电话，请去掉。"))
    if found := traces(text):
        raise Refused(line("“{phrase}”可能让人知道是谁报告的，请去掉。", phrase=text[found[0].start : found[0].end]))
