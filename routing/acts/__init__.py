"""What people of the house do to a case. Each act is one function: read, decide, answer the batch and a sentence.

`async def verb(session, person, …, now) -> tuple[Batch, Line]`, run with `store.carry_out`. A `Refused` is shown as it is; what is
not there and what is not this person's are refused in the same words.
"""

from routing.acts.checking import check_ticket
from routing.acts.delaying import ask_extension, ask_pause, decide_delay, end_pause
from routing.acts.duty import (
    call_connected,
    call_unanswered,
    called_110,
    place_found,
    somebody_found,
    write_gist,
    wrong_number,
)
from routing.acts.finishing import close, record_result, record_tried, tell_reporter
from routing.acts.passing import hand_over, reassign, return_case
from routing.acts.revealing import confirm_reveal, reveal_reporter, review_reveal
from routing.acts.taking import accept, acknowledge, police_dispatched
from routing.acts.visits import allow_visit
from routing.acts.working import ask_reporter, progress

__all__ = [
    "accept",
    "acknowledge",
    "allow_visit",
    "ask_extension",
    "ask_pause",
    "ask_reporter",
    "call_connected",
    "call_unanswered",
    "called_110",
    "check_ticket",
    "close",
    "confirm_reveal",
    "decide_delay",
    "end_pause",
    "hand_over",
    "place_found",
    "police_dispatched",
    "progress",
    "reassign",
    "record_result",
    "record_tried",
    "return_case",
    "reveal_reporter",
    "review_reveal",
    "somebody_found",
    "tell_reporter",
    "write_gist",
    "wrong_number",
]  # fmt: skip
