"""Single values of a ticket, read as tolerantly as can be done honestly: text, times, telephone numbers, division codes. Pure.

Each function answers the value, or None, and the code of what was odd (`flaws.KINDS`), empty when nothing was.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from intake.triage.contacts import phones
from words.beijing import BEIJING

# Written by platforms and by hand; each platform adds its own. Hours and minutes need not be padded.
TIMES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d %H:%M",
    "%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日%H时%M分", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日",
)  # fmt: skip
AMERICAN = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y")
EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=BEIJING)
EXCEL_DAYS = (30_000.0, 80_000.0)  # 1982 … 2119: a number in this range is a day count, not a year
OLDEST = timedelta(days=3650)
AHEAD = timedelta(days=2)

_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>|</?[a-zA-Z]+$|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table td th tr ul".split()
)
_SILENT = frozenset(("script", "style", "template", "noscript", "iframe", "object", "svg"))
_MOST_HTML = 30_000  # beyond it tags are cut out by pattern: a parser's time on hostile markup is nobody's to foresee
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff]")
_MANGLED = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d+")


def whole_characters(text: str) -> str:
    """JSON can carry half of a character (a lone surrogate): it becomes the replacement sign."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def text_of(value: Any) -> tuple[str, str]:
    """Any JSON as text: a string as it is, a list or an object as what can be read in it."""
    if value is None:
        return "", ""
    if isinstance(value, str):
        return value, ""
    if isinstance(value, bool) or not isinstance(value, int | float | list | dict):
        return str(value), "field_type"
    if isinstance(value, int | float):
        return number_text(value), ""
    return "\n".join(leaves(value)), "field_type" if value else ""


def number_text(value: int | float) -> str:
    """As a person writes it: 12.0 is 12, 1.5e10 is 15000000000."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    return str(value) if abs(value) < 10**60 else f"{value:.6e}" if abs(value) < 10**300 else "…"


def leaves(value: Any) -> Iterator[str]:
    """Every piece of text in any JSON, in order."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(reversed(list(each.values())))
        elif isinstance(each, list):
            waiting.extend(reversed(each))
        elif isinstance(each, str):
            if each.strip():
                yield each
        elif isinstance(each, int | float) and not isinstance(each, bool):
            yield number_text(each)


def shallow(value: Any, depth: int = 24) -> Any:
    """The same with nothing nested deeper than that: what lies below is its text. Nobody's ticket is that deep, and what
    is must not trip whoever walks it."""
    if isinstance(value, dict):
        return (
            {str(key): shallow(each, depth - 1) for key, each in value.items()} if depth else "\n".join(leaves(value))
        )
    if isinstance(value, list):
        return [shallow(each, depth - 1) for each in value] if depth else "\n".join(leaves(value))
    return value


def readable(text: str) -> tuple[str, str]:
    """What a person would read of it: markup out, control characters out, empty lines out."""
    odd = ""
    text = whole_characters(text)
    if ("<" in text or "&" in text) and _TAG.search(text):
        text, odd = (_without_markup(text) if len(text) <= _MOST_HTML else html.unescape(_TAG.sub(" ", text))), "html"
    lines = (re.sub(r"[ \t\xa0\u3000]+", " ", each).strip() for each in _CONTROL.sub("", text).splitlines())
    return "\n".join(each for each in lines if each), odd


class _Reader(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _BLOCKS:
            self.said.append("\n")

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        if tag in _BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def _without_markup(text: str) -> str:
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
        said = "".join(reader.said)
    except (AssertionError, ValueError):
        said = ""
    # Markup that is never closed (a script without its end) must not swallow the story.
    return said if said.strip() else html.unescape(_TAG.sub(" ", text))


def moment_of(value: Any, formats: Sequence[str], now: datetime) -> tuple[datetime | None, str]:
    """A time as some system wrote it, aware UTC; without a zone it is Beijing's. `formats` are tried before the usual ones."""
    text = unicodedata.normalize("NFKC", text_of(value)[0]).strip()
    if not text:
        return None, "time_missing"
    found, odd = _parsed(text, formats)
    if found is None:
        return None, "time_unreadable"
    if not now - OLDEST <= found <= now + AHEAD:
        return found, "time_implausible"
    return found, odd


def _parsed(text: str, formats: Sequence[str]) -> tuple[datetime | None, str]:
    try:
        if re.fullmatch(r"-?\d{1,20}(?:\.\d{1,12})?", text) and (found := _counted(text, formats)) is not None:
            return found, "time_guessed" if len(text.partition(".")[0]) == 5 else ""
        if re.match(r"\d{4}-\d{2}-\d{2}[T ]", text):
            try:
                return _aware(datetime.fromisoformat(text)), ""
            except ValueError:
                pass
        for form in (*formats, *TIMES):
            if (found := _by(form, text)) is not None:
                return found, ""
        for form in AMERICAN:
            if (found := _by(form, text)) is not None:
                return found, "time_guessed"
    except (ValueError, OverflowError, OSError):
        pass
    return None, ""


def _counted(text: str, formats: Sequence[str]) -> datetime | None:
    """Seconds or milliseconds since 1970, days of a spreadsheet, or digits only (20251104083012)."""
    number, whole = float(text), text.partition(".")[0]
    if len(whole) == 14 and (found := _by("%Y%m%d%H%M%S", whole)):
        return found
    if len(whole) == 12 and (found := _by("%Y%m%d%H%M", whole)):
        return found
    if len(whole) == 13:
        return datetime.fromtimestamp(number / 1000, UTC)
    if len(whole) == 10:
        return datetime.fromtimestamp(number, UTC)
    if len(whole) == 8 and (found := _by("%Y%m%d", whole)):
        return found
    if EXCEL_DAYS[0] < number < EXCEL_DAYS[1]:
        return (EXCEL_DAY_0 + timedelta(seconds=round(number * 86_400))).astimezone(UTC)
    return None


def _by(form: str, text: str) -> datetime | None:
    try:
        return _aware(datetime.strptime(text, form))  # noqa: DTZ007  # the zone is added right after
    except ValueError:
        return None


def _aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)


def mangled(text: str) -> bool:
    """Whether a spreadsheet made a number of it and lost digits: 2.02511E+14."""
    return bool(_MANGLED.fullmatch(text.replace(" ", "")))


def phone_of(text: str) -> tuple[str | None, str]:
    """The first telephone number in it, digits only."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None, "phone_missing"
    if mangled(plain):
        return None, "phone_mangled"
    found = phones(plain) or phones(re.sub(r"(?<=\d)\s+(?=\d)", "", plain))
    if not found:
        return None, "phone_unreadable"
    return found[0][0], "phone_several" if len({number for number, _, _ in found}) > 1 else ""


def code_of(text: str) -> tuple[str | None, str, str]:
    """A division code (GB/T 2260: 6 digits; with town and village 9 and 12); what was odd, and what to say of it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None, "", ""
    bare = plain.removesuffix(".0").replace(" ", "")
    if not (bare.isascii() and bare.isdigit()) or len(bare) < 6 or len(bare) > 15 or bare.startswith("0"):
        return None, "code_unreadable", ""
    if len(bare) not in (6, 9, 12):
        bare = bare[:12] if len(bare) > 12 else bare[:9] if len(bare) > 9 else bare[:6]
        return bare, "code_mangled", bare
    if bare != plain:
        return bare, "code_mangled", bare
    return bare, "code_short" if len(bare) == 9 else "", "9"


def addresses(value: Any) -> tuple[tuple[str, ...], str]:
    """Addresses of attachments, however they are listed; what is none stays in the raw body."""
    texts = [each.strip() for each in _strings(value)]
    found = [text for text in texts if re.match(r"https?://[^\s\"<>]+$", text, re.IGNORECASE)]
    return tuple(dict.fromkeys(whole_characters(text)[:2000] for text in found[:100])), (
        "attachment_odd" if any(text and text not in found for text in texts) or len(found) > 100 else ""
    )


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return re.split(r"[\s,;，；|]+", value)
    return list(leaves(value))


def canonical(value: Any) -> str:
    """One text for equal JSON, whatever the order of its keys."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
