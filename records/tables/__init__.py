"""All tables. Import this package to know the whole schema (`SQLModel.metadata`)."""

from records.tables.cases import Assignment, Case, Event, Mark, Result, Telling
from records.tables.chats import BindingCode, Chat, Post, Update
from records.tables.letters import DutyTask, Letter
from records.tables.papers import Scan, ScanPiece
from records.tables.people import Account, Desk, Duty, LoginSession, Place, Poster, SecondFactor
from records.tables.proceedings import CaseLink, Conference, Decision, Guardianship, Proposal, UnitCheck
from records.tables.reports import Attachment, Conversation, Inbox, Piece, Receipt, Statement
from records.tables.site import AuditLine, AuditWriter, Lease, Seal, Setting
from records.tables.tickets import ApiKey, ImportRow, PlatformLink, Ticket, TicketBody, TicketFile, TicketImport
from records.tables.timers import ClockRow, Task

__all__ = [
    "Account", "ApiKey", "Assignment", "Attachment", "AuditLine", "AuditWriter", "BindingCode", "Case", "CaseLink", "Chat",
    "ClockRow", "Conference", "Conversation", "Decision", "Desk", "Duty", "DutyTask", "Event", "Guardianship",
    "ImportRow", "Inbox", "Lease", "Letter", "LoginSession", "Mark", "Piece", "Place", "PlatformLink", "Post", "Poster",
    "Proposal", "Receipt", "Result", "Scan", "ScanPiece", "Seal", "SecondFactor", "Setting", "Statement", "Task", "Telling", "Ticket",
    "TicketBody", "TicketFile", "TicketImport", "UnitCheck", "Update",
]  # fmt: skip
