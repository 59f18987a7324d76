"""What may be told to a reporter: checked for names, schools, diagnoses, numbers, and words that she is never to read. Pure.

The check is for a tired person at a desk, not against a clever one: it names the word, so that it can be taken out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from routing.persons import people, places_of_care
from words import surnames
from words.language import Line, line

NEVER = ("嫌疑人", "举报人", "结案", "案件", "免责", "绝对匿名", "严肃查处", "请耐心等待")
_DEAR = re.compile(r"(?:^|[，。！？,!?\s])(亲)(?=[，。！？,!?~～\s]|$)")

_DIAGNOSES = re.compile(
    r"(?:确诊|诊断)?(?:为|患有?)?(?:抑郁症?|双相|精神分裂|焦虑症|应激障碍|自闭症|孤独症|多动症|癫痫|智力障碍|智力残疾|艾滋病?|HIV|梅毒"
    r"|淋病|性病|尖锐湿疣|怀孕|妊娠|流产|引产|处女膜|撕裂伤?|骨折|脑震荡|颅内出血|软组织挫伤|轻微伤|[轻重]伤[一二]?级?)|确诊",
    re.IGNORECASE,
)
# A school by its name: 城关小学, 县第一中学, 育才学校. A school in general (孩子所在学校) may be told.
_SCHOOL = re.compile(
    r"第?[一二三四五六七八九十\d]+(?:小学|中学|幼儿园)|第?[一二三四五六七八九十][中小](?=[，。；、已就读上的在老]|$)"
    r"|[\u4e00-\u9fff]{2}(?<![在到回读上入升从为是该原的家所])(?<!当地|有关|相关|就读|附近)(?:小学|中学|初中|高中|中专|职校|教学点)"
    r"|(?:实验|希望|中心|职业|技工|特殊教育|九年制|寄宿制|外国语|民族|附属|育才|县|镇|乡|村)(?:学校|幼儿园)"
)
_NAMES = re.compile(
    rf"(?:[{surnames.PLAIN}{surnames.WORDS_TOO}](?:某某|某|老师)|[{surnames.PLAIN}{surnames.WORDS_TOO}小][\u4e00-\u9fff]{{0,2}}(?=同学|小朋友))"
)
# A name after the word for who somebody is (见到张小雨, 奶奶李芳照看), or at the beginning of a clause before what they did.
_GIVEN = rf"[{surnames.PLAIN}][\u4e00-\u9fff]{{1,2}}?"
_WHO = r"(?:见到|叫|名叫|孩子|儿童|女孩|男孩|学生|父亲|母亲|爸爸|妈妈|爷爷|奶奶|外公|外婆|姥姥|姥爷|继父|继母|伯父|叔叔|舅舅|姑姑|姨妈|民警|医生|老师|主任|护士|社工|邻居)"
_DID = r"(?=已|现|正|在|被|由|的|和|与|送|说|照看|照顾|陪|带|同意|愿意|目前|今天|昨天|[，。；、！]|$)"
_NAMED = re.compile(rf"{_WHO}(?P<a>{_GIVEN}){_DID}|(?:^|[，。；、！由和与同对给让])(?P<b>{_GIVEN}){_DID}")
# Everyday words that begin with a character which is a surname too.
_NO_NAME = frozenset(
    "马上 何时 何处 何人 何种 任何 周围 周边 周一 周二 周三 周四 周五 周六 周日 周末 许可 许多 程序 程度 曾经 曾在 康复 金额 顾虑 万一 谢谢 "
    "黄牌 林业 段时间 高度 高兴 方便 温馨 常住 平安 安全 时间 明确 包括 成功 全部 应当 严重 白天 江边 毛病 石头 罗列 雷电 孔雀 钱款 钱物 易于 秦皇 "
    "高中 万元 熊孩 姜汤 汤药 于是 邵阳 贺州 武装 孟婆 龙头 康健 江苏 余下 余款 石阶 田间 田地 夏天 夏季 金钱 陆续 范围 谭谈 汪汪".split()
)
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{1,8}?(?:路|街|巷|胡同|弄|小区|花园|公寓|村|组|社)?\d+(?:号|栋|幢|单元|组|室)(?:\d+(?:号|栋|单元|室|层)?)*"
)
_NUMBERS = re.compile(r"(?<!\d)(?:1\d{10}|\d{17}[\dXx]|0\d{2,3}-?\d{7,8})(?!\d)")

# Facts whose value must never be told, each with what it is called in the refusal.
_SEALED: dict[str, str] = {
    "child_name": "姓名", "school": "学校", "id_card": "证件号码", "phone": "电话", "suspect_name": "姓名",
    "reporter_name": "姓名", "reporter_phone": "电话", "name": "姓名", "unit": "单位",
}  # fmt: skip


def problems(text: str, facts: Mapping[str, Any], reporter: Mapping[str, Any]) -> tuple[Line, ...]:
    """Why `text` may not be told, one sentence a word, in the order found; empty when it may.

    `facts` and `reporter` are the case's ({name: {"value": …}} or {name: value}).
    """
    found = dict(_words(text, facts, reporter))
    return tuple(
        line("可告知内容里不能有{kind}：“{word}”。请去掉后再提交。", kind=line(kind), word=word)
        for word, kind in found.items()
    )


_SAFE = re.compile(r"(?:安全|妥善照顾|没有危险|已脱离危险|平安)")


def untrue(text: str, safe: bool | None) -> Line | None:
    """A sentence that says that the child is safe, when the result says that she is not."""
    if safe is False and (found := _SAFE.search(text)):
        return line("结果写的是孩子现在不安全，可告知内容里不能写“{word}”。", word=found.group())
    return None


def forbidden(text: str) -> str | None:
    """The first word in `text` that no text to a reporter may hold, if there is one."""
    for word in NEVER:
        if word in text:
            return word
    dear = _DEAR.search(text)
    return dear.group(1) if dear else None


def _words(text: str, facts: Mapping[str, Any], reporter: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    bare = re.sub(r"\s+", "", text)
    for source in (facts, reporter):
        for name, kind in _SEALED.items():
            for value in _values(source.get(name)):
                if len(value) > 1 and value in bare:
                    yield value, kind
    if word := forbidden(text):
        yield word, "这样的说法"
    for found in _NAMES.finditer(bare):
        yield found.group(), "姓名"
    for found in _NAMED.finditer(bare):
        name = found.group("a") or found.group("b")
        if name not in _NO_NAME and name[:2] not in _NO_NAME:
            yield name, "姓名"
    for name in people(bare):
        yield name, "姓名"
    for name in places_of_care(bare):
        yield name, "机构名称"
    for found in _ADDRESS.finditer(bare):
        yield found.group(), "住址"
    for found in _SCHOOL.finditer(bare):
        yield found.group(), "学校名称"
    for found in _DIAGNOSES.finditer(bare):
        yield found.group(), "诊断、伤情"
    for found in _NUMBERS.finditer(bare):
        yield found.group(), "号码"


def _values(fact: Any) -> Iterable[str]:
    value = fact.get("value") if isinstance(fact, Mapping) else fact
    if value in (None, ""):
        return ()
    values = value if isinstance(value, (list, tuple)) else [value]
    return [re.sub(r"\s+", "", str(each)) for each in values]
