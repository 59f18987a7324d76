"""The second factor over HTTP: set up with an authenticator, asked for at login, never taken twice, printed codes beside it; and
one's own sessions."""

import re

import pyotp
import pytest

from records.batch import Batch
from records.tables import Account, AuditLine, LoginSession, SecondFactor
from routing import acts
from routing.refusal import Refused
from tests.edges.visitor import PASSWORD, Street, Visitor
from tests.flows.filing import filed
from tests.flows.town import Town


async def sets_up(visitor: Visitor, town: Town, login: str) -> tuple[pyotp.TOTP, list[str]]:
    await visitor.opens("/console/me")
    await visitor.posts("/console/me/second", csrf=visitor.csrf, act="begin")
    assert "<svg" in visitor.page
    (person,) = await town.rows(Account, login=login)
    (row,) = await town.rows(SecondFactor, account_id=person.id)
    totp = pyotp.TOTP(row.secret)
    wrong = await visitor.posts("/console/me/second", csrf=visitor.csrf, act="confirm", code="000000")
    assert wrong.status_code == 409 and "验证码不对" in visitor.text
    await visitor.posts("/console/me/second", csrf=visitor.csrf, act="confirm", code=totp.at(town.now))
    return totp, re.findall(r"<code>(\w{5}-\w{5})</code>", visitor.page)


async def halfway(street: Street, login: str) -> Visitor:
    visitor = street.visitor()
    answer = await visitor.signs_in(login)
    assert answer.status_code == 401 and "第二重验证" in visitor.text and "s" not in visitor.http.cookies
    return visitor


async def gives(visitor: Visitor, code: str, ticket: str = "") -> bool:
    sent = {"ticket": ticket or visitor.hidden("ticket"), "next": "/console/me", "code": code}
    return (await visitor.posts("/console/login/second", **sent)).status_code == 200


async def test_a_login_has_two_halves_once_a_second_factor_is_set(street: Street, town: Town) -> None:
    first = await street.staff("gongan")
    elsewhere = await street.staff("gongan")
    totp, printed = await sets_up(first, town, "gongan")
    assert len(set(printed)) == 10
    stored = str([row.codes for row in await town.rows(SecondFactor)])
    assert not any(code.replace("-", "") in stored for code in printed)
    gone = await elsewhere.opens("/console/me", follow_redirects=False)
    assert gone.status_code == 303  # all other sessions ended
    assert (await first.opens("/console/me")).status_code == 200

    second = await halfway(street, "gongan")
    ticket = second.hidden("ticket")
    assert not await gives(second, totp.at(town.now))  # the code that set it up was used
    await town.outage(seconds=30)
    assert await gives(second, totp.at(town.now), ticket)
    third = await halfway(street, "gongan")
    assert not await gives(third, totp.at(town.now))  # nobody who looked over the shoulder comes in with it
    assert await gives(third, printed[0].lower())
    fourth = await halfway(street, "gongan")
    assert not await gives(fourth, printed[0]) and await gives(fourth, printed[1].replace("-", " "))
    assert len(await town.rows(AuditLine, action="printed_code_used")) == 2


async def test_a_ticket_of_the_first_half_is_short_lived_and_nobody_elses(street: Street, town: Town) -> None:
    first = await street.staff("gongan")
    totp, _ = await sets_up(first, town, "gongan")
    late = await halfway(street, "gongan")
    await town.outage(minutes=5, seconds=31)
    assert not await gives(late, totp.at(town.now))
    forged = street.visitor()
    for ticket in ("", "AAAA", late.hidden("ticket")[:-8] + "AAAAAAAA"):
        answer = await forged.posts("/console/login/second", ticket=ticket, code=totp.at(town.now))
        assert answer.status_code == 401 and "s" not in forged.http.cookies
    guessing = await halfway(street, "gongan")
    for _ in range(6):
        await gives(guessing, "123456")
    await town.outage(seconds=1)
    assert not await gives(guessing, totp.at(town.now))  # shut for a while, like after wrong passwords


async def test_an_admin_takes_it_away_when_the_telephone_is_lost(street: Street, town: Town) -> None:
    first, admin = await street.staff("gongan"), await street.staff("guanli")
    await sets_up(first, town, "gongan")
    (person,) = await town.rows(Account, login="gongan")
    await admin.opens("/console/accounts")
    await admin.posts(f"/console/accounts/{person.id}", csrf=admin.csrf, act="second")
    assert (await first.opens("/console/me", follow_redirects=False)).status_code == 303
    assert (await street.visitor().signs_in("gongan", PASSWORD)).status_code == 200
    assert await town.rows(AuditLine, action="second_factor_dropped", subject=person.id)


async def test_ones_own_sessions_are_listed_and_ended(street: Street, town: Town) -> None:
    here, there, other = [await street.staff("gongan") for _ in range(3)]
    stranger = await street.staff("jiaoyu")
    await here.opens("/console/me")
    assert here.text.count("退出那里") == 2
    (person,) = await town.rows(Account, login="jiaoyu")
    (foreign,) = await town.rows(LoginSession, account_id=person.id)
    await here.posts("/console/me/sessions", csrf=here.csrf, session=foreign.id)
    assert (await stranger.opens("/console/me", follow_redirects=False)).status_code == 200
    await here.posts("/console/me/sessions", csrf=here.csrf, session="")
    for gone in (there, other):
        assert (await gone.opens("/console/me", follow_redirects=False)).status_code == 303
    assert (await here.opens("/console/me")).status_code == 200


async def test_a_reporters_number_is_opened_by_nobody_without_one(street: Street, town: Town) -> None:
    case, police = await filed(town, "critical", "physical_abuse"), await town.person("police")
    batch = Batch()
    batch.change(police, demo=False)
    await town.house.store.write(batch)
    (police,) = await town.rows(Account, id=police.id)
    with pytest.raises(Refused, match="第二重验证"):
        await town.act(acts.reveal_reporter, police, case.reference, "要找到孩子", protocols=town.house.protocols)
