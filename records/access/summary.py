"""What a helping desk reads instead of the reporter's words: values drafted from the facts. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records.access.traces import traces, without, without_traces
from words.language import Line, line

# Facts about the reporter: in no sight at all. Asking goes through the case.
ABOUT_REPORTER = frozenset(
    ("reporter_name", "reporter_phone", "relation", "capacity", "contact", "reporter", "unit", "channel")
)
# Facts that a helping desk needs for its own part, in the order in which it needs them. Numbers stay with the lead.
HELPING: dict[str, Line] = {
    "where_now": line("孩子现在在哪里"),
    "with_whom": line("和谁在一起"),
    "meets_again": line("几点会再见到那个人"),
    "child_name": line("孩子姓名"),
    "child_age": line("孩子年龄"),
    "child_sex": line("男孩或女孩"),
    "children": line("几个孩子"),
    "school": line("学校"),
    "place": line("发生在哪里"),
    "when": line("什么时候"),
    "suspect": line("被反映的人"),
}
_SEX = {"m": line("男孩"), "f": line("女孩")}


@dataclass(frozen=True)
class Item:
    """One value of the summary. `marked`: a phrase that may tell who reported was found, and taken out."""

    name: str
    label: Line
    value: Any
    marked: bool = False


def draft(facts: Mapping[str, Any], hidden: tuple[str, ...]) -> tuple[Item, ...]:
    """The summary of a case's facts (`{name: {"value": …, "words": …}}`); `hidden` are the reporter's name and number."""
    items = []
    for name, label in HELPING.items():
        value = plain(facts.get(name))
        if value in (None, ""):
            continue
        if name == "child_sex":
            value = _SEX.get(value, value)
        marked = isinstance(value, str) and bool(traces(value))
        if isinstance(value, str):
            value = without_traces(without(value, hidden))
        items.append(Item(name, label, value, marked))
    return tuple(items)


def plain(fact: Any) -> Any:
    """The value of a fact, whether it stands with its words or alone."""
    return fact.get("value") if isinstance(fact, Mapping) else fact


def facts_for_lead(facts: Mapping[str, Any], hidden: tuple[str, ...]) -> dict[str, Any]:
    """All facts with their words, but nothing of the reporter."""
    return {
        name: cleared(fact, hidden)
        for name, fact in facts.items()
        if name not in ABOUT_REPORTER and plain(fact) not in (None, "") and str(plain(fact)) not in hidden
    }


def cleared(value: Any, hidden: tuple[str, ...]) -> Any:
    """Any JSON value with the reporter's name and number covered."""
    if isinstance(value, str):
        return without(value, hidden)
    if isinstance(value, Mapping):
        return {key: cleared(each, hidden) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleared(each, hidden) for each in value]
    return value


def of_reporter(reporter: Mapping[str, Any], story: str = "") -> tuple[str, ...]:
    """The values that tell who the reporter is: her name and her numbers, longest first; also where she gave them within
    her `story` (我的电话…, 我叫…) and not when asked."""
    values = {
        str(plain(value)).strip()
        for name, value in reporter.items()
        if name.endswith(("name", "phone")) and plain(value)
    }
    values |= {found.group(1) for pattern in _ABOUT_HERSELF for found in pattern.finditer(story)}
    return tuple(sorted((value for value in values if len(value) > 1), key=len, reverse=True))


_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马方任袁柳唐罗薛雷贺汤滕黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮蓝席季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田胡凌霍虞万卢莫房丁邓洪包左石崔吉龚程陆荣翁甄曲封段侯全班仰秋仲伊宫宁仇甘厉戎祖武符刘景詹龙叶幸司黎印宿白怀蒲从索赖卓蔺屠蒙池乔谭申桂牛寿通边尚农温庄晏柴瞿阎连习向古易廖终耿满匡国文寇广东欧师聂曾沙养鞠丰关相荆红游权岳"
_ABOUT_HERSELF = (
    re.compile(r"(?:我|本人)(?:自己)?(?:的|家|这边)?(?:联系|手机|电话)?(?:电话|手机|方式|号码|微信|号)*(?:是|为)?[：:\s]*(1\d{10})(?!\d)"),
    re.compile(r"(?:联系我|打给我|给我打|回我电话|找我)\D{0,6}(1\d{10})(?!\d)"),
    re.compile(rf"(?:我|本人)(?:姓名是|姓名|名字是|名字叫|名叫|叫)(?:做)?([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[，。,、；;！!\s]|$)"),
    re.compile(rf"(?:我|本人)是[^，。,；;\s]{{0,14}}?(?:老师|班主任|医生|护士|大夫|主任|书记|社工|店员|员工|邻居)([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[，。,、；;！!\s]|$)"),
)  # fmt: skip
