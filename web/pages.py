"""Templates and the language they are read in."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from routing.figures.reading import reach_of
from web import naming
from web.edge import Edge
from words.beijing import clock_time, stamp
from words.language import Catalogue, Line, line

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGES = ("zh", "en")

# What each role finds at the top of its pages: name, address, and where else one still is there.
_DUTY = (line("值班"), "/console/duty", "/console/duty")
_DIRECTORY = (line("通讯录"), "/console/directory", "/console/directory")
_QUEUE = (line("事项"), "/console/queue", "/console/case")
_FIGURES = (line("统计"), "/console/figures", "/console/figures")
_FORWARD = (line("转来"), "/console/forward", "/console/forward")
_IMPORT = (line("批量导入"), "/console/import", "/console/import")
_EVIDENCE = (line("调取证据"), "/console/evidence", "/console/evidence")
LINKS: Mapping[str, Sequence[tuple[Line, str, str]]] = {
    "officer": (_QUEUE,),
    "supervisor": ((line("总览"), "/console/board", "/console/board"), _QUEUE, _DIRECTORY),
    "operator": (_FORWARD, _IMPORT),
    "admin": ((line("账号"), "/console/accounts", "/console/accounts"), _DIRECTORY),
}

environment = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


def edge_of(request: Request) -> Edge:
    edge: Edge = request.app.state.edge
    return edge


def language_of(request: Request) -> str:
    """What the reader chose on this browser, else what the account says, else Chinese."""
    chosen = request.cookies.get("lang")
    if chosen in LANGUAGES:
        return chosen
    person = getattr(request.state, "person", None)
    return person.language if person is not None and person.language in LANGUAGES else "zh"


def translator(catalogue: Catalogue) -> Callable[..., str]:
    """`_("编号 {reference}", reference=…)` in templates; a Line is rendered as it is."""

    def _(sentence: str | Line, /, **values: Any) -> str:
        line = sentence if isinstance(sentence, Line) else Line(sentence, values)
        return line.render(catalogue)

    return _


@cache
def asset(name: str) -> str:
    """Address of a static file; it changes with the content, so that browsers may keep what they have."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?{mark}"


def render(request: Request, template: str, **values: Any) -> str:
    edge = edge_of(request)
    language = language_of(request)
    now, person = edge.now(), getattr(request.state, "person", None)
    _ = translator(edge.catalogue(language))
    return environment.get_template(template).render(
        _=_,
        asset=asset,
        edge=edge,
        language=language,
        now=now,
        at=lambda moment: clock_time(moment, now),
        stamp=stamp,
        iso=iso,
        person=person,
        csrf=getattr(request.state, "csrf", ""),
        path=request.url.path,
        names=naming,
        name=naming.name,
        links=links(request),
        remaining=lambda moment: remaining(moment, now),
        **values,
    )


def links(request: Request) -> Sequence[tuple[Line, str, str]]:
    """The duty screen is there for those who sit at a 24-hour desk."""
    person, desk = getattr(request.state, "person", None), getattr(request.state, "desk", None)
    if person is None:
        return ()
    on_duty = person.role == "officer" and desk is not None and desk.department == "duty_desk"
    asks = person.role == "supervisor" or (desk is not None and desk.department == "procuratorate")
    counts = (_FIGURES,) if reach_of(person, desk) else ()
    return ((_DUTY,) if on_duty else ()) + tuple(LINKS.get(person.role, ())) + counts + ((_EVIDENCE,) if asks else ())


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(render(request, template, **values), status)


def iso(moment: datetime) -> str:
    """For scripts: milliseconds would only be noise."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def remaining(moment: datetime, now: datetime) -> Line:
    """How long until then, in the two largest units; the script goes on counting from here."""
    seconds = int((moment - now).total_seconds())
    days, rest = divmod(abs(seconds), 86_400)
    hours, minutes = rest // 3600, rest // 60 % 60
    if days:
        span = line("{days} 天 {hours} 小时", days=days, hours=hours)
    elif hours:
        span = line("{hours} 小时 {minutes} 分", hours=hours, minutes=minutes)
    else:
        span = line("{minutes} 分 {seconds} 秒", minutes=minutes, seconds=rest % 60)
    return line("已超 {time}", time=span) if seconds <= 0 else line("还有 {time}", time=span)
