"""Past cases on a draft: what people did stops the clocks; only what is different is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from escalation.calendar import official
from routing.protocols import Protocols
from routing.replaying import Past, differences, told
from routing.shipped import Shipped, protocols_from
from words.ids import Urgency

OPENED = datetime(2026, 11, 24, 19, 10, tzinfo=UTC)  # 03:10 in Beijing
AHEAD = timedelta(hours=3)
PAST = Past("HT261125-AAAAA", "physical_abuse", Urgency.CRITICAL, "458821", {}, OPENED, lead="police")
DRAFT = '[pack]\nid = "x"\nname = "x"\ndocument = "x"\nplaces = ["458821"]\nparent = "guangxi"\n'


def at(minutes: float) -> datetime:
    return OPENED + timedelta(minutes=minutes)


@pytest.fixture(scope="module")
def in_force(protocols: Shipped) -> Protocols:
    return Protocols(protocols.packs, official())


def drafted(pack_texts: dict[str, str], body: str) -> Protocols:
    return Protocols(protocols_from({**pack_texts, "x.toml": DRAFT + body}).packs, official())


def test_whoever_acted_was_told_no_more(in_force: Protocols) -> None:
    silent = {(each.level, each.clock) for each in told(PAST, in_force, AHEAD) if each.desk == "police"}
    assert {("L0", "acknowledge"), ("L3", "accept"), ("L4", "progress")} <= silent
    quick = replace(PAST, acted={"police": {"acknowledge": at(2), "accept": at(4), "progress": at(30)}})
    rungs = {each.level for each in told(quick, in_force, AHEAD) if each.desk == "police"}
    assert rungs == {"desk"}
    assert "township" not in {each.desk for each in told(quick, in_force, AHEAD)}  # held until the lead allows


def test_the_same_protocols_make_no_difference(in_force: Protocols) -> None:
    assert list(differences([PAST], in_force, in_force, AHEAD)) == []


def test_a_shorter_ladder_and_a_desk_more_are_seen(in_force: Protocols, pack_texts: dict[str, str]) -> None:
    quick = replace(PAST, acted={"police": {"acknowledge": at(4), "accept": at(4), "progress": at(30)}})
    shorter = drafted(pack_texts, '[ladder.L0]\ncritical = "PT3M"\n')
    (found,) = differences([quick], in_force, shorter, AHEAD)
    assert found.gone == () and {(each.at, each.level) for each in found.new} == {(at(3), "L0")}
    more = drafted(
        pack_texts, '[[line]]\ncategory = "physical_abuse"\nwith = ["youth_league"]\nclauses = ["statute:A15"]\n'
    )
    (found,) = differences([quick], in_force, more, AHEAD)
    assert {each.desk for each in found.new} == {"youth_league"} and found.gone == ()
    assert max(each.at for each in found.new) < at(30)  # a desk called in anew acts as the lead did


def test_a_calendar_moves_what_counts_working_time(in_force: Protocols) -> None:
    normal = replace(PAST, category="dropout", urgency=Urgency.NORMAL, lead="education")
    holiday = official('[2026]\nholidays = { "县庆" = ["2026-11-25/2026-11-27"] }\n')
    (found,) = differences([normal], in_force, Protocols(in_force.packs, holiday), timedelta(days=2))
    assert found.gone and not found.new
