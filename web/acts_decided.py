"""What the forms of decisions, checks and supervision do with what was typed."""

from collections.abc import Callable, Mapping

from routing.acts import briefing, deciding, every_case, guarding, levels, linking, merging, supervising, telling
from routing.seen import Seen
from web.typed import Decided, Task


def seen_of(task: Task) -> Seen:
    """Who saw the child, as the forms of results and call-backs ask it."""
    return Seen(
        who=task.text("seen_who"), at=task.moment("seen_at"), where=task.text("seen_where"),
        apart=task.yes_or_no("apart"), safe=task.yes_or_no("safe"), custody=task.text("custody"),
    )  # fmt: skip


ACTS: Mapping[str, Callable[[Task], Decided]] = {
    "record_decision": lambda task: deciding.record_decision(
        task.session, task.person, task.reference, task.text("kind"), task.text("document_number"),
        task.moment("at") or task.now, task.text("reason"), task.protocols, task.now,
    ),
    "confer": lambda task: deciding.confer(
        task.session, task.person, task.reference, task.moment("at") or task.now, task.many("departments"),
        task.text("people"), task.text("decision"), task.now,
    ),
    "start_guardianship": lambda task: guarding.start_guardianship(
        task.session, task.person, task.reference, task.text("kind"), task.text("carer"), task.text("place"),
        task.moment("since") or task.now, task.text("document_number"), task.now,
    ),
    "end_guardianship": lambda task: guarding.end_guardianship(
        task.session, task.person, task.reference, task.text("id"), task.moment("at") or task.now, task.text("how"),
        task.now,
    ),
    "call_for_words": lambda task: supervising.call_for_words(
        task.session, task.person, task.reference, task.text("reason"), task.now
    ),
    "propose": lambda task: supervising.propose(
        task.session, task.person, task.reference, task.text("department"), task.text("document_number"),
        task.text("text"), task.protocols, task.now,
    ),
    "reply_proposal": lambda task: supervising.reply_proposal(
        task.session, task.person, task.reference, task.text("id"), task.text("document_number"), task.text("text"),
        task.now,
    ),
    "call_back": lambda task: telling.call_back(
        task.session, task.person, task.reference, task.yes_or_no("safe"), seen_of(task), task.text("satisfied"),
        task.text("what"), task.protocols, task.home, task.now,
    ),
    "check_unit": lambda task: every_case.check_unit(
        task.session, task.person, task.reference, task.text("unit"), task.text("department"), task.moment("found_at"),
        task.moment("reported_at"), task.text("note"), task.protocols, task.home, task.now,
    ),
    "finish_check": lambda task: every_case.finish_check(
        task.session, task.person, task.reference, task.text("note"), task.now
    ),
    "confirm_link": lambda task: linking.confirm_link(
        task.session, task.person, task.reference, task.text("id"), task.yes_or_no("same"), task.text("reason"),
        task.protocols, task.home, task.now,
    ),
    "link_case": lambda task: linking.link_case(
        task.session, task.person, task.reference, task.text("other"), task.text("reason"), task.protocols, task.home,
        task.now,
    ),
    "identify_child": lambda task: linking.identify_child(
        task.session, task.person, task.reference, task.text("name"), task.text("number"), task.text("born"),
        task.text("township"), task.text("phone"), task.protocols, task.home, task.now,
    ),
    "merge_case": lambda task: merging.merge_case(
        task.session, task.person, task.reference, task.text("into"), task.text("reason"), task.protocols, task.home,
        task.now,
    ),
    "split_case": lambda task: merging.split_case(
        task.session, task.person, task.reference, task.text("reason"), task.protocols, task.home, task.now
    ),
    "raise_level": lambda task: levels.raise_level(
        task.session, task.person, task.reference, task.text("urgency"), task.text("reason"), task.protocols, task.home,
        task.now,
    ),
    "lower_level": lambda task: levels.lower_level(
        task.session, task.person, task.reference, task.text("urgency"), task.text("reason"), task.protocols, task.now
    ),
    "brief_helpers": lambda task: briefing.brief_helpers(
        task.session, task.person, task.reference, task.text("more"), task.named("task_"), task.many("keep_back"), task.now
    ),
}  # fmt: skip
