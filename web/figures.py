"""统计: the figures of a place and a time as tiles, charts and tables, and the cases behind each of them.

What is asked for stands in the address, so that it can be kept and sent on. What the figures mean stands in
`routing.figures.measure`; who has any, in `routing.figures.reading`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from records.batch import Batch
from routing.figures.matter import Matter
from routing.figures.measure import (
    COUNT_NAMES,
    DIMENSIONS,
    RATE_NAMES,
    RUNGS,
    STEP_NAMES,
    Figures,
    Rate,
    figures,
    groups,
    which,
)
from routing.figures.reading import Asked, Period, Reach, matters, month_of, places_below, reach_of, sources
from routing.packs import pack_for
from routing.papers.pdf import pdf
from web import naming
from web.charts import Bar, bars
from web.downloads import download
from web.figures_files import MONTHLY, YEARLY, Taken, annual_due, book, report
from web.figures_tables import tables, took
from web.guard import NotThere
from web.pages import edge_of, language_of, page, translator
from words.ids import CATEGORIES, DEPARTMENTS
from words.language import Line, line

router = APIRouter()

MOST_CASES = 500
DIMENSIONS_OF: Mapping[str, Sequence[str]] = {
    MONTHLY: ("department", "category", "place", "source"), YEARLY: ("month", "department", "category", "place"),
}  # fmt: skip
TYPES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BY: Mapping[str, Line] = {
    "department": line("部门"), "category": line("类别"), "place": line("地方"), "source": line("来源"), "month": line("月份"),
}  # fmt: skip
assert set(BY) == set(DIMENSIONS)


@dataclass(frozen=True)
class Counted:
    """What was asked for and what came out. `places`: those that may be chosen."""

    reach: Reach
    asked: Asked
    by: str
    chart: str  # the rate by which the groups are compared
    department: str | None
    matters: Sequence[Matter]
    whole: Figures
    parts: Mapping[str, Figures]
    places: Mapping[str, str]
    sources: Sequence[str]

    def label(self, dimension: str, key: str) -> Line:
        """The name of one group."""
        names = {"department": naming.DEPARTMENT, "category": naming.CATEGORY, "source": naming.SOURCE}.get(dimension)
        if dimension == "place":
            return Line("{id}", {"id": self.places.get(key, key)})
        if names is None:
            return Line("{id}", {"id": key})
        return naming.name(names, key) if key else line("（没有）")

    def address(self, path: str, **more: str) -> str:
        """An address with the same question in it."""
        asked = self.asked
        query = {
            "since": f"{asked.period.first:%Y-%m}", "until": f"{asked.period.last:%Y-%m}", "place": asked.place,
            "department": asked.department, "category": asked.category, "source": asked.source, "by": self.by, "chart": self.chart, **more,
        }  # fmt: skip
        return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"


@router.get("/console/figures")
async def figures_page(request: Request) -> Response:
    found = await count(request)
    _ = translator(edge_of(request).catalogue(language_of(request)))
    packs = edge_of(request).protocols
    due, to = annual_due(
        pack_for(found.reach.place, packs.packs).id if packs else "", month_of(edge_of(request).now()).year
    )
    return page(
        request, "console/figures.html", found=found, due=due, due_to=to, charts=_charts(found, _), rates=RATE_NAMES, steps=STEP_NAMES,
        counts=COUNT_NAMES, rungs=RUNGS, by=BY, departments=DEPARTMENTS, categories=CATEGORIES, took=took, said=said,
        silent_name=lambda id: naming.name(naming.DEPARTMENT, id) if id else line("没有写单位类别"),
    )  # fmt: skip


@router.get("/console/figures/cases")
async def cases_page(request: Request, figure: str = "", group: str = "") -> Response:
    """The cases behind a figure: those in which it was not kept, or those that are counted."""
    found = await count(request)
    department = group if found.by == "department" and group else found.department
    try:
        behind = which(found.matters, figure, edge_of(request).now(), department)
    except ValueError:
        raise NotThere from None
    name = RATE_NAMES.get(figure) or COUNT_NAMES[figure]
    return page(
        request, "console/figures_cases.html", found=found, behind=behind[:MOST_CASES], total=len(behind), what=name,
        rate=figure in RATE_NAMES,
    )  # fmt: skip


@router.post("/console/figures/export")
async def export(request: Request) -> Response:
    """The figures as a file, with the name of whoever took it out on every page. That they did is written down first."""
    edge, person, form = edge_of(request), request.state.person, await request.form()
    kind, rendering, now = str(form.get("kind", "")), str(form.get("as", "")), edge.now()
    if kind not in DIMENSIONS_OF or rendering not in ("pdf", "xlsx"):
        raise NotThere
    found = await count(request, whole_year=kind == YEARLY)
    asked = found.asked
    batch = Batch()
    batch.audit(
        now, person.id, "figures.export", found.reach.place, kind, form=rendering, since=f"{asked.period.first:%Y-%m}",
        until=f"{asked.period.last:%Y-%m}", place=asked.place, department=asked.department, category=asked.category,
        source=asked.source,
    )  # fmt: skip
    await edge.store.write(batch)
    place = found.places.get(asked.place or found.reach.place, asked.place or found.reach.place)
    pack = pack_for(found.reach.place, edge.protocols.packs).id if edge.protocols else "national"
    taken = Taken(person.name, now, place, asked.period, pack, _chosen(found), demo=edge.demo)

    def made() -> bytes:
        listed = tables(found.matters, now, found.places, found.department, DIMENSIONS_OF[kind])
        return book(taken, listed) if rendering == "xlsx" else pdf(report(kind, taken, listed), now)

    content = await asyncio.to_thread(made)
    return download(f"{kind}-{asked.period.last:%Y%m}.{rendering}", TYPES[rendering], content)


def _chosen(found: Counted) -> str:
    """What was chosen beside place and period, as a sentence of the document."""
    chosen = [
        f"{BY[name]}：{found.label(name, getattr(found.asked, name))}" for name in ("department", "category", "source")
        if getattr(found.asked, name)
    ]  # fmt: skip
    return f"只统计{'、'.join(chosen)}。" if chosen else ""


async def count(request: Request, *, whole_year: bool = False) -> Counted:
    """The figures that the address asks for; of `whole_year` from its January on. Raises NotThere for whoever has none."""
    edge, person, query = edge_of(request), request.state.person, request.query_params
    reach = reach_of(person, request.state.desk)
    if reach is None:
        raise NotThere
    now = edge.now()
    asked = question(query, reach, now)
    if whole_year:
        asked = replace(asked, period=Period(asked.period.last.replace(month=1), asked.period.last))
    by = query.get("by", "") if query.get("by", "") in DIMENSIONS else "department"
    async with edge.store.read() as session:
        found = await matters(session, reach, asked)
        places, known = await places_below(session, reach), await sources(session)
    department = reach.department or asked.department or None
    whole, parts = await asyncio.to_thread(
        lambda: (figures(found, now, department), groups(found, by, now, department))
    )
    chart = query.get("chart", "") if query.get("chart", "") in RATE_NAMES else "acknowledge"
    return Counted(reach, asked, by, chart, department, found, whole, parts, places, known)


def question(query: Mapping[str, str], reach: Reach, now: datetime) -> Asked:
    """What an address asks for; what can't be understood in it is the usual: this month, everything."""
    first = _month(query.get("since", ""), month_of(now))
    last = _month(query.get("until", ""), first)
    try:
        period = Period(first, last)
    except ValueError:
        period = Period(month_of(now), month_of(now))
    chosen = {"department": DEPARTMENTS, "category": CATEGORIES}
    kept = {name: query.get(name, "") if query.get(name, "") in ids else "" for name, ids in chosen.items()}
    return Asked(
        period, place=query.get("place", "")[:20], department=reach.department or kept["department"],
        category=kept["category"], source=query.get("source", "")[:20],
    )  # fmt: skip


def _month(text: str, otherwise: date) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  # a month of the calendar, no moment
    except ValueError:
        return otherwise


def _charts(found: Counted, _: Callable[..., str]) -> Mapping[str, Markup]:
    """The drawings of the page, each of a table that stands beside it."""
    whole, cases = found.whole, "/console/figures/cases"
    rates = [
        Bar(rate.share or 0, said(rate), found.address(cases, figure=id) if rate.good < rate.of else "")
        for id, rate in whole.rates.items()
    ]
    spans = [[_hours(getattr(times, part)) for times in whole.times.values()] for part in ("median", "ninetieth")]
    lengths = [
        [Bar(hours, _(took(getattr(times, part)))) for hours, times in zip(row, whole.times.values(), strict=True)]
        for row, part in zip(spans, ("median", "ninetieth"), strict=True)
    ]
    parts = [Bar(each.rates[found.chart].share or 0, said(each.rates[found.chart])) for each in found.parts.values()]
    return {
        "rates": bars(_(line("各项比率")), [_(RATE_NAMES[id]) for id in whole.rates], [("", rates)], 100),
        "times": bars(
            _(line("每一步用了多久：一半和九成的事项不超过的时间")), [_(STEP_NAMES[id]) for id in whole.times],
            [(_(line("中位数")), lengths[0]), (_(line("九成以内")), lengths[1])],
        ),
        "climbed": bars(
            _(line("升级到哪一级")), [_(naming.RUNGS[id]) for id in RUNGS],
            [("", [Bar(whole.climbed[id], str(whole.climbed[id])) for id in RUNGS])],
        ),
        "parts": bars(
            _(line("{rate}，分组比较", rate=RATE_NAMES[found.chart])),
            [_(found.label(found.by, key)) for key in found.parts], [("", parts)], 100,
        ),
    }  # fmt: skip


def said(rate: Rate) -> str:
    """A rate beside its bar and in its table."""
    return "—" if rate.share is None else f"{rate.share:.1f}%"


def _hours(length: timedelta | None) -> float:
    return length.total_seconds() / 3600 if length else 0
