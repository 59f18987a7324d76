"""Every route × every role: a route without a rule exists for nobody, and "not yours" looks like "not there"."""

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from tests.edges.visitor import Street
from web.guard import ANYONE, KEY, RULES, rule_for

LOGINS = {"officer": "gongan", "supervisor": "duban", "admin": "guanli", "operator": "huawu"}
ABSENT = "HT000000-AAAAA"
FILLED = {
    "form": "transfer",
    "scan_id": "0",
    "reference": ABSENT,
    "act": "acknowledge",
    "task": "0",
    "attachment": "0",
    "account": "0",
    "desk": "0",
    "platform": "A",
    "bot": "reporter",
    "letter": "0",
    "import_id": "0",
    "format": "json",
    "request_id": ABSENT,
}


def routes(site: FastAPI) -> list[tuple[str, str]]:
    """Every route of the application as it really is, walked, not listed by hand."""
    return [
        (method, route.path)
        for route in walked(site.routes)
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def walked(found: list) -> list:
    """Routers may hold routers."""
    flat = []
    for route in found:
        inner = getattr(route, "original_router", None)
        flat += walked(inner.routes) if inner else [route]
    return flat


def test_every_route_has_a_rule_and_every_rule_a_route(site: FastAPI) -> None:
    there = {f"{method} {path}" for method, path in routes(site)}
    assert len(there) > 20
    assert there == set(RULES)


def test_every_rule_names_known_roles() -> None:
    assert {role for roles in RULES.values() for role in roles} == {"anyone", "key", *LOGINS}


def test_a_route_without_a_rule_is_for_nobody() -> None:
    assert rule_for("GET", "/console/new-page") == frozenset()
    assert rule_for("DELETE", "/console/case/{reference}") == frozenset()


@pytest.mark.parametrize("role", LOGINS)
async def test_each_role_reaches_its_routes_and_no_other(street: Street, site: FastAPI, role: str) -> None:
    visitor = await street.staff(LOGINS[role])
    await visitor.opens("/console/me")
    csrf = visitor.csrf
    for method, path in routes(site):
        address = path.format(**FILLED)
        allowed = RULES[f"{method} {path}"]
        if path in ("/console/events", "/console/logout") or allowed in (ANYONE, KEY):
            continue
        answer = await visitor.http.request(method, address, data={"csrf": csrf} if method == "POST" else None)
        if role not in allowed:
            assert answer.status_code == 404, f"{role} got {answer.status_code} at {method} {path}"
            assert "没有这个页面" in answer.text
        else:
            assert answer.status_code in (200, 404, 409, 422), f"{role} got {answer.status_code} at {method} {path}"


async def test_nobody_signed_in_reaches_nothing_of_the_console(street: Street, site: FastAPI) -> None:
    visitor = street.visitor()
    for method, path in routes(site):
        if RULES[f"{method} {path}"] in (ANYONE, KEY):
            continue
        answer = await visitor.http.request(method, path.format(**FILLED), data={}, follow_redirects=False)
        if method == "GET" and path != "/console/events":
            assert answer.status_code == 303 and answer.headers["location"].startswith("/console/login")
        elif method == "POST":
            assert answer.status_code == 401


@pytest.mark.parametrize("login", [*LOGINS.values(), None])
async def test_nobodys_session_opens_what_is_for_programs(street: Street, site: FastAPI, login: str | None) -> None:
    visitor = await street.staff(login) if login else street.visitor()
    for method, path in routes(site):
        if RULES[f"{method} {path}"] == KEY:
            answer = await visitor.http.request(method, path.format(**FILLED), json={} if method == "POST" else None)
            assert answer.status_code == 401, f"{method} {path}"
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_form_without_the_sessions_token_changes_nothing(street: Street) -> None:
    admin = await street.staff("guanli")
    for csrf in ("", "somebody-else's"):
        answer = await admin.posts("/console/accounts", csrf=csrf, login="new", name="新人", role="admin")
        assert answer.status_code == 403 and "太旧" in admin.text


async def test_not_yours_reads_like_not_there(street: Street) -> None:
    neighbour, education = street.visitor(), await street.staff("jiaoyu")
    await neighbour.says("罗岭县青禾镇，邻居家3岁的男孩正被他爸爸拿棍子打，满脸是血，孩子在家里")
    case = await street.town.case()
    assert "education" not in await street.town.desks_of(case, "lead") + await street.town.desks_of(case, "with")
    there = await education.opens(f"/console/case/{case.reference}")
    absent = await education.opens(f"/console/case/{ABSENT}")
    assert there.status_code == absent.status_code == 404
    assert there.text.replace(case.reference, "") == absent.text.replace(ABSENT, "")
    await education.opens("/console/queue")
    csrf = education.csrf
    pressed = [await education.posts(f"/console/case/{each}/accept", csrf=csrf) for each in (case.reference, ABSENT)]
    assert [answer.status_code for answer in pressed] == [404, 404]
