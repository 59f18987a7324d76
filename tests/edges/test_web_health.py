"""What a monitor sees: what must be true, broken by hand one by one, and put right."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.logs import Discreet, Structured
from records.batch import Batch
from records.tables import ClockRow, Duty, Letter, Setting, Task
from records.tasks import put_task
from routing.desks import remove_shift
from tests.edges.test_web_console import DANGER
from tests.edges.visitor import ORIGIN, Street
from tests.flows.filing import filed
from tests.flows.town import Town
from web.site import build

TOKEN = "0123456789abcdef"


@pytest.fixture
async def monitor(town: Town) -> httpx.AsyncClient:
    """A program that asks one house, anew each time."""
    site = build(replace(town.house.edge(), metrics_token=TOKEN))
    return httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=ORIGIN)


async def asked(town: Town, monitor: httpx.AsyncClient) -> tuple[int, dict[str, str]]:
    town.house._keeper._watched_at = float("-inf")
    answer = await monitor.get("/ready")
    return answer.status_code, {name: level for name, level in answer.json()["checks"].items() if level != "good"}


async def test_a_house_that_keeps_its_promises_is_ready(town: Town, monitor: httpx.AsyncClient) -> None:
    assert (await asked(town, monitor))[0] == 503  # nothing was ever swept
    await filed(town, "critical", "physical_abuse")
    await town.house.tick()
    await town.house.seal()
    assert await asked(town, monitor) == (200, {"backup": "warning"})


async def test_a_worker_that_stands_still_is_noticed_and_a_sweep_puts_it_right(
    town: Town, monitor: httpx.AsyncClient
) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.house.tick()
    await town.outage(minutes=20)
    status, broken = await asked(town, monitor)
    assert status == 503 and {"clocks", "sweep", "audit"} <= {name for name, level in broken.items() if level == "bad"}
    await town.house.tick()
    await town.house.seal()
    assert await asked(town, monitor) == (200, {"backup": "warning"})


async def test_each_promise_is_watched_for_itself(town: Town, monitor: httpx.AsyncClient) -> None:
    case = await filed(town, "critical", "physical_abuse")
    await town.house.tick()
    await town.house.seal()
    store = town.house.store

    batch = Batch()
    batch.change_all(ClockRow, {"case_id": case.id}, status="stopped")
    await store.write(batch)
    assert (await asked(town, monitor))[1] == {"cases": "bad", "backup": "warning"}
    batch = Batch()
    batch.change_all(ClockRow, {"case_id": case.id}, status="running")
    await store.write(batch)

    (letter, *_) = await town.rows(Letter)
    batch = Batch()
    batch.change(letter, status="waiting", due_at=town.now - timedelta(minutes=3))
    put_task(batch, "nobody_knows_this", "1", town.now)
    batch.change_all(Setting, {"key": "site"}, updated_at=town.now)
    await store.write(batch)
    assert (await asked(town, monitor))[1] == {"letters": "bad", "backup": "warning"}
    batch = Batch()
    batch.change_all(Letter, {"id": letter.id}, status="sent")
    batch.change_all(Task, {"kind": "nobody_knows_this"}, status="failed")
    batch.add(Setting(key="backup", value={}, updated_at=town.now))
    await store.write(batch)
    assert (await asked(town, monitor))[1] == {"tasks": "warning"}


async def test_next_years_holidays_must_be_known_in_december(town: Town, monitor: httpx.AsyncClient) -> None:
    await town.outage(days=20)
    await town.house.tick()
    assert (await asked(town, monitor))[1].get("calendar") == "warning"


async def test_a_gap_in_the_shifts_is_a_warning_before_it_hurts(town: Town, monitor: httpx.AsyncClient) -> None:
    await town.house.tick()
    await town.house.seal()
    (head,) = await town.rows(Duty, desk_id=(await town.desk("police")).id, rung="L2")
    await town.act(remove_shift, await town.staff("supervisor"), head.desk_id, head.id)
    await town.house.tick()
    await town.house.seal()
    assert await asked(town, monitor) == (200, {"backup": "warning", "coverage": "warning"})


async def test_figures_need_the_token_and_tell_of_nobody(town: Town, monitor: httpx.AsyncClient) -> None:
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer é".encode()}):
        assert (await monitor.get("/metrics", headers=wrong)).status_code == 404
    case = await filed(town, "critical", "physical_abuse")
    await town.house.tick()
    await monitor.get(f"/console/case/{case.reference}")
    told = (await monitor.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).text
    assert 'hutong_invariant_held{level="good",name="clocks"} 1.0' in told
    assert 'route="/console/case/{reference}"' in told and case.reference not in told


async def test_without_a_token_there_are_no_figures(street: Street) -> None:
    assert (await street.visitor().opens("/metrics", headers={"Authorization": "Bearer "})).status_code == 404


async def test_the_board_shows_what_is_watched(street: Street, town: Town) -> None:
    await filed(town, "critical", "physical_abuse")
    await town.later(hours=12)
    await town.house.seal()
    supervisor = await street.staff("duban")
    await supervisor.opens("/console/board")
    assert "没有到点未催的时限" in supervisor.text and "还没有备份过" in supervisor.text
    assert "2026-11-19：漏催 0 次，重复 0 次" in supervisor.text


async def test_a_request_has_an_id_and_its_line_names_no_case(
    street: Street, town: Town, site: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await street.visitor().says(DANGER)
    reference = (await town.case()).reference
    officer = await street.staff("gongan")
    answer = await officer.opens(f"/console/case/{reference}", headers={"X-Request-Id": "proxy-00001"})
    assert answer.headers["x-request-id"] == "proxy-00001"
    odd = await officer.opens("/console/queue", headers={"X-Request-Id": "a name 王"[:6]})
    assert len(odd.headers["x-request-id"]) == 16
    line = next(record for record in caplog.records if getattr(record, "route", "") == "/console/case/{reference}")
    assert line.status == 200 and line.ms >= 0  # type: ignore[attr-defined]
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("hutong"))
    assert ours and reference not in ours and "8岁" not in ours


def test_a_line_in_json_has_the_request_and_a_fault_without_its_message() -> None:
    from web.request_log import REQUEST

    try:
        raise ValueError("王小虎 被打")
    except ValueError:
        import sys

        record = logging.LogRecord("hutong", logging.ERROR, __file__, 1, "it %s", ("failed",), sys.exc_info())
    marked = REQUEST.set("abc")
    told = json.loads(Structured().format(record))
    assert told["request"] == "abc" and told["message"] == "it failed" and "ValueError" in told["fault"]
    assert "王小虎" not in json.dumps(told, ensure_ascii=False) and "王小虎" not in Discreet().format(record)
    REQUEST.reset(marked)
