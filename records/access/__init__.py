"""The one door: what a person of the house may see, and the log of what they saw.

Rows reach `web` and `bot` only through here. "Not yours" looks like "not there".
"""

from records.access.board import Board, BoardLine, board
from records.access.door import look, look_at_file, look_at_task
from records.access.duty import DutyLine, answers_for, duty_screen, places_to_choose
from records.access.files import File
from records.access.load import Load, Wall, loads, wall
from records.access.queue import FILTERS, QueueLine, alarming, queue
from records.access.scans import look_at_scan
from records.access.sight import Call, ClockFace, FileFace, Mail, Part, ScanFace, Sight, Told, Words, WrittenResult
from records.access.standing import Standing, standing
from records.access.ticket_look import Checking, TicketFace, look_at_ticket
from records.access.timeline import UNSEEN, Entry

__all__ = [
    "FILTERS", "UNSEEN", "Board", "BoardLine", "Call", "Checking", "ClockFace", "DutyLine", "Entry", "File", "FileFace", "Load", "Mail", "Part", "QueueLine", "ScanFace", "Sight",
    "Standing", "TicketFace", "Told", "Wall", "Words", "WrittenResult", "alarming", "answers_for", "board", "duty_screen", "loads", "look", "look_at_file",
    "look_at_scan", "look_at_task", "look_at_ticket", "places_to_choose", "queue", "standing", "wall",
]  # fmt: skip
