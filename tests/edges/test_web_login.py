"""Signing in: sessions on the server, growing delay, nothing told to a stranger."""

import hashlib
import html
import json
import re
from dataclasses import replace

from records.tables import Account, AuditLine, BindingCode, LoginSession
from tests.edges.visitor import PASSWORD, Street, Visitor
from tests.flows.town import Town
from web.site import build


async def test_each_begins_where_their_work_is(street: Street) -> None:
    for login, page in {"zhiban": "值班", "gongan": "事项", "duban": "总览", "guanli": "账号"}.items():
        visitor = await street.staff(login)
        assert f"<h1>{page}" in visitor.page


async def test_only_the_hash_of_the_token_is_kept(street: Street, town: Town) -> None:
    visitor = street.visitor()
    answer = await visitor.http.post(
        "/console/login", data={"login": "gongan", "password": PASSWORD}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/console" in cookie
    (session,) = await town.rows(LoginSession)
    token = cookie.split("s=")[1].split(";")[0]
    assert session.token_hash == hashlib.sha256(token.encode()).hexdigest() and token not in session.csrf


async def test_a_stranger_learns_nothing_about_logins(street: Street) -> None:
    pages = []
    for login, password in (("gongan", "wrong"), ("nobody", "wrong"), ("demo-1001", "wrong")):
        visitor = street.visitor()
        answer = await visitor.signs_in(login, password)
        assert answer.status_code == 401
        pages.append(answer.text)
    assert len(set(pages)) == 1


async def test_guessing_is_slowed_down_more_and_more(street: Street, town: Town) -> None:
    visitor = street.visitor()
    for _ in range(3):
        assert (await visitor.signs_in("gongan", "wrong")).status_code == 401
    assert (await visitor.signs_in("gongan")).status_code == 401  # right, but shut for two seconds
    await town.outage(seconds=3)
    assert (await visitor.signs_in("gongan", "wrong")).status_code == 401
    await town.outage(seconds=3)
    assert (await visitor.signs_in("gongan")).status_code == 401  # four seconds now
    await town.outage(seconds=3)
    assert (await visitor.signs_in("gongan")).status_code == 200
    (account,) = await town.rows(Account, login="gongan")
    assert (account.failures, account.locked_until) == (0, None)
    assert [line.action for line in await town.rows(AuditLine, actor=account.id)].count("login_failed") == 4


async def test_disabled_means_at_once(street: Street, town: Town) -> None:
    officer, admin = await street.staff("gongan"), await street.staff("guanli")
    (account,) = await town.rows(Account, login="gongan")
    await admin.posts(f"/console/accounts/{account.id}", csrf=admin.csrf, act="disable")
    assert "已停用" in admin.text and await town.rows(LoginSession, account_id=account.id) == []
    answer = await officer.opens("/console/queue", follow_redirects=False)
    assert answer.status_code == 303
    assert (await officer.signs_in("gongan")).status_code == 401
    await admin.posts(f"/console/accounts/{account.id}", csrf=admin.csrf, act="enable")
    assert (await officer.signs_in("gongan")).status_code == 200


async def test_an_admin_makes_an_account_and_sees_its_password_once(street: Street, town: Town) -> None:
    admin = await street.staff("guanli")
    desk = await town.desk("police")
    fields = {"login": "xinren", "name": "新人", "role": "officer", "desk": desk.id, "phone": ""}
    answer = await admin.posts("/console/accounts", csrf=admin.csrf, **fields)
    assert answer.status_code == 200
    password = answer.text.split('<code class="big">')[1].split("</code>")[0]
    assert password not in (await admin.opens("/console/accounts")).text
    newcomer = street.visitor()
    assert (await newcomer.signs_in("xinren", password)).status_code == 200 and desk.name in newcomer.text
    again = await admin.posts("/console/accounts", csrf=admin.csrf, **fields)
    assert again.status_code == 422 and "已经有人用了" in again.text


async def test_nobody_disables_themselves(street: Street, town: Town) -> None:
    admin = await street.staff("guanli")
    (account,) = await town.rows(Account, login="guanli")
    answer = await admin.posts(f"/console/accounts/{account.id}", csrf=admin.csrf, act="disable")
    assert answer.status_code == 422 and "不能停用自己" in answer.text


async def test_a_new_password_ends_the_other_sessions(street: Street) -> None:
    here, elsewhere = await street.staff("fulian"), await street.staff("fulian")
    await here.opens("/console/me")
    changed = {"old": PASSWORD, "new": "a-longer-password", "again": "a-longer-password"}
    await here.posts("/console/me", csrf=here.csrf, **(changed | {"old": "wrong"}))
    assert "没有改" in here.text
    await here.posts("/console/me", csrf=here.csrf, **(changed | {"new": "short", "again": "short"}))
    assert "至少 10 个字符" in here.text
    await here.posts("/console/me", csrf=here.csrf, **changed)
    assert "密码已改" in here.text
    assert (await here.opens("/console/queue", follow_redirects=False)).status_code == 200
    assert (await elsewhere.opens("/console/queue", follow_redirects=False)).status_code == 303
    assert (await street.visitor().signs_in("fulian", "a-longer-password")).status_code == 200


async def test_signing_out_and_long_idleness_end_a_session(street: Street, town: Town) -> None:
    officer, other = await street.staff("gongan"), await street.staff("minzheng")
    assert "登录" in (await officer.posts("/console/logout", csrf=officer.csrf)).text
    assert (await officer.opens("/console/queue", follow_redirects=False)).status_code == 303
    await town.outage(hours=5)
    assert (await other.opens("/console/queue", follow_redirects=False)).status_code == 303


async def test_pushing_the_time_signs_nobody_out(street: Street, town: Town) -> None:
    officer, other = await street.staff("gongan"), await street.staff("minzheng")
    before = town.now
    answer = await officer.posts("/console/advance", csrf=officer.csrf, by="1d", back="/console/queue")
    assert answer.status_code == 200 and "<h1>事项" in answer.text and (town.now - before).days == 1
    assert (await other.opens("/console/queue", follow_redirects=False)).status_code == 200
    told = (await officer.opens("/console/now")).json()["said"]
    assert told.startswith("现在 2026-11-20")
    await town.outage(hours=5)
    assert (await officer.opens("/console/queue", follow_redirects=False)).status_code == 303


async def test_what_was_typed_goes_along_to_the_login_but_never_from_another_site(street: Street, town: Town) -> None:
    officer = await street.staff("jiaoyu")
    await town.outage(hours=5)
    theirs = {"origin": "https://evil.test"}
    form = {"csrf": "old", "key": "k1", "inner": "已责令退费", "password": "x"}
    base = str(officer.http.base_url).rstrip("/")
    ours = {"origin": base}
    answer = await officer.http.post("/console/case/HT261119-ACDEF/record_result", data=form, headers=ours)
    assert answer.status_code == 401 and "已责令退费" in answer.text and "写的内容还在" in answer.text
    kept = html.unescape(re.search(r'name="again" value="([^"]*)"', answer.text).group(1))  # type: ignore[union-attr]
    assert "old" not in kept and json.loads(kept)["path"].endswith("/record_result")
    answer = await officer.http.post("/console/case/HT261119-ACDEF/record_result", data=form, headers=theirs)
    assert answer.status_code == 403 and "已责令退费" not in answer.text
    signed = {"login": "jiaoyu", "password": PASSWORD, "again": kept}
    answer = await officer.http.post("/console/login", data=signed, headers=ours)
    assert "已责令退费" in answer.text and 'action="/console/case/HT261119-ACDEF/record_result"' in answer.text
    for wrong in (kept.replace("/console/case", "https://evil.test/console"), "{", "[]", kept + "x" * 70_000):
        answer = await officer.http.post("/console/login", data=signed | {"again": wrong}, headers=ours)
        assert "已责令退费" not in answer.text
    answer = await officer.http.post("/console/login", data=signed, headers=theirs)
    assert "已责令退费" not in answer.text


async def test_login_leads_back_inside_and_never_to_another_site(street: Street) -> None:
    for there, ends in (
        ("/console/board", "/console/board"),
        ("//evil.test/console/", "/console"),
        ("https://evil.test/console/x", "/console"),
        ("/console/\\evil.test", "/console"),
        ("/", "/console"),
    ):
        answer = await street.visitor().http.post(
            "/console/login", data={"login": "duban", "password": PASSWORD, "next": there}, follow_redirects=False
        )
        assert answer.headers["location"] == ends


async def test_a_binding_code_is_shown_once_and_only_where_there_is_a_duty_bot(street: Street, town: Town) -> None:
    officer = await street.staff("gongan")
    assert (await officer.opens("/console/messenger")).status_code == 404
    site = build(replace(town.house.edge(), duty_bot=True))
    officer, admin = Visitor(site), Visitor(site)
    await officer.signs_in("gongan")
    await admin.signs_in("guanli")
    await officer.opens("/console/me")
    assert "/console/messenger" in officer.page
    await officer.opens("/console/messenger")
    await officer.posts("/console/messenger", csrf=officer.csrf, act="bind")
    shown = re.search(r"绑定码，十分钟内有效，只用一次： (\d{8})", officer.text)
    (row,) = await town.rows(BindingCode)
    assert shown and shown.group(1) not in row.code_hash
    await officer.opens("/console/messenger")
    assert not re.search(r"\d{8}", officer.text)
    assert (await admin.opens("/console/messenger")).status_code == 404
    for visitor in (officer, admin):
        await visitor.http.aclose()
