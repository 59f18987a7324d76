"""What each act of the case page does with what was typed: parsed here, decided in `routing.acts`."""

from collections.abc import Callable, Mapping

from routing.acts import delaying, finishing, passing, revealing, taking, telling, visits, working
from routing.acts.taking_back import take_back
from routing.feedback import REPORTER
from routing.outcomes import safe_sentence
from routing.seen import Seen
from web import acts_decided
from web.acts_decided import seen_of
from web.typed import Decided, Task


def _progress(task: Task) -> Decided:
    at = task.moment("at") or task.now
    seen = None
    if task.text("seen"):
        seen = Seen(who=task.text("who"), at=at, where=task.text("seen_where"), apart=task.yes_or_no("apart"))
    return working.progress(
        task.session, task.person, task.reference, task.text("who"), at, task.text("what"), seen, task.protocols,
        task.now,
    )  # fmt: skip


def _record_result(task: Task) -> Decided:
    """Without a tellable text of its own the result is told in the safe sentences of its outcomes."""
    outcomes = task.many("outcomes")
    return finishing.record_result(
        task.session, task.person, task.reference, outcomes, task.text("document_number"), task.text("inner"),
        task.text("tellable") or safe_sentence(outcomes), seen_of(task), task.protocols, task.now,
        task.moment("decision_by"),
    )  # fmt: skip


def _tell(interim: bool) -> Callable[[Task], Decided]:
    return lambda task: telling.tell_reporter(
        task.session, task.person, task.reference, task.text("text"), interim, task.protocols, task.now
    )


def _pass_on(act: Callable[..., Decided]) -> Callable[[Task], Decided]:
    return lambda task: act(
        task.session, task.person, task.reference, task.text("department"), task.text("reason"), task.protocols,
        task.now,
    )  # fmt: skip


ACTS: Mapping[str, Callable[[Task], Decided]] = {
    **acts_decided.ACTS,
    "acknowledge": lambda task: taking.acknowledge(task.session, task.person, task.reference, task.now),
    "accept": lambda task: taking.accept(task.session, task.person, task.reference, task.now),
    "take_back": lambda task: take_back(task.session, task.person, task.reference, task.now),
    "police_dispatched": lambda task: taking.police_dispatched(
        task.session, task.person, task.reference, task.text("number"), task.now
    ),
    "allow_visit": lambda task: visits.allow_visit(task.session, task.person, task.reference, task.protocols, task.now),
    "progress": _progress,
    "ask_reporter": lambda task: working.ask_reporter(
        task.session, task.person, task.reference, task.text("question"), task.protocols, task.now
    ),
    "record_result": _record_result,
    "tell_reporter": _tell(interim=False),
    "tell_interim": _tell(interim=True),
    "record_tried": lambda task: telling.record_tried(
        task.session,
        task.person,
        task.reference,
        task.text("recipient") or REPORTER,
        task.text("way"),
        task.moment("at") or task.now,
        task.text("how"),
        task.now,
    ),
    "close": lambda task: finishing.close(task.session, task.person, task.reference, task.protocols, task.now),
    "ask_extension": lambda task: delaying.ask_extension(
        task.session, task.person, task.reference, task.number("days"), task.text("reason"), task.protocols, task.now
    ),
    "ask_pause": lambda task: delaying.ask_pause(
        task.session, task.person, task.reference, task.text("body"), task.text("reason"), task.protocols, task.now
    ),
    "decide_delay": lambda task: delaying.decide_delay(
        task.session,
        task.person,
        task.reference,
        task.text("ask"),
        task.yes_or_no("granted"),
        task.text("reason"),
        task.text("told"),
        task.protocols,
        task.now,
    ),
    "end_pause": lambda task: delaying.end_pause(
        task.session, task.person, task.reference, task.text("what"), task.protocols, task.now
    ),
    "hand_over": _pass_on(passing.hand_over),
    "return": _pass_on(passing.return_case),
    "reassign": _pass_on(passing.reassign),
    "call_in": _pass_on(passing.call_in),
    "reveal_reporter": lambda task: revealing.reveal_reporter(
        task.session, task.person, task.reference, task.text("reason"), task.protocols, task.now
    ),
    "confirm_reveal": lambda task: revealing.confirm_reveal(task.session, task.person, task.reference, task.now),
    "review_reveal": lambda task: revealing.review_reveal(
        task.session, task.person, task.reference, task.yes_or_no("fair"), task.text("remark"), task.now
    ),
}
