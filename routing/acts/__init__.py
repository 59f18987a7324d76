"""What people of the house do to a case. Each act is one function: read, decide, answer the batch and a sentence.

`async def verb(session, person, …, now) -> tuple[Batch, Line]`, run with `store.carry_out`. A `Refused` is shown as it is; what is
not there and what is not this person's are refused in the same words.
"""

from routing.acts.briefing import brief_helpers
from routing.acts.checking import check_ticket
from routing.acts.deciding import confer, record_decision
from routing.acts.delaying import ask_extension, ask_pause, decide_delay, end_pause
from routing.acts.duty import (
    call_connected,
    call_unanswered,
    called_110,
    gaps_told,
    place_found,
    somebody_found,
    write_gist,
    wrong_number,
)
from routing.acts.every_case import check_unit, finish_check
from routing.acts.finishing import close, record_result
from routing.acts.guarding import end_guardianship, start_guardianship
from routing.acts.levels import lower_level, raise_level
from routing.acts.linking import confirm_link, identify_child, link_case
from routing.acts.merging import merge_case, split_case
from routing.acts.passing import call_in, hand_over, reassign, return_case
from routing.acts.resending import resend_letter
from routing.acts.revealing import confirm_reveal, reveal_reporter, review_reveal
from routing.acts.supervising import call_for_words, propose, reply_proposal
from routing.acts.taking import accept, acknowledge, police_dispatched
from routing.acts.taking_back import take_back
from routing.acts.telling import call_back, record_tried, tell_reporter
from routing.acts.visits import allow_visit
from routing.acts.working import ask_reporter, progress

__all__ = [
    "accept",
    "acknowledge",
    "allow_visit",
    "ask_extension",
    "ask_pause",
    "ask_reporter",
    "brief_helpers",
    "call_back",
    "call_connected",
    "call_for_words",
    "call_in",
    "call_unanswered",
    "called_110",
    "check_ticket",
    "check_unit",
    "close",
    "confer",
    "confirm_link",
    "confirm_reveal",
    "decide_delay",
    "end_guardianship",
    "end_pause",
    "finish_check",
    "gaps_told",
    "hand_over",
    "identify_child",
    "link_case",
    "lower_level",
    "merge_case",
    "place_found",
    "police_dispatched",
    "progress",
    "propose",
    "raise_level",
    "reassign",
    "record_decision",
    "record_result",
    "record_tried",
    "reply_proposal",
    "resend_letter",
    "return_case",
    "reveal_reporter",
    "review_reveal",
    "somebody_found",
    "split_case",
    "start_guardianship",
    "take_back",
    "tell_reporter",
    "write_gist",
    "wrong_number",
]
