"""Names of people and of places of care within a sentence, found without knowing them. Pure but for the word list.

Where a word ends in Chinese is asked of jieba: a family name that stands alone between words begins a name (已联系｜张｜建国｜谈话),
and a named hospital is the word for one with more in front than 当地 or 附近.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module

from words import cutting, surnames

_HAN = re.compile(r"[\u4e00-\u9fff]+")
# After a family name: no given name begins with one of these, nor is one of them.
_NO_GIVEN = frozenset(
    "的 了 着 过 地 得 和 与 及 或 并 而 但 也 都 又 还 就 才 再 不 没 未 无 有 是 为 在 于 从 到 向 往 对 由 被 把 将 让 给 请 跟 同 已 曾 正 "
    "会 能 可 要 应 须 需 想 说 看 听 问 答 来 去 回 上 下 里 内 外 中 前 后 间 时 日 年 周 天 号 点 分 个 位 名 家 人 们 我 你 您 他 她 它 "
    "这 那 哪 此 该 某 其 各 每 多 少 大 小 高 低 好 坏 新 旧 一 二 两 三 四 五 六 七 八 九 十 百 千 万 等 吗 呢 吧 啊 呀 所 处 县 市 镇 乡 村 校".split()
)
_TITLES = (
    "队长 警官 警察 民警 所长 局长 医生 大夫 护士 老师 校长 园长 主任 书记 科长 股长 院长 检察官 法官 律师 社工 支书 村长 师傅 先生 女士 某某 某 "
    "同学 小朋友 阿姨 叔叔 姐 哥 婆婆 奶奶 爷爷"
).split()
# Everyday words that the word list takes for people.
_NO_NAME = frozenset(
    "王朝 王爷 王公 王府 王子 王家 王宫 王后 王妃 王侯 王冠 王权 王道 王室 王法 王储 王座 陈述 陈列 陈设 陈旧 陈年 陈腐 陈词 陈说 陈列室 陈列馆 徐徐 孙子 孙女 "
    "孙儿 孙女儿 李子 刘海 周转 周密 周旋 周全 周折 周详 谢谢 谢恩 谢幕 谢世 许可 许诺 许可证 张贴 张望 张扬 张罗 张嘴 张口 张狂 杨柳 杨树 杨梅 罗列 罗盘 "
    "梁柱 宋体 董事 萧条 萧瑟 苏醒 丁香 叶子 杜绝 杜鹃 杜撰 范围 范畴 范文 熊猫 陆军 陆续 陆地 冯铁匠 胡同 胡子 胡说 胡闹 胡来 胡椒 胡桃 胡言 胡琴 胡萝卜 曹禺 "
    "吴江 吴兴 赵家 李家 张家 刘家 王家 陈家 朱红 朱砂 何谓 何干 何曾 罗汉 秦汉 康复 康宁 康健 夏令营 夏天".split()
)
_PLACES = re.compile(r"[县市镇乡村区路街屯寨]")  # 罗岭县 is no name of a person
_NUMBERS = re.compile(r"[一二两三四五六七八九十百几每这那\d]$")

_CARE = re.compile(
    r"(?:医院|卫生院|卫生室|卫生所|诊所|医务室|保健院|门诊部?|卫生(?:服务)?(?:中心|站)|康复(?:中心|机构)|福利院|儿童之家|救助(?:站|管理站)|托养中心|养护中心|"
    r"咨询(?:中心|室)|辅导(?:中心|站)|幼儿园|托育(?:园|中心))"
)
# Before the word for such a place: any one, not a certain one.
_ANY = frozenset(
    "在 到 去 送 送到 送往 前往 转到 转往 转 往 由 从 至 的 该 本 某 和 与 及 或 一家 一所 家 所 当地 附近 就近 定点 指定 有关 相关 专业 正规 上级 外地 公立 民办 其他 另外 "
    "另一 医 接受 联系 带 陪同 已 经 带到 住 住进 出 进 了 请 要求 安排 被 让 孩子 儿童 学生 家长 监护人 各 有的 所在 就读 原 新 这家 那家 其 为 是 对 可 心理 住院 急诊".split()
)


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str  # part of speech in the word list; x when it is not in it


def people(text: str) -> Iterator[str]:
    """Names of people, each as it stands in the text (one without white space)."""
    for clause in _HAN.findall(text):
        tokens = _tokens(clause)
        for place, token in enumerate(tokens):
            if name := _begins(tokens, place) or _cut_short(tokens, place) or _whole(token):
                yield name
        yield from _guessed(clause)


def places_of_care(text: str) -> Iterator[str]:
    """Hospitals, clinics and homes by a name of their own; the word alone, or any one of them, is none."""
    for clause in _HAN.findall(text):
        for found in _CARE.finditer(clause):
            before = [token.text for token in _tokens(clause[: found.end()])]
            rest = len(found.group())
            while before and rest >= len(before[-1]):
                rest -= len(before.pop())
            own = before[-1][: len(before[-1]) - rest] if before and rest else ""
            named = own or (before[-1] if before else "")
            if named and named not in _ANY:
                yield named + found.group()


def _begins(tokens: Sequence[_Token], place: int) -> str:
    """A family name on its own, with what follows it: 张｜建国, 韦｜秀英, 黄｜桂｜芳, 陈｜队长."""
    first = tokens[place].text
    plain = first in surnames.PLAIN or first in surnames.COMPOUND
    if not plain and first not in surnames.WORDS_TOO:
        return ""
    if place and first in "张周" and _NUMBERS.search(tokens[place - 1].text):
        return ""  # 三张照片, 每周
    after = [token.text for token in tokens[place + 1 : place + 3]]
    if not after:
        return ""
    if after[0] in _TITLES:
        return first + after[0]
    if len(after[0]) > 2 or after[0] in _NO_GIVEN:
        return ""
    if not plain and not (_given(tokens[place + 1]) or _two_signs(after)):
        return ""
    if tokens[place + 1 :] and _PLACES.match("".join(after)[1:]):
        return ""
    second = after[1] if len(after) > 1 and len(after[0]) == len(after[1]) == 1 and after[1] not in _NO_GIVEN else ""
    return first + after[0] + second


def _given(token: _Token) -> bool:
    """Whether the word list knows it as part of names: 志强, 天成."""
    return len(token.text) == 2 and token.kind.startswith("nr") and token.text not in _NO_NAME


def _two_signs(after: Sequence[str]) -> bool:
    """月｜娥: two signs that are no words beside each other."""
    return len(after) == 2 and all(len(each) == 1 and each not in _NO_GIVEN for each in after)


def _cut_short(tokens: Sequence[_Token], place: int) -> str:
    """A name whose first two signs happen to be a word: 陆家｜明."""
    word, after = tokens[place].text, [token.text for token in tokens[place + 1 : place + 2]]
    one = bool(after) and len(after[0]) == 1 and after[0] not in _NO_GIVEN
    return word + after[0] if one and len(word) == 2 and word[0] in surnames.PLAIN else ""


def _whole(token: _Token) -> str:
    """A name that the word list knows: 张建国."""
    known = token.kind.startswith("nr") and token.text[0] in surnames.PLAIN and len(token.text) in (2, 3)
    return token.text if known and token.text not in _NO_NAME else ""


def _guessed(clause: str) -> Iterator[str]:
    """Three signs that are no word and read like a name by how such signs follow each other: 农月娥."""
    for run in _unknown(clause):
        for word, kind in _told_apart(run):
            like_a_name = kind.startswith("nr") and len(word) == 3 and word[0] in surnames.ALL
            if like_a_name and not cutting.known(word) and not _NO_GIVEN & set(word[1:]):
                yield word


def _unknown(clause: str) -> Iterator[str]:
    """Runs of three or more signs that stand alone between the words of the dictionary."""
    run = ""
    for word in (*cutting.cut(clause), ""):
        if len(word) == 1:
            run += word
            continue
        if len(run) >= 3 and not cutting.known(run):
            yield run
        run = ""


def _told_apart(run: str) -> Iterator[tuple[str, str]]:
    """Words with their part of speech, guessed by jieba's model of how signs follow each other: B begins a word, E ends it, S is one."""
    model = import_module("jieba.posseg")  # loaded when the first such run is met
    _, states = model.viterbi(run, model.char_state_tab_P, model.start_P, model.trans_P, model.emit_P)
    begin = 0
    for at, (place, kind) in enumerate(states):
        if place in "BS":
            begin = at
        if place in "ES":
            yield run[begin : at + 1], kind
            begin = at + 1
    if begin < len(run):
        yield run[begin:], states[begin][1]


def _tokens(clause: str) -> list[_Token]:
    return [_Token(word, kind) for word, kind in cutting.kinds(clause)]
