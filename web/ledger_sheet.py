"""The child's file laid out as the Guangxi model form has it (桂民发〔2024〕1号, attachment): what the house knows is filled in, the
rest is left to be written by hand. In Chinese: it is a document of an office. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from records.access import Sight
from records.access.summary import plain
from routing.papers import Block, Grid, Heading, Sheet, Signs, Text
from web.figures_tables import Listed
from web.naming import CATEGORY, CODES, OUTCOME, name
from words.beijing import local

_SECTIONS = ("儿童基本信息", "家庭信息", "牵手“童”行结对信息", "走访情况", "关爱帮扶情况", "其他说明情况")
_NOTES = "说明：1. 本表依参考模板，各地可结合实际完善；2. 本表涉及个人信息，要妥善管理，严禁泄露。"
_QUARTERS = ("一季度", "二季度", "三季度", "四季度")
Pair = tuple[str, str]


def sheet(sights: Sequence[Sight], mark: str, now: datetime, *, demo: bool) -> Sheet:
    """The paper, with who took it out on every page."""
    found = sections(sights, now)
    blocks: list[Block] = []
    for title in _SECTIONS:
        blocks += [Heading(title), Grid(found[title])]
    blocks += [Signs(["建档人签名", "建档时间"]), Text(_NOTES, "small")]
    banner = "演示：人和事都是编的" if demo else "含未成年人信息，依法保密（未成年人保护法第一百零三条）"
    title = f"{local(now).year}年农村留守儿童和困境儿童个人信息台账"
    return Sheet(title, blocks, foot=mark, banner=banner, watermark=mark)


def listed(sights: Sequence[Sight], now: datetime) -> Sequence[Listed]:
    """The same as tables of a workbook."""
    found = sections(sights, now)
    return [
        Listed(title, ("项目", "内容"), [pair for row in found[title] for pair in row], (1, 3)) for title in _SECTIONS
    ]


def sections(sights: Sequence[Sight], now: datetime) -> Mapping[str, Sequence[Sequence[Pair]]]:
    """All fields of the form by section, in its order; one or two in a row."""
    known = _known(sights)
    sex = known.get("child_sex", "")
    # 身份证号 holds the month of birth: letters 7 to 12.
    number = known.get("id_card", "")
    born = f"{number[6:10]}年{number[10:12]}月" if len(number) == 18 else _year(known.get("birth_year", ""))
    single, disabled = _says(sights, "single_parent"), _says(sights, "disabled")
    return {
        "儿童基本信息": [
            [("姓名", known.get("child_name", "")), ("性别", _boxes(("男", "女"), {"男孩": "男", "女孩": "女"}.get(sex, sex)))],
            [("民族", ""), ("出生年月", born)],
            [("身份证号", number), ("家庭地址", known.get("township", ""))],
            [("户籍类别", _boxes(("农村户籍", "城市户籍"))), ("儿童类别", _boxes(("农村留守儿童", "困境儿童，具体类别：")))],
            [("是否单亲家庭", _boxes(("是，单亲母亲／父亲家庭", "否"), "是，单亲母亲／父亲家庭" if single else ""))],
            [("就学情况", known.get("school", "")), ("寄宿情况", _boxes(("寄宿生", "非寄宿生")))],
            [("监护情况", _guardians(sights))],
            [("健康状况", _boxes(
                ("健康", "一般或较弱", "重病，患病情况", "慢性病，患病情况", "残疾，等级", "其他"), "残疾，等级" if disabled else ""
            ))],
            [("日常心理和行为情况", "")],
            [("享受救助情况", _boxes(
                ("孤儿", "事实无人抚养儿童", "低保　　元/月", "特困　　元/月", "残疾　　元/月", "临时　　元/月", "其他　　元/月", "无")
            ))],
            [("教育救助情况", ""), ("医疗救助情况", "")], [("其他救助情况", "")],
        ],
        "家庭信息": [
            [("监护人姓名及电话", f"父亲：\n母亲：\n{known.get('guardian_phone', '')}".rstrip("\n"))],
            [("监护人健康状况", _boxes(("健康", "不健康，患病情况"))), ("职业", "")],
            [("家庭收入人均（元/年）", ""), ("社会力量帮扶情况", "")],
            [("家庭享受补助情况", _boxes(("低保　　元/月", "特困　　元/月", "残疾　　元/月", "其他　　元/月")))],
            [("留守儿童委托监护人情况", _boxes(("祖父母、外祖父母", "亲戚朋友", "无委托人照护")))],
            [("委托照料原因情况", _boxes(("父母双方同时外出", "父母一方外出，另一方无监护能力", "父母双方无监护能力")))],
            [("委托照料情况", _boxes(("较好", "一般", "差")))],
        ],
        "牵手“童”行结对信息": [
            [("结对人员姓名及电话", ""), ("结对人员所在单位", "")], [("儿童主任姓名及电话", "")],
        ],
        "走访情况": _visits(sights, now),
        "关爱帮扶情况": [[("关爱帮扶情况", _helped(sights))]],
        "其他说明情况": [[("其他说明情况", "\n".join(_matter(sight) for sight in sights))]],
    }  # fmt: skip


def _known(sights: Sequence[Sight]) -> dict[str, str]:
    """Every fact of the child; what a later case says stands before what an earlier one said."""
    found: dict[str, str] = {}
    for sight in sights:
        for id, fact in sight.facts.items():
            if (value := plain(fact)) not in (None, ""):
                found[id] = str(CODES.get(id, {}).get(str(value), value))
    return found


def _says(sights: Sequence[Sight], flag: str) -> bool:
    return any((sight.assessment.get("routing") or {}).get(flag) is True for sight in sights)


def _year(text: str) -> str:
    return f"{text}年" if text.isdecimal() else text


def _boxes(choices: Sequence[str], chosen: str = "") -> str:
    return "　".join(f"{'√' if each == chosen else '□'}{each}" for each in choices)


def _guardians(sights: Sequence[Sight]) -> str:
    """Who looks after the child now, where that was put in order."""
    return "\n".join(
        f"{name(OUTCOME, care.kind)}：{care.carer}，{local(care.since):%Y-%m-%d} 起"
        for sight in sights for care in sight.proceedings.cares if care.ended_at is None
    )  # fmt: skip


def _visits(sights: Sequence[Sight], now: datetime) -> list[list[Pair]]:
    """By quarter of this year: when somebody saw the child, what the case was about, what was done in that quarter."""
    rows: list[list[Pair]] = []
    for quarter, label in enumerate(_QUARTERS):
        times, about, done = [], [], []
        for sight in sights:
            for entry in sight.timeline:
                if entry.kind == "child_seen":
                    at = datetime.fromisoformat(str(entry.data["seen_at"]))
                    if _in_quarter(at, quarter, now):
                        times.append(f"{local(at):%m-%d %H:%M} {entry.note or ''}".strip())
                        about.append(str(name(CATEGORY, sight.category)))
            for result in sight.results:
                if _in_quarter(result.at, quarter, now):
                    done += [str(name(OUTCOME, id)) for id in result.outcomes]
        rows.append([(f"{label}走访时间", "\n".join(times))])
        rows.append([("发现的问题", "、".join(dict.fromkeys(about))), ("解决措施", "、".join(dict.fromkeys(done)))])
    return rows


def _in_quarter(at: datetime, quarter: int, now: datetime) -> bool:
    there = local(at)
    return there.year == local(now).year and (there.month - 1) // 3 == quarter


def _helped(sights: Sequence[Sight]) -> str:
    return "\n".join(
        f"{local(result.at):%Y-%m-%d} {result.desk}：{'、'.join(str(name(OUTCOME, id)) for id in result.outcomes)}"
        for sight in sights for result in sight.results
    )  # fmt: skip


def _matter(sight: Sight) -> str:
    opened, closed = f"{local(sight.opened_at):%Y-%m-%d}", sight.closed_at
    until = f"，{local(closed):%Y-%m-%d} 办结" if closed else "，办理中"
    return f"{sight.reference} {name(CATEGORY, sight.category)}，{opened} 收到{until}"
