"""Everything a conversation remembers: a value that fits into one (encrypted) row.

phase   draft   nothing has left the conversation: 取消 may still delete it
        open    a case exists and is still being told: after danger, or after the quiet time ran out
        filed   the reporter pressed 提交 (or came with a receipt code): what is said now is added to the case
danger  ""      no sign of immediate danger yet
        shown   the 110 card is on the screen and unanswered
        called / cannot / present   已打 / 现在不方便打 / 警察或医生已在场
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from words.ids import CATEGORIES, Urgency

VERSION = 1
PHASES = ("draft", "open", "filed")
# Roles of what belongs to the report itself, see `Heard`.
STORY_ROLES = ("told", "answer", "question")
DANGER = ("", "shown", "called", "cannot", "present")


@dataclass(frozen=True)
class Known:
    """A field's value, the reporter's own words it came from, and whether she set it herself (then nothing guesses over it)."""

    value: Any
    words: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Heard:
    """One message. `role` says what it was for.

    told      part of the report
    answer    part of it too, said because it was asked
    question  a question about rules: judged with the rest, but no report by itself
    private   about the reporter herself: never part of the story
    press     a button or a command
    talk      a greeting, thanks, a withdrawal
    """

    update: str
    text: str
    role: str = "talk"


@dataclass(frozen=True)
class State:
    """A conversation. Fresh: `State()`."""

    phase: str = "draft"
    heard: tuple[Heard, ...] = ()
    fields: Mapping[str, Known] = field(default_factory=dict)
    asking: str = ""  # the question that waits for an answer
    again: int = 0  # how often that question has been repeated because the answer was none
    asked: tuple[str, ...] = ()  # questions put so far, answered or skipped
    level: Urgency | None = None  # the gravest level ever judged; never falls
    category: str = ""  # primary category of that judgement
    gravest: tuple[int, int] = (0, 0)  # slice of `told` that was judged so
    harm: bool = False  # tells of harm to a child
    danger: str = ""
    danger_at: datetime | None = None
    child: bool = False  # a child writes for herself
    donts: bool = False  # the four don'ts have been said
    unread: int = 0  # voices, pictures, cries that a person must look at
    duty: bool = False  # 有人不让我报 has been passed on
    answered: Mapping[str, str] = field(default_factory=dict)  # update -> the question that it answered
    edits: Mapping[str, str] = field(default_factory=dict)  # update that was edited later -> what it says now
    quiet: bool = False  # the quiet time has run out once: it has been submitted by itself
    unit: str | None = None
    last_at: datetime | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """What belongs to the report, in the order it was said."""
        return tuple(said.text for said in self.heard if said.role in STORY_ROLES)

    @property
    def story(self) -> str:
        return joined(self.told)

    @property
    def reportable(self) -> bool:
        """Is there anything a desk should see, were the reporter never to come back? A greeting or a question is not."""
        if self.unread or any(said.role == "told" for said in self.heard):
            return True
        return bool(self.told) and self.level is not None and self.level is not Urgency.INFO

    @property
    def alarming(self) -> bool:
        """Can no longer be deleted: something in it says that a child may be hurt, or nobody can judge it yet."""
        return self.harm or self.unread > 0 or self.level in (Urgency.CRITICAL, Urgency.URGENT)

    def has_heard(self, update: str) -> bool:
        return any(said.update == update for said in self.heard)

    def value(self, name: str) -> Any:
        known = self.fields.get(name)
        return known.value if known else None

    def knowing(self, known: Mapping[str, Known]) -> "State":
        return replace(self, fields={**self.fields, **known})

    def to_json(self) -> str:
        return json.dumps(
            {
                "v": VERSION,
                "phase": self.phase,
                "heard": [[said.update, said.text, said.role] for said in self.heard],
                "fields": {name: [known.value, known.words, known.fixed] for name, known in self.fields.items()},
                "asking": self.asking,
                "again": self.again,
                "asked": list(self.asked),
                "level": self.level.value if self.level else None,
                "category": self.category,
                "gravest": list(self.gravest),
                "harm": self.harm,
                "danger": self.danger,
                "danger_at": self.danger_at.isoformat() if self.danger_at else None,
                "child": self.child,
                "donts": self.donts,
                "unread": self.unread,
                "duty": self.duty,
                "quiet": self.quiet,
                "answered": dict(self.answered),
                "edits": dict(self.edits),
                "unit": self.unit,
                "last_at": self.last_at.isoformat() if self.last_at else None,
            },
            ensure_ascii=False,
        )

    @staticmethod
    def from_json(text: str) -> "State":
        """A state written by this or an earlier version. What is missing gets its default; a newer one is refused.

        Raises ValueError when the text is no state, or was written by a newer version (start that version again).
        """
        row = json.loads(text)
        if not isinstance(row, dict):
            raise ValueError("a conversation state must be a JSON object")
        if int(row.get("v", 1)) > VERSION:
            raise ValueError(f"the conversation was written by a newer version ({row['v']}): start that version again")
        level, category, gravest = row.get("level"), row.get("category", ""), row.get("gravest") or (0, 0)
        return State(
            phase=_one_of(PHASES, row.get("phase")),
            heard=tuple(Heard(*entry) for entry in row.get("heard", ())),
            fields={name: Known(*entry) for name, entry in (row.get("fields") or {}).items()},
            asking=row.get("asking", ""),
            again=row.get("again", 0),
            asked=tuple(row.get("asked", ())),
            level=Urgency(level) if level else None,
            category=category if category in CATEGORIES else "",
            gravest=(gravest[0], gravest[1]),
            harm=bool(row.get("harm")),
            danger=_one_of(DANGER, row.get("danger")),
            danger_at=_moment(row.get("danger_at")),
            child=bool(row.get("child")),
            donts=bool(row.get("donts")),
            unread=row.get("unread", 0),
            duty=bool(row.get("duty")),
            quiet=bool(row.get("quiet")),
            answered=row.get("answered") or {},
            edits=row.get("edits") or {},
            unit=row.get("unit"),
            last_at=_moment(row.get("last_at")),
        )


def joined(told: Sequence[str]) -> str:
    """Messages as one text, a line each. Not closed as sentences: people send half a sentence and then the other half."""
    return "\n".join(told)


def _one_of(known: tuple[str, ...], value: Any) -> str:
    return value if value in known else known[0]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
