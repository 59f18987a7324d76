"""A file on its way to a person, and the line that somebody asked for what is not theirs."""

import re
from dataclasses import dataclass
from datetime import datetime

from records.batch import Batch
from records.tables import Account

_REFERENCE = re.compile(r"HT\d{6}-[0-9A-Z]{5}")


@dataclass(frozen=True)
class File:
    """A file's bytes. `name` is the neutral name it is offered under, never the sender's own."""

    name: str
    media_type: str
    content: bytes


def refused_look(person: Account, reference: str, purpose: str, now: datetime) -> Batch:
    """The line that somebody asked for what is not there, or not theirs. What was typed is kept only if it is a reference."""
    typed = reference.strip().upper()
    batch = Batch()
    batch.audit(now, person.id, "case.look_refused", typed if _REFERENCE.fullmatch(typed) else "?", purpose)
    return batch
