"""Administrative divisions by code (GB/T 2260, towns by GB/T 10114), and what place a text names.

Pure: the texts of `data/places/` are handed in. A name counts only when it can mean one place: by its full name alone, by what it
lies in that the text names too, or because it lies near home. In doubt no place is understood; a person asks.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from words.language import Line, line

_SUFFIX = re.compile(
    r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|[一-龥]{1,4}族自治[州县旗]|自治[州县旗]|地区|省|市|县|区|旗|盟|林区|特区)$"
)
# Names made only of what every town has: 新城区, 市中区, 老城区 … are ordinary words until what they lie in is known.
_ORDINARY = re.compile(r"[东西南北中上下前后新老大小城市郊矿江河湖海路桥山港站关口岸]+[区县市]?")
# Two signs that are a word long before they are a county.
_WORDS = frozenset(
    "平安 和平 东方 平原 长寿 安居 新华 开平 平和 文成 合作 安定 建设 解放 青年 团结 胜利 光明 前进 向阳 红旗 永安 永和 静安 安宁 普安 "
    "平顺 顺义 大同 共和 民和 互助 宁静 清新 清河 高明 青山 金山 宝山 白云 天河 海珠 南山 大足 集美 集安 兴安 永新 万载 丰都 城口 武功 "
    "礼泉 富平 华阴 神木 安康 西乡 镇平 社旗 新野 沈丘 项城 太康 固始 息县 高要 四会 阳山 连山 连州 清远 佛冈 紫金 和平 从化 增城".split()
)
_CITIES = ("11", "12", "31", "50")  # provinces that are cities
# The place of somebody's work or birth is not where the child is.
_WORKS = r"[^，。；,;、]{0,6}(?:打工|务工|上班|工作|做工|经商|做生意|当兵|服刑|坐牢|读大学|出差)"


class PlacesError(ValueError):
    """The overrides can't be used; `line` says why."""

    def __init__(self, said: Line) -> None:
        super().__init__(str(said))
        self.line = said


@dataclass(frozen=True)
class Divisions:
    """`names`: code of six digits → name. `towns`: code of a county → its towns as written in the file ("100城关镇 101…")."""

    names: Mapping[str, str] = field(default_factory=dict)
    towns: Mapping[str, str] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """The division's own name; empty when it is not known."""
        return self.names.get(code) or self.towns_of(code[:6]).get(code, "")

    def chain(self, code: str) -> tuple[str, ...]:
        """The division and what it lies in, finest first, as far as they are known: town, county, city, province."""
        code = code[:9]
        coarser = dict.fromkeys((code, code[:6], code[:4] + "00", code[:2] + "0000"))
        return tuple(each for each in coarser if self.name(each))

    def full_name(self, code: str) -> str:
        """甘肃省张掖市高台县."""
        return "".join(map(self.name, reversed(self.chain(code))))

    def towns_of(self, county: str) -> dict[str, str]:
        """Code of nine digits → name."""
        return {county + town[:3]: town[3:] for town in self.towns.get(county, "").split()}

    @cached_property
    def _called(self) -> dict[str, list[str]]:
        """Name or short name → codes that are called so."""
        found: dict[str, list[str]] = {}
        for code, name in self.names.items():
            short = _SUFFIX.sub("", name)
            for each in dict.fromkeys((name, short) if len(short) >= 2 else (name,)):
                found.setdefault(each, []).append(code)
        return found

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._called), default=0)

    def find(self, text: str, home: str | None = None) -> str | None:
        """The code of the finest place that the text names beyond doubt. `home` is where whoever says it is likely to mean."""
        mentions = list(self._mentions(text))
        found = [code for mention in mentions if (code := self._meant(mention, mentions, text, home))]
        finest = max(found, key=lambda code: len(stem(code)), default=None)  # the first one of its level
        county = finest or (home if home and len(stem(home)) >= 6 else None)
        town = self._town(text, county[:6]) if county and len(stem(county)) >= 6 else None
        return town or finest

    def _mentions(self, text: str) -> Iterable["_Mention"]:
        at = 0
        while at < len(text):
            for length in range(min(self._longest, len(text) - at), 1, -1):
                name = text[at : at + length]
                if codes := self._called.get(name):  # a city and its only county may share their name: then the city
                    apart = [code for code in codes if not any(_lies_in(code, other) for other in codes)]
                    yield _Mention(name, at, tuple(apart))
                    at += length
                    break
            else:
                at += 1

    def _meant(self, mention: "_Mention", mentions: list["_Mention"], text: str, home: str | None) -> str | None:
        if re.match(re.escape(mention.name) + _WORKS, text[mention.at :]):
            return None
        beside = {code for other in mentions if other is not mention for code in other.codes}
        depth = {
            code: max((len(stem(each)) for each in beside if _lies_in(code, each)), default=0) for code in mention.codes
        }
        within = [code for code in mention.codes if depth[code] and depth[code] == max(depth.values())]
        if len(within) == 1:
            return within[0]
        if home:
            city = 2 if home[:2] in _CITIES else 4
            for size in dict.fromkeys((city, 2)):  # in the city of home, then in its province
                near = [code for code in mention.codes if code[:size] == home[:size]]
                if len(near) == 1 and (self._sure(mention, near[0]) or (size == city and mention.name not in _WORDS)):
                    return near[0]
                if near:
                    return None
        alone = text.strip(" \t\r\n，。！？、,.!?") == mention.name
        sure = [code for code in mention.codes if self._sure(mention, code) or alone]
        return sure[0] if len(sure) == 1 and len(mention.codes) == 1 else None

    def _sure(self, mention: "_Mention", code: str) -> bool:
        """A name that can be nothing but a place: a province by any name, others by their full name with what they are."""
        if code.endswith("0000"):
            return True
        return mention.name == self.names[code] and len(mention.name) > 2 and not _ORDINARY.fullmatch(mention.name)

    def _town(self, text: str, county: str) -> str | None:
        named = {code for code, name in self.towns_of(county).items() if len(name) > 2 and name in text}
        return named.pop() if len(named) == 1 else None


@dataclass(frozen=True)
class _Mention:
    name: str
    at: int
    codes: tuple[str, ...]


def stem(code: str) -> str:
    """What the codes of a place and of everything below it begin with: 450000 → 45, 220303 → 220303, 000000 → anything."""
    if len(code) == 12 and code.endswith("000"):
        code = code[:9]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    while len(code) <= 6 and code.endswith("00"):
        code = code[:-2]
    return code


def _lies_in(code: str, other: str) -> bool:
    return code != other and stem(code).startswith(stem(other))


def read_divisions(snapshot: str, *overrides: str) -> Divisions:
    """From the text of divisions.tsv, with the texts of overrides.toml laid over it in order. Raises PlacesError."""
    names: dict[str, str] = {}
    towns: dict[str, str] = {}
    for row in snapshot.splitlines():
        code, _, rest = row.partition("\t")
        if code.isdigit():
            names[code], _, towns[code] = rest.partition("\t")
    for text in overrides:
        for code, name in _names(text):
            _lay(names, towns, code, name)
    return Divisions({code: name for code, name in names.items() if name}, {c: t for c, t in towns.items() if t})


def _lay(names: dict[str, str], towns: dict[str, str], code: str, name: str) -> None:
    if len(code) == 6:
        names[code] = name
        return
    kept = [town for town in towns.get(code[:6], "").split() if town[:3] != code[6:]]
    towns[code[:6]] = " ".join(sorted([*kept, code[6:] + name] if name else kept))


def _names(text: str) -> Iterable[tuple[str, str]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlacesError(line("places/overrides.toml 不是有效的 TOML：{error}", error=str(error))) from error
    for key in set(tables) - {"names"}:
        raise PlacesError(line("places/overrides.toml：不认识的一节 [{key}]，只有 [names]。", key=key))
    for code, name in tables.get("names", {}).items():
        if not (code.isdecimal() and len(code) in (6, 9) and isinstance(name, str) and " " not in name):
            raise PlacesError(line('places/overrides.toml：{code} 要写成 六位或九位代码 = "名称"。', code=code))
        yield code, name
