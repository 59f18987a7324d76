"""A directory of desks as a spreadsheet tells it: rows in, entries and what is wrong with each line out. Pure.

Tolerant in what does not matter: order and names of columns, full-width signs, blank cells below a merged one, a title above
the header. What it can't read is said with its line, and nothing is guessed that could ring the wrong person.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from routing.divisions import Divisions
from words.ids import DEPARTMENTS
from words.language import Line, line

MOST_LINES = 5000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "place": (
        "区划代码",
        "行政区划代码",
        "行政区划",
        "区划",
        "地区",
        "区县",
        "县区",
        "县市区",
        "所在地",
        "属地",
        "place",
        "code",
    ),
    "department": ("部门", "部门类别", "单位类别", "单位类型", "条线", "职能部门", "department"),
    "desk": ("席位", "席位名称", "单位", "单位名称", "机构", "机构名称", "desk"),
    "kind": ("值守方式", "值班方式", "值守", "席位类型", "类型", "kind"),
    "desk_phone": ("席位电话", "值班电话", "单位电话", "座机", "办公电话", "desk_phone"),
    "name": ("姓名", "人员", "人员姓名", "联系人姓名", "值班人员", "name"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "移动电话", "phone"),
    "rung": ("级别", "层级", "岗位", "职责", "角色", "催办级别", "rung", "level"),
    "days": ("日期", "星期", "班次日期", "值班日", "days"),
    "hours": ("时段", "时间", "班次", "值班时间", "hours"),
    "rank": ("顺序", "次序", "序", "优先", "优先级", "rank"),
}
NEEDED = ("place", "department", "name", "phone", "rung")
_FILLS_DOWN = ("place", "department", "desk", "kind", "desk_phone")

_DEPARTMENT_WORDS: Mapping[str, tuple[str, ...]] = {
    "duty_desk": ("24小时", "值班受理", "受理席"),
    "police": ("公安", "派出所", "指挥中心"), "civil_affairs": ("民政",), "education": ("教育", "教体", "教委"),
    "health": ("卫健", "卫生健康", "卫计"), "justice": ("司法",), "court": ("法院",), "procuratorate": ("检察",),
    "cyberspace": ("网信",), "human_resources": ("人社", "人力资源"), "finance": ("财政",), "emergency": ("应急",),
    "fire_rescue": ("消防",), "water": ("水利", "水务"), "gov_service": ("政务服务", "热线办", "12345"), "united_front": ("统战",),
    "working_committee": ("妇儿工委",), "youth_league": ("团委", "团县委", "共青团", "团市委", "团区委"), "womens_federation": ("妇联",),
    "disabled_federation": ("残联",), "leading_group_office": ("领导小组办",), "ethnic_religious": ("民宗", "宗教"),
    "minors_rescue_institution": ("救助保护",), "child_welfare_institution": ("福利院", "儿童福利"),
    "medical_institution": ("医院", "卫生院", "医疗"), "school": ("学校", "小学", "中学", "幼儿园"),
    "village_committee": ("村委", "居委", "村（居）委", "社区居民委员会"), "township": ("乡镇", "镇政府", "乡政府", "街道"),
    "government_office": ("政府办", "总值班室"), "supervisory_commission": ("监委", "监察"),
    "market_regulation": ("市场监管",), "transport": ("交通运输",),
}  # fmt: skip
_RUNG_WORDS: Mapping[str, tuple[str, ...]] = {
    "desk": ("desk", "席位", "值班员", "经办人", "值守", "接警员"), "L0": ("l0", "值班组长", "带班", "值班长", "班长"),
    "L1": ("l1", "联系人", "联络员"), "L2": ("l2", "负责人", "局长", "主任", "部门领导"),
    "L3": ("l3", "统筹", "协调"), "L4": ("l4", "分管领导", "政府领导", "总值班室", "县长", "区长", "市长"),
}  # fmt: skip
_AT_THE_DESK = (
    "值班",
    "民警",
    "值班民警",
    "值班人员",
    "坐席",
    "座席",
)  # as the whole cell: 值班组长 and 总值班室 are others
_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_EVERY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Shift:
    """When somebody answers at a rung: as in `records.tables.Duty`."""

    rung: str
    days: str = "weekdays"
    weekdays: tuple[int, ...] = _EVERY
    start: int = 0
    end: int = 0
    rank: int = 0


@dataclass(frozen=True)
class Entry:
    """One good line: a person's shift at a desk."""

    number: int
    place: str
    department: str
    desk: str
    kind: str
    desk_phone: str
    name: str
    phone: str
    shift: Shift


@dataclass(frozen=True)
class Sheet:
    """`problems`: what is wrong with the lines, by their number in the file (0: with the file itself)."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[tuple[int, Line], ...] = ()
    broken: frozenset[tuple[str, str, str]] = field(default_factory=frozenset)  # desks of which a line can't be read


class _Unread(Exception):
    def __init__(self, said: Line) -> None:
        self.line = said


def read_sheet(rows: Sequence[Sequence[str]], divisions: Divisions, known: Mapping[str, str], home: str) -> Sheet:
    """Entries from the cells of a spreadsheet. `known`: names of the directory's own places by code."""
    found = _header(rows)
    if found is None:
        names = "、".join(COLUMNS[key][0] for key in NEEDED)
        return Sheet(problems=((0, line("没有找到表头。请在前十行写明列名，至少有：{names}。", names=names)),))
    top, columns = found
    if missing := [COLUMNS[key][0] for key in NEEDED if key not in columns]:
        return Sheet(problems=((top + 1, line("缺少这些列：{names}。", names="、".join(missing))),))
    if len(rows) - top > MOST_LINES:
        return Sheet(problems=((0, line("太多了：一次最多 {most} 行。", most=MOST_LINES)),))
    entries: list[Entry] = []
    problems: list[tuple[int, Line]] = []
    broken: set[tuple[str, str, str]] = set()
    above: dict[str, str] = {}
    for number, row in enumerate(rows[top + 1 :], top + 2):
        cells = {key: plain(row[at]) if at < len(row) else "" for key, at in columns.items()}
        if not any(cells.values()):
            continue
        below = not (cells.get("department") or cells.get("desk"))  # blank below a merged cell: of the same desk
        for key in _FILLS_DOWN if below else ("place",):
            cells[key] = cells.get(key) or above.get(key, "")
        cells = {**dict.fromkeys(_FILLS_DOWN, ""), **cells}
        above = {key: cells[key] for key in _FILLS_DOWN}
        desk: tuple[str, str, str] | None = None
        try:
            desk = (
                _place(cells["place"], divisions, known, home),
                _department(cells["department"], cells["desk"]),
                cells["desk"],
            )
            entries.append(_entry(number, desk, cells))
        except _Unread as unread:
            problems.append((number, unread.line))
            if desk:
                broken.add(desk)
    return Sheet(tuple(entries), tuple(problems), frozenset(broken))


def plain(cell: str) -> str:
    """A cell without what a keyboard or a spreadsheet adds: full-width signs, blanks at the edges, the `.0` of a number."""
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    return re.sub(r"^(\d+)\.0$", r"\1", text)


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """Where the header stands, and the column of each thing: the first of the first ten rows that names three of them."""
    for top, row in enumerate(rows[:10]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row):
            title = re.sub(r"[\s*（(].*|[:：]", "", plain(cell)).lower()
            key = next((key for key, titles in COLUMNS.items() if title in titles), None)
            if key and key not in columns:
                columns[key] = at
        if len(columns) >= 3:
            return top, columns
    return None


def _entry(number: int, desk: tuple[str, str, str], cells: Mapping[str, str]) -> Entry:
    if not cells["name"]:
        raise _Unread(line("没有姓名。"))
    return Entry(
        number=number, place=desk[0], department=desk[1], desk=desk[2][:80], kind=_kind(cells["kind"]),
        desk_phone=_phone(cells["desk_phone"], line("席位电话")) if cells["desk_phone"] else "",
        name=cells["name"][:40], phone=_phone(cells["phone"], line("电话")),
        shift=_shift(cells),
    )  # fmt: skip


def _place(text: str, divisions: Divisions, known: Mapping[str, str], home: str) -> str:
    if not text:
        return home
    code = text.replace(" ", "")
    if code.isdecimal() and len(code) in (6, 9, 12):
        if code in known or divisions.name(code):
            return code
        raise _Unread(line("区划代码 {code} 不认识。可以写名称，或请管理员先补录这个区划。", code=code))
    named = [each for each, name in known.items() if name == text]
    found = named[0] if len(named) == 1 else divisions.find(text, home)
    if found is None:
        raise _Unread(line("看不懂是哪里：{text}。请写区划代码，或写全名，如 甘肃省张掖市高台县。", text=text))
    return found


def _department(text: str, desk: str) -> str:
    """By id, by name, or by what the name of the office says; the desk's own name when the column is blank."""
    if text in DEPARTMENTS:
        return text
    by_name = {name: id for id, name in DEPARTMENTS.items()}
    if text in by_name:
        return by_name[text]
    for said in (each.replace("人民", "") for each in (text, desk)):  # 人民政府 is no 民政
        if found := next((id for id, words in _DEPARTMENT_WORDS.items() if any(word in said for word in words)), None):
            return found
    raise _Unread(
        line("看不懂是哪个部门：{text}。请写 {examples}。", text=text or "（空）", examples="公安、民政、教育……")
    )


def _kind(text: str) -> str:
    if not text or "备班" in text or "白天" in text or text.lower() == "day":
        return "day"
    if "24" in text or "全天" in text or "昼夜" in text:
        return "24h"
    raise _Unread(line("值守方式请写 24小时值守 或 白天＋备班电话，现在是：{text}", text=text))


def _phone(text: str, what: Line) -> str:
    if re.search(r"\d[eE][+]?\d", text):
        raise _Unread(line("{what}被表格改成了科学计数：{text}。请把这一列设为文本再填。", what=what, text=text))
    number = re.sub(r"[\s\-—–()]", "", text)
    if not re.fullmatch(r"\+?\d{5,15}", number):
        raise _Unread(line("{what}不像电话号码：{text}", what=what, text=text or "（空）"))
    return number


def _shift(cells: Mapping[str, str]) -> Shift:
    days, weekdays = _when(cells.get("days", ""))
    start, end = _hours(cells.get("hours", ""))
    rank = cells.get("rank", "")
    return Shift(
        _rung(cells["rung"]), days, weekdays, start, end, int(rank) if rank.isdecimal() and len(rank) < 3 else 0
    )


def _rung(text: str) -> str:
    said = text.lower()
    exact = next((rung for rung, words in _RUNG_WORDS.items() if said in words), None)
    exact = exact or ("desk" if said in _AT_THE_DESK else None)
    found = exact or next((rung for rung, words in _RUNG_WORDS.items() if any(word in said for word in words)), None)
    if not said or found is None:
        names = "、".join(words[1] for words in _RUNG_WORDS.values())
        raise _Unread(line("级别请写 {names}，现在是：{text}", names=names, text=text or "（空）"))
    return found


def _when(text: str) -> tuple[str, tuple[int, ...]]:
    if not text or text in ("每天", "每日", "全部", "全周", "天天"):
        return "weekdays", _EVERY
    if text in ("工作日", "上班日"):
        return "working", _EVERY
    if text in ("休息日", "节假日", "休息日和节假日", "非工作日"):
        return "rest", _EVERY
    found: set[int] = set()
    for part in re.split(r"[,、;；\s]+", re.sub(r"星期|礼拜|周", "", text)):
        ends = [_day(end) for end in re.split(r"至|到|-|~|—", part)]
        if None in ends or len(ends) > 2:
            raise _Unread(line("日期看不懂：{text}。请写 每天、工作日、休息日、周一至周五 或 1,2,3。", text=text))
        first, last = ends[0] or 0, ends[-1] or 0
        found |= set(range(first, last + 1)) if first <= last else {*range(first, 8), *range(1, last + 1)}
    return "weekdays", tuple(sorted(found))


def _day(text: str) -> int | None:
    return _DAYS.get(text) or (int(text) if text in "1234567" and text else None)


def _hours(text: str) -> tuple[int, int]:
    """Minutes of the day; 0–0 is round the clock."""
    if not text or text in ("全天", "24小时", "昼夜"):
        return 0, 0
    if text in ("白天", "日班", "白班"):
        return 8 * 60, 20 * 60
    if text in ("夜间", "夜班", "晚上"):
        return 20 * 60, 8 * 60
    ends = [_minute(end) for end in re.split(r"\s*(?:至|到|-|~|—|–)\s*(?:次日)?", text)]
    if len(ends) != 2 or None in ends:
        raise _Unread(line("时段看不懂：{text}。请写 全天、白天、夜间 或 08:00-20:00。", text=text))
    return (ends[0] or 0) % 1440, (ends[1] or 0) % 1440


def _minute(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,2})(?:[:时点](\d{2})?分?)?", text.strip())
    if not found or int(found[1]) > 24 or int(found[2] or 0) > 59:
        return None
    return int(found[1]) * 60 + int(found[2] or 0)


def desks_of(entries: Sequence[Entry]) -> Iterator[tuple[tuple[str, str, str], list[Entry]]]:
    """The entries of each desk (place, department, name), in the order in which the desks come."""
    grouped: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        grouped.setdefault((entry.place, entry.department, entry.desk), []).append(entry)
    yield from grouped.items()
