"""What a button says: which act, on what, until when, signed for one chat and one person. Pure but for the site's key.

    VERB . SUBJECT . MINUTE . CHOICE . SIGNATURE          all of it at most 64 bytes

The subject is a row's id; nothing of a case stands in it. A button that was changed, is too old, or was made for somebody
else opens nothing.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from records.secrets import keyring
from words.ids import DEPARTMENTS

LASTS = timedelta(hours=24)
_SIGNATURE = 14  # characters of base64: 84 bits
_MINUTE = 60


@dataclass(frozen=True)
class Press:
    """A button's verb, the id of what it is about, and a choice made on the way. `key` is the same for the same button only."""

    verb: str
    subject: str
    choice: str
    expires: datetime
    key: str


def sealed(verb: str, subject: str, owner: str, now: datetime, choice: str = "") -> str:
    """The data of a button. `owner` tells chat and person."""
    minute = _digits(int((now + LASTS).timestamp()) // _MINUTE)
    body = f"{verb}.{subject}.{minute}.{choice}"
    return f"{body}.{_sign(body, owner)}"


def opened(data: str, owner: str) -> Press | None:
    """What the button says, whether it is too old or not; None when it was not made by us for this owner."""
    body, _, signature = data.rpartition(".")
    parts = body.split(".")
    if len(parts) != 4 or not hmac.compare_digest(signature.encode(), _sign(body, owner).encode()):
        return None
    verb, subject, minute, choice = parts
    expires = datetime.fromtimestamp(int(minute, 36) * _MINUTE, UTC)
    return Press(verb, subject, choice, expires, signature)


def short(department: str) -> str:
    """A department in four characters, the same in every version of this program."""
    return hashlib.sha256(department.encode()).hexdigest()[:4]


def department_of(code: str) -> str | None:
    return next((department for department in DEPARTMENTS if short(department) == code), None)


def _sign(body: str, owner: str) -> str:
    digest = bytes.fromhex(keyring().blind("button", f"{owner}\0{body}"))
    return base64.urlsafe_b64encode(digest).decode()[:_SIGNATURE]


def _digits(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number, 36)
        found = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + found
    return found or "0"
