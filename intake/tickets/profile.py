"""A platform's way of writing tickets, as data: where each field stands, its times and words, and how it is answered. Pure.

A profile is a TOML file of `data/platforms/`, with a site's own files of the same name in its place. `docs/tickets.md`
explains the format to whoever writes one. Everything wrong with a file is told at once.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from intake.tickets.flaws import FIELD_NAMES
from words.language import Line, line

OURS = "hutong"  # the profile of the documented schema: what `POST /api/v1/tickets` takes
FIELDS = tuple(name for name in FIELD_NAMES if name)
EVENTS = ("update", "urge", "withdraw", "close", "satisfaction", "call_back")
SATISFACTION = ("satisfied", "neutral", "unsatisfied")
TYPES = ("help", "report", "complaint", "question", "suggestion", "praise", "test", "other")
CALLBACKS = ("emergency", "accepted", "returned", "extended", "interim", "result", "closed", "reopened")
HOLES = frozenset(
    ("order_no", "case", "status", "text", "time", "sequence", "desk", "due", "ask_satisfaction", "may_call_back", "id")
)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_VALUES: Mapping[str, tuple[str, ...]] = {"event": EVENTS, "satisfaction": SATISFACTION, "type": TYPES, "channel": ()}
_TABLES = {"platform", "fields", "times", "values", "attachments", "area_codes", "copy_back", "callback"}
_CALLBACK = {"body", "status", "answer", "time", "wrap"}

Path = tuple[str, ...]  # keys from the outside in; EACH goes into every item of a list
EACH = "[]"


class ProfileError(ValueError):
    """The profiles can't be used; `problems` are all of them, each a sentence with file and mend."""

    def __init__(self, problems: list[Line]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Callback:
    """How results are written for the platform. `body` is its JSON with holes; `status` its word for each of CALLBACKS;
    `answer` where and with what it says that it took one (empty: its HTTP status says all)."""

    body: Mapping[str, Any]
    status: Mapping[str, str]
    time: str = ""  # strftime of Beijing time; empty is ISO 8601
    answer_path: Path = ()
    answer_good: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Profile:
    """`place`: code of the place its tickets are of when nothing says where. `hosts`: from which attachments are fetched
    (`host` or `host:port`); `private` lists those of them that may lie on a private network."""

    id: str
    name: str
    place: str = ""
    fields: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    area_codes: Mapping[str, str] = field(default_factory=dict)  # telephone area code → place code
    copy_back: tuple[tuple[str, str], ...] = ()  # (label, our field) in the order of the platform's own form
    callback: Callback | None = None

    def word(self, name: str, value: str) -> str | None:
        """Our word for the platform's; None when it is none of those listed."""
        return self.values.get(name, {}).get(value.strip())


def read_profiles(texts: Mapping[str, str]) -> dict[str, Profile]:
    """Profiles by id from the texts of their files (name → TOML). Raises ProfileError with everything that is wrong."""
    found: dict[str, Profile] = {}
    problems: list[Line] = []
    for name, text in texts.items():
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            problems.append(line("{file}：不是有效的 TOML（{error}）。", file=name, error=str(error)))
            continue
        if wrong := list(_problems(name, tables)):
            problems += wrong
            continue
        profile = _profile(tables)
        if profile.id in found:
            problems.append(line("{file}：平台 {id} 已在别的文件里写过。", file=name, id=profile.id))
        found[profile.id] = profile
    if OURS not in found and not problems:
        problems.append(line("缺少 hutong.toml：它写明通用接口的格式。"))
    if problems:
        raise ProfileError(problems)
    return found


def for_tables(profiles: Mapping[str, Profile], platform: str) -> Profile:
    """How a table or a form of the platform is read: by the labels that everybody's have and by its own, with its places,
    hosts and words. Ours for a platform that nobody knows."""
    ours, theirs = profiles[OURS], profiles.get(platform)
    if theirs is None or theirs is ours:
        return ours
    flat = {name: tuple(path for path in paths if len(path) == 1) for name, paths in theirs.fields.items()}
    names = dict.fromkeys((*ours.fields, *flat))
    values = dict.fromkeys((*ours.values, *theirs.values))
    return replace(
        theirs,
        fields={name: tuple(dict.fromkeys((*flat.get(name, ()), *ours.fields.get(name, ())))) for name in names},
        values={name: {**ours.values.get(name, {}), **theirs.values.get(name, {})} for name in values},
        copy_back=theirs.copy_back or ours.copy_back,
    )


def path_of(text: str) -> Path:
    """`gdxx.gdbh` and `fj[].dz` as steps."""
    steps: list[str] = []
    for part in text.split("."):
        key = part.removesuffix(EACH)
        steps += [key] if key else []
        steps += [EACH] if part.endswith(EACH) else []
    return tuple(steps)


def _problems(file: str, tables: Mapping[str, Any]) -> Iterator[Line]:
    head = tables.get("platform")
    if not isinstance(head, dict) or not _ID.fullmatch(str(head.get("id", ""))) or not head.get("name"):
        yield line("{file}：[platform] 要有 id（字母、数字、. _ -）和 name。", file=file)
        return
    for key in set(tables) - _TABLES:
        yield line("{file}：不认识的一节 {key}，可用：{keys}。", file=file, key=key, keys="、".join(sorted(_TABLES)))
    place = head.get("place", "")
    if place and not re.fullmatch(r"\d{6}|\d{9}|\d{12}", str(place)):
        yield line("{file}：place 是 6、9 或 12 位区划代码。", file=file)
    fields = tables.get("fields", {})
    for name, paths in fields.items():
        if name not in FIELDS:
            yield line(
                "{file}：[fields] 没有叫 {name} 的项，可用：{names}。", file=file, name=name, names="、".join(FIELDS)
            )
        elif not all(isinstance(path, str) and path for path in _listed(paths)):
            yield line("{file}：[fields] {name} 写成路径，如 gdxx.gdbh 或 fj[].dz。", file=file, name=name)
    if not {"order_no", "content"} & set(fields):
        yield line("{file}：[fields] 至少要有 order_no 或 content。", file=file)
    for name, words in tables.get("values", {}).items():
        allowed = _VALUES.get(name)
        if allowed is None:
            yield line("{file}：[values] 只能有 {names}。", file=file, names="、".join(_VALUES))
        elif wrong := sorted({str(ours) for ours in words.values() if allowed and ours not in allowed}):
            yield line("{file}：[values.{name}] 没有 {wrong}，可用：{names}。", file=file, name=name, wrong="、".join(wrong), names="、".join(allowed))  # fmt: skip
    for name in ("hosts", "private"):
        if not all(
            isinstance(host, str) and re.fullmatch(r"[\w.\-\[\]:]+", host)
            for host in tables.get("attachments", {}).get(name, ())
        ):
            yield line("{file}：[attachments] {name} 列出主机，如 files.example.cn 或 10.1.2.3:8080。", file=file, name=name)  # fmt: skip
    yield from _callback_problems(file, tables.get("callback"))


def _callback_problems(file: str, table: Any) -> Iterator[Line]:
    if table is None:
        return
    for key in set(table) - _CALLBACK:
        yield line("{file}：[callback] 没有叫 {key} 的项，可用：{keys}。", file=file, key=key, keys="、".join(sorted(_CALLBACK)))  # fmt: skip
    if not isinstance(table.get("body"), dict) or not table["body"]:
        yield line("{file}：[callback.body] 要写明回传的格式。", file=file)
        return
    used = {hole for text in _texts(table["body"]) for hole in re.findall(r"\{(\w+)\}", text)}
    if wrong := sorted(used - HOLES):
        yield line("{file}：[callback.body] 里没有 {wrong}，可用：{names}。", file=file, wrong="、".join(wrong), names="、".join(sorted(HOLES)))  # fmt: skip
    if not {"order_no", "case"} & used:
        yield line("{file}：[callback.body] 要带上 order_no 或 case，否则平台不知道是哪一件。", file=file)
    if wrong := sorted(set(table.get("status", {})) - set(CALLBACKS)):
        yield line("{file}：[callback.status] 没有 {wrong}，可用：{names}。", file=file, wrong="、".join(wrong), names="、".join(CALLBACKS))  # fmt: skip


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _profile(tables: Mapping[str, Any]) -> Profile:
    head, attachments = tables["platform"], tables.get("attachments", {})
    back = tables.get("callback")
    return Profile(
        id=head["id"],
        name=head["name"],
        place=str(head.get("place", "")),
        fields={name: tuple(map(path_of, _listed(paths))) for name, paths in tables["fields"].items()},
        times=tuple(tables.get("times", {}).get("formats", ())),
        values={name: {str(theirs): str(ours) for theirs, ours in words.items()} for name, words in tables.get("values", {}).items()},
        hosts=frozenset(map(str.lower, attachments.get("hosts", ()))),
        private=frozenset(map(str.lower, attachments.get("private", ()))),
        area_codes={str(area): str(code) for area, code in tables.get("area_codes", {}).items()},
        copy_back=tuple((str(label), str(name)) for label, name in tables.get("copy_back", {}).items()),
        callback=Callback(
            body=back["body"],
            status={str(ours): str(theirs) for ours, theirs in back.get("status", {}).items()},
            time=str(back.get("time", "")),
            answer_path=path_of(str(back.get("answer", {}).get("path", ""))),
            answer_good=_listed(back.get("answer", {}).get("good", [])),
        )
        if back
        else None,
    )  # fmt: skip
