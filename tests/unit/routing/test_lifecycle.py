"""One table says what may follow; the rules over it say why not."""

import pytest

from routing.lifecycle import CASE, OWING, PART, STOPS, Facts, after, after_return, may, may_close
from words.ids import Urgency

URGENT = Facts(Urgency.URGENT)


@pytest.mark.parametrize("table", [PART, CASE], ids=["part", "case"])
def test_every_state_says_what_it_means_and_leads_only_to_states(table) -> None:  # type: ignore[no-untyped-def] # two tables
    for state in table.values():
        assert str(state.means) and set(state.acts.values()) <= set(table)


def test_every_part_can_be_reached_and_work_can_end() -> None:
    reached, ahead = set(), ["held", "copied", "notified", "undecided"]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += PART[name].acts.values()
    assert reached == set(PART)
    assert {"held", "copied", "moved", "void", "done"}.isdisjoint(OWING)


def test_nothing_stops_the_child_clock() -> None:
    assert all("child" not in kinds for kinds in STOPS.values())


def test_a_desk_sees_takes_and_finishes() -> None:
    state = "notified"
    for act in ("acknowledge", "accept", "progress", "record_result", "tell_reporter"):
        assert may(state, act, URGENT) is None
        state = after(state, act)
    assert state == "done"


def test_critical_is_handed_over_and_never_returned() -> None:
    facts = Facts(Urgency.CRITICAL)
    for state in ("notified", "acknowledged", "accepted"):
        assert "不能退回" in str(may(state, "return", facts))
        assert may(state, "hand_over", facts) is None
    assert may("handed_over", "release", facts) is None  # the first desk answers until another accepts


def test_until_another_accepts_the_first_desk_can_still_act() -> None:
    police = Facts(Urgency.CRITICAL, "police")
    for act in ("progress", "police_dispatched", "ask_reporter", "allow_visit"):
        assert may("handed_over", act, police) is None and after("handed_over", act) == "handed_over"
    assert may("handed_over", "police_dispatched", Facts(Urgency.CRITICAL, "civil_affairs")) is not None
    assert after("undecided", "progress") == "undecided"


def test_only_police_say_that_police_went() -> None:
    assert may("notified", "police_dispatched", Facts(Urgency.CRITICAL, "civil_affairs")) is not None
    assert may("notified", "police_dispatched", Facts(Urgency.CRITICAL, "police")) is None
    assert STOPS["police_dispatched"] == ("acknowledge", "accept")


def test_a_held_desk_can_do_nothing_until_it_is_let_know() -> None:
    assert set(PART["held"].acts) == {"let_know", "withdraw"}
    assert may("held", "accept", URGENT) is not None


def test_the_second_return_is_the_coordinators() -> None:
    assert (after_return(0), after_return(1), after_return(5)) == ("returned", "undecided", "undecided")


def test_closing_needs_a_result_a_feedback_and_every_desk_done() -> None:
    assert "结果" in str(may_close("open", URGENT))
    assert "反馈" in str(may_close("open", Facts(Urgency.URGENT, results=1)))
    assert "协同" in str(may_close("open", Facts(Urgency.URGENT, results=1, told=True, owing=("accepted",))))
    assert "提问" in str(may_close("open", Facts(Urgency.URGENT, results=1, told=True, asks_reporter=True)))
    assert may_close("open", Facts(Urgency.URGENT, results=1, told=True, owing=("done", "moved", "held"))) is None
    assert may_close("closed", URGENT) is not None


def test_pause_and_extension_follow_the_level() -> None:
    assert may("accepted", "pause", Facts(Urgency.CRITICAL)) and may("accepted", "extend", Facts(Urgency.CRITICAL))
    assert may("accepted", "pause", URGENT) is None and may("accepted", "extend", URGENT) is None


def test_an_unknown_act_is_a_programmers_error() -> None:
    with pytest.raises(KeyError):
        may("accepted", "juggle", URGENT)
