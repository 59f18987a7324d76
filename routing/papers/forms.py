"""The printable forms of a desk, read from `data/forms/`, and how one is filled in. Pure but for the reading of files.

A form names what is printed and what is asked before; nothing in it is code. Holes are filled with values that the caller took
from what this person may see, so a form can't print what its reader may not read.
"""

import string
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routing.papers.sheet import Block, Grid, Heading, Sheet, Signs, Table, Text
from words.language import Line, line

WHO = ("lead", "with", "coordinator")
KINDS = ("line", "text", "moment", "check")
STYLES = ("body", "plain", "small", "centre")
LISTS: Mapping[str, tuple[Sequence[str], Sequence[int]]] = {
    "clocks": (("席位", "时限", "最迟", "依据"), (3, 3, 3, 4)),
    "late": (("席位", "时限", "本应在", "已超过"), (3, 3, 3, 2)),
    "clauses": (("依据",), (1,)),
    "situation": (("项目", "内容"), (1, 4)),
}
# What a case gives to every form.
HOLES = frozenset(
    (
        "reference", "level", "category", "county", "opened", "lead", "desk", "person", "today", "now", "year",
        "child_name", "child_sex", "child_age", "where_now", "school",
    )
)  # fmt: skip
NOTHING = "（无）"


class FormError(Exception):
    """Form files are wrong. `lines` name every fault with its file."""

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__("\n".join(map(str, lines)))
        self.lines = tuple(lines)


@dataclass(frozen=True)
class Ask:
    """What is typed before printing. `kind` is one of KINDS."""

    id: str
    label: str
    kind: str = "line"
    start: str = ""
    required: bool = False


@dataclass(frozen=True)
class Form:
    """A form as its file says it. `who` may print it; `blocks` are the file's tables, checked."""

    id: str
    name: str
    title: str
    issuer: str
    who: frozenset[str]
    asks: Sequence[Ask]
    blocks: Sequence[Mapping[str, Any]]


def read_forms(*directories: Path) -> Mapping[str, Form]:
    """The forms of these directories by id (the file's name); a later directory's file stands in for an earlier one's.
    Raises FormError with everything that is wrong."""
    texts = {
        path.stem: path.read_text(encoding="utf-8")
        for directory in directories
        for path in sorted(directory.glob("*.toml"))
    }
    forms, wrong = {}, []
    for id, text in texts.items():
        try:
            forms[id] = _form(id, tomllib.loads(text))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
            wrong.append(line("文书 {file}.toml 不对：{what}", file=id, what=str(fault)))
    if wrong:
        raise FormError(wrong)
    return forms


def _form(id: str, data: Mapping[str, Any]) -> Form:
    asks = [Ask(**each) for each in data.get("ask", ())]
    form = Form(id, data["name"], data["title"], data.get("issuer", ""), frozenset(data["for"]), asks, data["block"])
    known = HOLES | {ask.id for ask in asks}
    if stray := sorted(form.who - set(WHO)):
        raise ValueError(f"for = {stray[0]}，只能是 {'、'.join(WHO)}")
    if stray := [ask.kind for ask in asks if ask.kind not in KINDS]:
        raise ValueError(f"kind = {stray[0]}，只能是 {'、'.join(KINDS)}")
    if set(HOLES) & {ask.id for ask in asks}:
        raise ValueError("填写的一项和现成的同名")
    for block in form.blocks:
        _check(block, known)
    for said in (form.title, form.issuer, *(ask.start for ask in asks), *_said(form.blocks)):
        if stray := sorted(_holes(said) - known):
            raise ValueError(f"花括号里没有 {stray[0]} 这一项")
    return form


def _check(block: Mapping[str, Any], known: Collection[str]) -> None:
    kinds = {"text", "grid", "list", "signs"} & set(block)
    if len(kinds) != 1 or set(block) - {"heading", "style", "lines", "if", *kinds}:
        raise ValueError(f"一段里要有且只有 text、grid、list、signs 之一：{dict(block)}")
    if block.get("style", "body") not in STYLES:
        raise ValueError(f"style = {block['style']}，只能是 {'、'.join(STYLES)}")
    if block.get("list", "clocks") not in LISTS:
        raise ValueError(f"list = {block['list']}，只能是 {'、'.join(LISTS)}")
    if "if" in block and block["if"] not in known:
        raise ValueError(f"if = {block['if']}，没有这一项")
    if any(len(row) not in (1, 2) or any(len(pair) != 2 for pair in row) for row in block.get("grid", ())):
        raise ValueError("grid 的一行是一对或两对“名称、内容”")


def _said(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        yield block.get("text", "")
        yield from (part for row in block.get("grid", ()) for pair in row for part in pair)


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def started(form: Form, values: Mapping[str, str]) -> Mapping[str, str]:
    """What stands in each field before somebody types."""
    return {ask.id: ask.start.format_map(values) for ask in form.asks}


def lacking(form: Form, typed: Mapping[str, str]) -> Line | None:
    """What still has to be filled in."""
    for ask in form.asks:
        if ask.required and not typed.get(ask.id, "").strip():
            return line("请填写“{label}”。", label=line(ask.label))
    return None


def filled(
    form: Form, values: Mapping[str, str], lists: Mapping[str, Sequence[Sequence[str]]], typed: Mapping[str, str],
    *, banner: str = "",
) -> Sheet:  # fmt: skip
    """The form as a sheet. `values` fill the holes, `lists` the lists of LISTS, `typed` what was asked."""
    whole = {**dict.fromkeys(HOLES, ""), **values, **{ask.id: typed.get(ask.id, "") for ask in form.asks}}
    blocks = [made for block in form.blocks for made in _block(block, whole, lists)]
    return Sheet(
        form.title.format_map(whole), blocks, issuer=form.issuer.format_map(whole), number=typed.get("number", ""),
        foot=whole["reference"], banner=banner,
    )  # fmt: skip


def _block(
    block: Mapping[str, Any], values: Mapping[str, str], lists: Mapping[str, Sequence[Sequence[str]]]
) -> Iterator[Block]:
    if "if" in block and not values[block["if"]]:
        return
    said = block["text"].format_map(values) if "text" in block else ""
    if "text" in block and not said.strip():
        return
    if "heading" in block:
        yield Heading(block["heading"])
    if "text" in block:
        yield Text(said, block.get("style", "body"))
    elif "grid" in block:
        rows = [[(label, value.format_map(values)) for label, value in row] for row in block["grid"]]
        yield Grid(rows, block.get("lines", 1))
    elif "list" in block:
        head, widths = LISTS[block["list"]]
        rows = lists.get(block["list"], ())
        yield Table(head, rows or [[NOTHING] + [""] * (len(head) - 1)], widths)
    else:
        yield Signs(block["signs"])
