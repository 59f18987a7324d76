"""A ticket's JSON read by its platform's profile: fields, what was odd about them, and the text that triage judges. Pure.

Nothing a ticket holds makes this fail. What a field should not be is read as far as it can be, kept as it came, and named.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.tickets import values
from intake.tickets.flaws import Flaw, once
from intake.tickets.profile import EACH, Path, Profile

LONG = 5_000  # characters of a content that nobody reads at a glance
MOST_JUDGED = 60_000  # of the text; the rest is for a person
_LIMITS: Mapping[str, int] = {
    "title": 300,
    "caller_name": 80,
    "region": 300,
    "channel": 80,
    "type": 80,
    "call_back": 2_000,
}
_YES = frozenset(("true", "1", "yes", "y", "是", "本人", "对"))


class NothingToFile(ValueError):
    """There is nothing that could be kept as a report."""


@dataclass(frozen=True)
class Transfer:
    """A three-way call that was made: which number (110, 120), who made it, who took it, the incident's number, when."""

    called: str
    by: str = ""
    took: str = ""
    number: str = ""
    at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "at": self.at.isoformat() if self.at else None}


@dataclass(frozen=True)
class Slip:
    """A ticket as it was understood. `raw` holds every known field as it came; `flaws` what is odd about which.

    `order` is what the same order is known by; `given` the order number as written, None when there was none.
    """

    given: str | None
    order: str
    title: str = ""
    content: str = ""
    type: str = ""  # one of profile.TYPES, or empty
    channel: str = ""
    caller_name: str = ""
    caller_phone: str | None = None
    region: str = ""
    region_code: str | None = None
    received_at: datetime | None = None
    event: str = ""  # one of profile.EVENTS, or empty
    attachments: tuple[str, ...] = ()
    satisfaction: str = ""
    call_back: str = ""
    caller_is_subject: bool = False
    transfer: Transfer | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()

    @property
    def text(self) -> str:
        """What is judged and what a desk reads: the title, then the content."""
        return "\n".join(part for part in (self.title, self.content) if part)

    @property
    def meaning(self) -> str:
        """Equal for two deliveries that say the same, whatever else they carry: then the second is a resend."""
        return values.canonical(
            [
                self.title, self.content, self.type, self.caller_name, self.caller_phone, self.region, self.region_code,
                self.attachments, self.satisfaction, self.call_back, self.caller_is_subject,
                self.transfer.to_json() if self.transfer else None,
                self.event if self.event not in ("", "update") else "",
            ]
        )  # fmt: skip


def read_slip(profile: Profile, data: Mapping[str, Any], now: datetime) -> Slip:
    """Raises NothingToFile when there is nothing at all in it."""
    if not data:
        raise NothingToFile
    return _Reading(profile, data, now).slip()


def pick(data: Any, path: Path) -> Any:
    """What stands at a path; None when nothing does. Behind `[]` a list of what each item has there."""
    for place, step in enumerate(path):
        if step == EACH:
            items = data if isinstance(data, list) else [] if data is None else [data]
            rest = path[place + 1 :]
            return [found for item in items if (found := pick(item, rest) if isinstance(item, dict) and rest else item) is not None]  # fmt: skip
        if not isinstance(data, dict):
            return None
        data = data.get(step)
    return data


class _Reading:
    """One ticket under way."""

    def __init__(self, profile: Profile, data: Mapping[str, Any], now: datetime) -> None:
        self.profile, self.data, self.now = profile, data, now
        self.raw = {name: found for name in profile.fields if (found := self._found(name)) is not None}
        self.flaws: list[Flaw] = []

    def _found(self, name: str) -> Any:
        for path in self.profile.fields[name]:
            found = pick(self.data, path)
            if found not in (None, "", [], {}):
                return found
        return None

    def flaw(self, field: str, code: str, value: object = "") -> None:
        if code:
            self.flaws.append(Flaw(field, code, values.whole_characters(str(value))))

    def slip(self) -> Slip:
        title, content = self.written("title"), self.body()
        given, order = self.order(title, content)
        phone = self.phone()
        code = self.code()
        region = self.written("region")
        addresses, odd = values.addresses(self.raw.get("attachments"))
        self.flaw("attachments", odd)
        subject = self.yes("caller_is_subject")
        if subject:
            self.flaw("caller_is_subject", "subject_calls")
        received, said = values.moment_of(self.raw.get("received_at"), self.profile.times, self.now)
        self.flaw("received_at", said, f"{received:%Y-%m-%d %H:%M}" if received else "")
        self.unknown()
        return Slip(
            given=given, order=order, title=title, content=content, type=self.kind(), channel=self.written("channel"),
            caller_name=self.written("caller_name"), caller_phone=phone, region=region, region_code=code,
            received_at=received if said in ("", "time_guessed") else None, event=self.one_of("event"),
            attachments=addresses, satisfaction=self.one_of("satisfaction"), call_back=self.written("call_back"),
            caller_is_subject=subject, transfer=self.transfer(), raw=self.raw, flaws=once(self.flaws),
        )  # fmt: skip

    def written(self, name: str) -> str:
        """A field as text, without markup, cut to what it may sensibly hold (the whole stays in the raw body)."""
        text, odd = values.text_of(self.raw.get(name))
        self.flaw(name, odd)
        text, odd = values.readable(text)
        self.flaw(name, odd)
        most = _LIMITS.get(name)
        if most is None or len(text) <= most:
            return text
        self.flaw(name, "content_cut", most)
        return text[:most]

    def body(self) -> str:
        """The content. Where no field fits at all, everything that can be read is the content: a report is in there."""
        if not {"order_no", "title", "content"} & set(self.raw):
            everything = "\n".join(values.leaves(self.data))
            if everything:
                self.flaw("", "shape_unknown")
            content = values.readable(everything)[0]
        else:
            content = self.written("content")
        if not content:
            self.flaw("content", "content_missing")
        elif len(content) > MOST_JUDGED:
            self.flaw("content", "content_cut", MOST_JUDGED)
        elif len(content) > LONG:
            self.flaw("content", "content_long", len(content))
        return content

    def order(self, title: str, content: str) -> tuple[str | None, str]:
        """The order number, and what the order is known by. Without a number the same words from the same caller are the
        same order."""
        value = self.raw.get("order_no")
        text, odd = values.text_of(value)
        number = " ".join(unicodedata.normalize("NFKC", values.whole_characters(text)).split())
        if odd or len(number) > 200:
            self.flaw("order_no", "order_odd")
            return number[:200] or None, f"odd:{values.canonical(value)}"
        if values.mangled(number):
            # Two numbers may have become one: then what it says must agree as well.
            self.flaw("order_no", "order_mangled")
            return number, f"odd:{values.canonical([number, title, content])}"
        if number:
            return number, f"no:{number}"
        self.flaw("order_no", "order_missing")
        basis = [title, content, *(self.raw.get(name) for name in ("caller_phone", "received_at"))]
        return None, "text:" + values.canonical(basis if title or content else self.data)

    def phone(self) -> str | None:
        text, odd = values.text_of(self.raw.get("caller_phone"))
        self.flaw("caller_phone", odd)
        found, odd = values.phone_of(values.whole_characters(text[:500]))
        self.flaw("caller_phone", odd)
        return found

    def code(self) -> str | None:
        text, odd = values.text_of(self.raw.get("region_code"))
        self.flaw("region_code", odd)
        found, odd, said = values.code_of(values.whole_characters(text[:100]))
        self.flaw("region_code", odd, said)
        return found

    def kind(self) -> str:
        """The type is only shown: it never lowers what the words say."""
        if "type" not in self.raw:
            return ""
        word = self.written("type")
        known = self.profile.word("type", word)
        if known is None:
            self.flaw("type", "type_unknown")
        return known or ""

    def one_of(self, name: str) -> str:
        text, _ = values.text_of(self.raw.get(name))
        return self.profile.word(name, text[:80]) or ""

    def yes(self, name: str) -> bool:
        value = self.raw.get(name)
        return value is True or values.text_of(value)[0][:10].strip().lower() in _YES

    def transfer(self) -> Transfer | None:
        value = self.raw.get("transfer")
        if value is None:
            return None
        if not isinstance(value, dict):
            text = values.readable(values.text_of(value)[0])[0][:200]
            return Transfer("110", took=text) if text else None

        def part(name: str, most: int) -> str:
            return values.readable(values.text_of(value.get(name))[0])[0][:most]

        at, _ = values.moment_of(value.get("at"), self.profile.times, self.now)
        called = part("called", 20) or "110"
        return Transfer(called, part("by", 60), part("took", 60), part("number", 40), at)

    def unknown(self) -> None:
        """Fields that the profile does not know: kept with the raw body, and named so that nobody wonders."""
        known = {path[0] for paths in self.profile.fields.values() for path in paths}
        tops = [str(key) for key in self.data if key not in known]
        nested = [
            f"{top}.{key}"
            for top in known
            if isinstance(inner := self.data.get(top), dict)
            for key in inner
            if not any(path[:2] == (top, str(key)) or path == (top,) for paths in self.profile.fields.values() for path in paths)
        ]  # fmt: skip
        if found := [values.readable(name[:40])[0] or "?" for name in (*tops, *sorted(nested))]:
            more = "…" if len(found) > 10 else ""
            self.flaw("", "fields_unknown", "、".join(found[:10]) + more)
