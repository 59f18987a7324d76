"""Whatever an operator pastes, as fields of a ticket: a platform's JSON, labelled lines, a row of a table, or just words. Pure."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.tickets import values
from intake.tickets.profile import OURS, Profile
from intake.tickets.reading import pick
from words import surnames

MOST = 200_000  # characters of what is pasted; the rest is left out
_LABEL_END = r"[】\]）)]?\s*[:：]\s*"
_ORDER = re.compile(r"(?=.*\d{6})[A-Za-z0-9_\-]{8,40}")
_REGION = re.compile(r"[\u4e00-\u9fff]{2,30}(?:省|自治区|市|县|区|乡|镇|街道|村)[\u4e00-\u9fff\d]{0,20}")
_NAME = re.compile(rf"[{surnames.ALL}][\u4e00-\u9fff]{{1,3}}|匿名")


@dataclass(frozen=True)
class Pasted:
    """`fields` are texts by our names; `shape` is json, lines, row or words; `profile` whose JSON it is, else ours."""

    fields: Mapping[str, str]
    shape: str
    profile: str = OURS


def understand(text: str, profiles: Mapping[str, Profile], now: datetime) -> Pasted:
    """Nothing that is pasted is lost: what fits no field is content."""
    text = values.whole_characters(text[:MOST]).strip()
    if not text:
        return Pasted({}, "words")
    if text[0] in "{[" and (found := _json(text, profiles)):
        return found
    labels = _labels(profiles)
    if "\t" in text and (fields := _row(text, labels, profiles, now)):
        return Pasted(fields, "row")
    if fields := _lines(text, labels):
        return Pasted(fields, "lines")
    return Pasted({"content": text}, "words")


def _json(text: str, profiles: Mapping[str, Profile]) -> Pasted | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    data = values.shallow(data)
    if isinstance(data, list):
        data = next((each for each in data if isinstance(each, dict)), None)
    if not isinstance(data, dict) or not data:
        return None
    found = {id: _read(profile, data) for id, profile in profiles.items()}

    def fits(id: str) -> tuple[int, int, bool]:
        own = sum(bool(values.text_of(pick(data, paths[0]))[0]) for paths in profiles[id].fields.values())
        return len(found[id]), own, id == OURS

    best = max(found, key=fits)
    fields = found[best]
    if not {"title", "content"} & set(fields):
        fields = {**fields, "content": "\n".join(values.leaves(data))}
    return Pasted(fields, "json", best)


def _read(profile: Profile, data: Mapping[str, Any]) -> dict[str, str]:
    """The fields that stand in the data, with the platform's words for our own where it has some."""
    fields: dict[str, str] = {}
    for name, paths in profile.fields.items():
        for path in paths:
            text, _ = values.text_of(pick(data, path))
            if text.strip():
                fields[name] = profile.word(name, text) or text
                break
    return fields


def _labels(profiles: Mapping[str, Profile]) -> dict[str, str]:
    """How fields are called on the screens that operators copy from → our name."""
    labels = {path[0]: name for name, paths in profiles[OURS].fields.items() for path in paths if len(path) == 1}
    for profile in profiles.values():
        labels |= {label: name for label, name in profile.copy_back if label not in labels}
    return labels


def _lines(text: str, labels: Mapping[str, str]) -> dict[str, str]:
    """标题：… and what follows until the next label. A single label may be by chance, but for that of the content."""
    names = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    starts = list(re.finditer(rf"(?:^|\n|\t| {{2,}})[ \u3000]*[【\[（(]?({names}){_LABEL_END}", text))
    if not starts or (len(starts) == 1 and labels[starts[0].group(1)] != "content"):
        return {}
    fields: dict[str, str] = {}
    rest = text[: starts[0].start()].strip()
    for start, end in zip(starts, [*[each.start() for each in starts[1:]], len(text)], strict=True):
        name, said = labels[start.group(1)], text[start.end() : end].strip()
        if name in fields and said:
            rest = f"{rest}\n{start.group(1)}：{said}".strip()
        elif said:
            fields[name] = said
    if rest:
        fields["content"] = f"{fields.get('content', '')}\n{rest}".strip()
    return fields


def _row(text: str, labels: Mapping[str, str], profiles: Mapping[str, Profile], now: datetime) -> dict[str, str]:
    rows = [
        row for row in csv.reader(text.splitlines(keepends=True), delimiter="\t") if any(cell.strip() for cell in row)
    ]
    head = [labels.get(cell.strip(), "") for cell in rows[0]]
    if sum(map(bool, head)) >= 2 and len(rows) > 1:
        return _named(zip(head, rows[1], strict=False), rows[0])
    cells = [cell.strip() for cell in rows[0] if cell.strip()] if len(rows) == 1 else []
    return dict(_guessed(cells, profiles[OURS], now)) if len(cells) >= 3 else {}


def _named(cells: Iterator[tuple[str, str]], head: Sequence[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for place, (name, cell) in enumerate(cells):
        if not cell.strip():
            continue
        if name and name not in fields:
            fields[name] = cell.strip()
        else:
            fields["content"] = f"{fields.get('content', '')}\n{head[place].strip()}：{cell.strip()}".strip()
    return fields


def _guessed(cells: Sequence[str], ours: Profile, now: datetime) -> Iterator[tuple[str, str]]:
    """A row without its header: each cell by what it looks like; the longest of the rest is the content, the next the title."""
    left = list(cells)

    def take(name: str, fits: Any) -> Iterator[tuple[str, str]]:
        found = next((cell for cell in left if fits(cell)), None)
        if found is not None:
            left.remove(found)
            yield name, found

    yield from take("received_at", lambda cell: len(cell) >= 8 and values.moment_of(cell, (), now)[1] in ("", "time_guessed") and not cell.isdigit())  # fmt: skip
    yield from take("caller_phone", lambda cell: len(cell) <= 20 and values.phone_of(cell)[1] == "" and not _looks_like_order(cell))  # fmt: skip
    yield from take("region_code", lambda cell: cell.isdigit() and len(cell) in (6, 9, 12))
    yield from take("order_no", _ORDER.fullmatch)
    yield from take("type", lambda cell: ours.word("type", cell))
    yield from take("event", lambda cell: ours.word("event", cell))
    yield from take("region", lambda cell: len(cell) <= 40 and _REGION.fullmatch(cell))
    content = max(left, key=len, default="")
    if content:
        left.remove(content)
        yield "content", content
    before = cells[cells.index(content) - 1] if content and cells.index(content) else ""
    if (
        title := before if before in left else max(left, key=len, default="")
    ):  # tables have the title before the content
        left.remove(title)
        yield "title", title
    yield from take("caller_name", _NAME.fullmatch)
    if left:
        yield "channel", "，".join(left)


def _looks_like_order(cell: str) -> bool:
    return bool(re.search(r"[A-Za-z]", cell)) or len(re.sub(r"\D", "", cell)) > 13
