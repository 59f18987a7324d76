"""The rule file: `data/keywords.txt`, edited by hand in Notepad, read into `Rules`.

The format is explained in Chinese in the head of the file itself; this module and that head must say the same.
Pure: text in, `Rules` out, or one `RuleErrors` with every broken line, what is wrong and how to mend it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.triage.rule_errors import Problem, RuleErrors
from words.ids import CATEGORIES, ROUTING_CHOICES, ROUTING_FLAGS, Urgency

LEVELS = {level.zh: level for level in Urgency}
MAX_LINES = 3000

# Names of categories as the file writes them. 暴力 is resolved by who does it: family, staff, other children, boss.
SECTIONS: dict[str, str] = {
    "性侵害": "sexual_abuse", "家暴虐待": "physical_abuse", "机构人员侵害": "staff_harm", "学生欺凌": "bullying",
    "自杀自残": "self_harm", "非正常伤害": "abnormal_injury", "遗弃无人照料": "abandonment", "失踪拐卖": "missing_trafficked",
    "乞讨童工": "exploitation", "正面临危险": "imminent_danger", "监护失职": "guardianship", "心理异常": "mental_health",
    "失学辍学": "dropout", "教育事务": "education_service", "涉水隐患": "water_safety", "校园安全": "campus_safety",
    "网络侵害": "online_harm", "救助保障": "welfare_relief", "残疾疾病": "disability_health", "法律援助": "legal_aid",
    "家庭教育": "family_education", "走访关爱": "care_service", "家长就业": "parent_employment", "不作为泄密": "duty_complaint",
    "与未成年人无关": "out_of_scope", "暴力": "violence",
}  # fmt: skip
assert set(SECTIONS.values()) == {*CATEGORIES, "violence"}

# Lists that the judgement of scope reads, with what each does (see scope.py and frames.py).
SCOPES: tuple[str, ...] = (
    "否定整句", "否定紧邻", "不算否定", "假设", "询问", "申明", "特指", "宣传", "防范", "演练", "真事", "虚构", "不算虚构",
    "澄清", "已了", "仍在", "撤回", "建议", "诉求", "动物", "成人", "孩子", "学校", "不算孩子", "问候", "查询", "成人急险",
    "警医在场", "不可读",
)  # fmt: skip
FLAGS: dict[str, tuple[str, str | bool]] = {
    "在校学生": ("pupil", True), "受伤": ("injured", True), "患病": ("ill", True), "怀孕": ("pregnant", True),
    "持械": ("armed", True), "拍摄": ("filmed", True), "反复": ("repeated", True), "强迫": ("forced", True),
    "拘禁": ("confined", True), "严重": ("grave", True), "犯罪": ("crime", True), "危险": ("danger", True),
    "网上": ("online", True), "残疾": ("disabled", True), "单亲": ("single_parent", True), "孩子安全": ("child_safe", True),
    "乞讨": ("subtype", "begging"), "童工": ("subtype", "child_labour"), "场所": ("subtype", "venue"),
    "疏忽": ("subtype", "neglect"), "委托照护": ("subtype", "entrusted"), "未报告": ("subtype", "not_reported"),
    "不作为": ("subtype", "inaction"), "儿童主任": ("subtype", "director"), "泄密": ("subtype", "leak"),
    "学校": ("institution", "school"), "托育": ("institution", "nursery"), "诊所": ("institution", "clinic"),
    "福利机构": ("institution", "welfare"), "宗教场所": ("institution", "religious"), "网络平台": ("institution", "online"),
    "火": ("hazard", "fire"), "水": ("hazard", "water"), "食品": ("hazard", "food"), "传染病": ("hazard", "disease"),
    "校车": ("hazard", "bus"), "建筑": ("hazard", "building"), "残障": ("disability_or_illness", "disability"),
    "疾病": ("disability_or_illness", "illness"),
}  # fmt: skip
assert {key for key, _ in FLAGS.values()} <= {*ROUTING_FLAGS, *ROUTING_CHOICES}

QUOTES = dict.fromkeys(map(ord, "“”‘’「」『』\"'"))  # the scan reads over quotation marks
HEADER = re.compile(r"^【\s*([^：:】]+?)\s*(?:[：:]\s*([^】]+?)\s*)?】\s*(.*)$")
CONDITIONS = re.compile(r"[（(]([^（）()]*)[）)]\s*$")
AGE_BELOW = re.compile(r"^(?:未满|不满)(\d+)岁$")
AGE_FROM = re.compile(r"^满(\d+)岁$")
MARKS = re.compile(r"[{}（）()+>]")  # a line without them is nothing but words
WITHIN = re.compile(r"^(\d+)字内$")
TOPIC_WEIGHTS = {"强": 2.0, "": 1.0, "弱": 0.5, "微": 0.25}  # 【线索】: what one word of the line says for its category
GRAVE, MILD, HARMFUL, USUAL = "grave", "mild", "harmful", "usual"
# 【线索】 that tell how near the danger is, and whether there is harm at all, whatever the category.
SIDES = {"危急": GRAVE, "平缓": MILD, "受害": HARMFUL, "平常": USUAL}
ANYWHERE = 100_000
DEFAULT_WITHIN = 16


@dataclass(frozen=True)
class Term:
    """Alternatives, any of which will do: literal words, with the groups they came from already unfolded."""

    name: str  # as written: 不给/不让 or {打}
    words: frozenset[str]
    people: bool = False  # only names people; a negation before it is not a negation of the deed


@dataclass(frozen=True)
class Rule:
    """One line of a section: a word (one term) or a combination of two to five terms near each other."""

    line: int
    category: str  # a category id, or `violence`
    level: Urgency | None  # None in 加重 sections: it raises what is there
    terms: tuple[Term, ...]
    ordered: tuple[bool, ...] = ()  # before each further term: must it stand after the one before it?
    within: int = DEFAULT_WITHIN  # characters between neighbours at most
    same_sentence: bool = True
    sex: str | None = None
    below: int | None = None  # the child is younger than this many years (stated)
    least: int | None = None  # the child is at least this many years old (stated)
    unless: Term | None = None  # not when one of these stands in the same sentence
    not_after: Term | None = None  # not when one of these stands just before one of the words: 父亲 失联
    minor: bool = False  # 次要: counts for the level, gives way in the choice of the primary category
    firm: bool = False  # 优先: wins the choice of the primary category within its level
    says: str = ""  # the line as written


@dataclass(frozen=True)
class Topic:
    """Words that speak for a category whatever the level: 校车 and 超员 for campus safety (【线索：校园安全】).

    `grave` and `mild` stand in for a category where the words tell how near the danger is.
    """

    category: str
    weight: float
    words: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """Everything the engine needs, in the order of the file."""

    rules: tuple[Rule, ...]
    raising: tuple[Rule, ...]  # 加重: rules whose firing makes an urgent hit of their category critical
    groups: Mapping[str, Term]
    topics: tuple[Topic, ...]
    scopes: Mapping[str, Term]
    flags: Mapping[str, Term]
    masks: frozenset[str]
    aliases: Mapping[str, str]
    pinyin: Mapping[str, str]  # syllables without blanks → the word
    opinion: bool  # may the second opinion raise? 【旁证：关】 switches it off
    order: tuple[str, ...]  # categories in the order of their first section: ties go to the earlier
    lines: int = 0
    purposes: Mapping[str, str] = field(default_factory=dict)  # section header → its one line of purpose


def parse(text: str) -> Rules:
    """The rules in `text`, or `RuleErrors` naming every line that is wrong."""
    return _Reader(text).rules()


def decode(raw: bytes) -> str:
    """The text of a rule file: UTF-8 with or without BOM; anything else is refused with the way to save it."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise RuleErrors(
            [
                Problem(
                    line, "文件不是 UTF-8 编码（可能是 GBK/ANSI）", "在记事本中选“文件—另存为”，编码选“UTF-8”，再提交"
                )
            ]
        ) from None


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.removeprefix("\ufeff").splitlines()
        self.problems: list[Problem] = []
        self.groups: dict[str, list[tuple[int, str]]] = {}
        self.bodies: list[tuple[int, str, str, str]] = []  # line, section, sub, content
        self.purposes: dict[str, str] = {}
        self.opinion = True
        self.unfolding: list[str] = []
        self.unfolded: dict[str, frozenset[str]] = {}

    def wrong(self, line: int, what: str, mend: str) -> None:
        self.problems.append(Problem(line, what, mend))

    def rules(self) -> Rules:
        if len(self.lines) > MAX_LINES:
            self.wrong(MAX_LINES + 1, f"文件超过 {MAX_LINES} 行", "把同一小节的词写在一行里，用空格隔开")
        self.split()
        groups = {name: Term(f"{{{name}}}", self.unfold(name, 0), name in PEOPLE) for name in self.groups}
        rules: list[Rule] = []
        raising: list[Rule] = []
        topics: dict[tuple[str, float], set[str]] = {}
        scopes: dict[str, set[str]] = {}
        flags: dict[str, set[str]] = {}
        masks: set[str] = set()
        aliases: dict[str, str] = {}
        pinyin: dict[str, str] = {}
        for number, section, sub, content in self.bodies:
            if section == "误词":
                masks.update(self.words(number, content))
            elif section in ("别名", "拼音"):
                self.alias(number, content, aliases if section == "别名" else pinyin)
            elif section == "语境":
                scopes.setdefault(sub, set()).update(self.words(number, content))
            elif section == "标记":
                flags.setdefault(sub, set()).update(self.words(number, content))
            elif section == "线索":
                words, weight = self.topic(number, content)
                topics.setdefault((SIDES.get(sub) or SECTIONS[sub], weight), set()).update(words)
            elif section == "加重":
                raising.extend(self.rule(number, SECTIONS[sub], None, content))
            elif section in SECTIONS:
                rules.extend(self.rule(number, SECTIONS[section], LEVELS[sub], content))
        if self.problems:
            raise RuleErrors(self.problems)
        return Rules(
            rules=tuple(rules),
            raising=tuple(raising),
            groups=groups,
            topics=tuple(Topic(category, weight, frozenset(words)) for (category, weight), words in topics.items()),
            scopes={name: Term(name, frozenset(scopes.get(name, ()))) for name in SCOPES},
            flags={name: Term(name, frozenset(words)) for name, words in flags.items()},
            masks=frozenset(masks),
            aliases=aliases,
            opinion=self.opinion,
            pinyin=pinyin,
            order=tuple(dict.fromkeys(rule.category for rule in rules)),
            lines=len(self.lines),
            purposes=self.purposes,
        )

    def split(self) -> None:
        """Sort the lines into sections, refusing unknown headers and lines before the first."""
        section, sub = "", ""
        for number, raw in enumerate(self.lines, 1):
            content = raw.strip().replace("\u3000", " ")
            if not content or content.startswith(("#", "＃")):
                continue
            if "\ufffd" in content:
                self.wrong(number, "有乱码字符", "重新输入这一行，另存为 UTF-8")
            elif content.startswith("【"):
                section, sub = self.header(number, content)
            elif not section:
                self.wrong(number, "这一行前面没有小节标题", "在上面加一行标题，例如【性侵害：特急】说明")
            elif section == "组":
                self.groups[sub].append((number, content))
            elif section != "?":
                self.bodies.append((number, section, sub, content))

    def header(self, number: int, content: str) -> tuple[str, str]:
        found = HEADER.match(content)
        if not found:
            self.wrong(number, "标题写法不对", "写成【类别：级别】说明，例如【性侵害：特急】一句话说明")
            return "?", ""
        section, sub, purpose = found[1], found[2] or "", found[3]
        if not purpose:
            self.wrong(
                number, f"小节【{section}{'：' + sub if sub else ''}】没有说明", "在】后面写一句这一节是干什么的"
            )
        self.purposes[f"{section}：{sub}" if sub else section] = purpose
        if section == "组":
            if not sub:
                self.wrong(number, "组没有名字", "写成【组：名字】说明")
                return "?", ""
            self.groups.setdefault(sub, [])
        elif section in ("误词", "别名", "拼音"):
            if sub:
                self.wrong(number, f"【{section}】后面不要写“：{sub}”", f"写成【{section}】说明")
        elif section == "语境":
            return self.known(number, section, sub, SCOPES)
        elif section == "标记":
            return self.known(number, section, sub, tuple(FLAGS))
        elif section == "旁证":
            self.opinion = sub != "关"
            return self.known(number, section, sub, ("开", "关"))
        elif section == "加重":
            return self.known(number, section, sub, tuple(SECTIONS))
        elif section == "线索":
            return self.known(number, section, sub, (*SECTIONS, *SIDES))
        elif section in SECTIONS:
            return self.known(number, section, sub, tuple(LEVELS))
        else:
            self.wrong(
                number,
                f"不认识的类别“{section}”",
                "可用的有："
                + "、".join((*SECTIONS, "组", "误词", "别名", "拼音", "语境", "标记", "加重", "线索", "旁证")),
            )
            return "?", ""
        return section, sub

    def known(self, number: int, section: str, sub: str, names: tuple[str, ...]) -> tuple[str, str]:
        if sub in names:
            return section, sub
        self.wrong(number, f"【{section}：{sub}】里的“{sub}”不认识", "可用的有：" + "、".join(names))
        return "?", ""

    def alias(self, number: int, content: str, aliases: dict[str, str]) -> None:
        left, equals, right = content.replace("＝", "=").rpartition("=")
        target = right.strip()
        if not equals or not left.split() or not target or " " in target:
            self.wrong(number, "别名写法不对", "写成“别的写法 别的写法 = 正字”，例如：紫砂 zisha = 自杀")
            return
        for name in left.split():
            if aliases.get(name.lower(), target) != target:
                self.wrong(number, f"“{name}”已经是“{aliases[name.lower()]}”的别名", "只保留一处")
            aliases[name.lower()] = target

    def unfold(self, name: str, number: int) -> frozenset[str]:
        """All words of a group, groups within it included; a group inside itself is refused."""
        if name in self.unfolded:
            return self.unfolded[name]
        if name not in self.groups:
            self.wrong(number, f"没有叫“{name}”的组", "先写【组：" + name + "】，或改成已有的组名")
            return frozenset()
        if name in self.unfolding:
            self.wrong(number, f"组“{name}”绕回了自己", "从其中一个组里去掉 {" + name + "}")
            return frozenset()
        self.unfolding.append(name)
        words: set[str] = set()
        for line, content in self.groups[name]:
            words |= self.words(line, content)
        self.unfolding.pop()
        self.unfolded[name] = frozenset(words)
        return self.unfolded[name]

    def words(self, number: int, content: str) -> set[str]:
        if not MARKS.search(content):
            return set(content.lower().translate(QUOTES).split())
        words: set[str] = set()
        for word in content.split():
            if word.startswith("{"):
                words |= self.unfold(word.strip("{}"), number)
            elif word in "+>" or any(mark in word for mark in "{}（）()"):
                self.wrong(number, f"这里只能写词，不能写“{word}”", "组合只能写在类别小节里；这里每个词用空格隔开")
            else:
                words.add(word.lower().translate(QUOTES))
        return words

    def topic(self, number: int, content: str) -> tuple[set[str], float]:
        """The words of a line of 【线索】 and what one of them weighs."""
        found = CONDITIONS.search(content)
        grade = found[1].strip() if found else ""
        if grade not in TOPIC_WEIGHTS:
            self.wrong(number, f"线索后面的“{grade}”看不懂", "行末只能写（强）（弱）（微），不写就是一般")
        body = content[: found.start()] if found else content
        return self.words(number, body), TOPIC_WEIGHTS.get(grade, 1.0)

    def rule(self, number: int, category: str, level: Urgency | None, content: str) -> list[Rule]:
        """One rule per line: words side by side are alternatives; `+` and `>` make a combination."""
        says = content
        options: dict[str, object] = {}
        found = CONDITIONS.search(content)
        if found:
            content = content[: found.start()].strip()
            for condition in re.split(r"[；;]", found[1]):
                self.condition(number, condition.strip(), options)
        if not content or content[0] in "+>" or content[-1] in "+>":
            self.wrong(number, "组合缺了一边", "写成“甲 + 乙”（不论先后）或“甲 > 乙”（甲在前），加号两边留空格")
            return []
        parts = re.split(r"\s+([+>])\s+", content)
        terms = [self.term(number, part) for part in parts[0::2]]
        if any(not term.words for term in terms):
            if not self.problems:
                self.wrong(number, "这一行里有一项是空的", "每一项至少写一个词，组里也要有词")
            return []
        if len(terms) > 5:
            self.wrong(number, "组合超过五项", "拆成两条")
        ordered = tuple(mark == ">" for mark in parts[1::2])
        return [Rule(number, category, level, tuple(terms), ordered, says=says, **options)]  # type: ignore[arg-type]  # options holds exactly Rule's fields

    def term(self, number: int, part: str) -> Term:
        names = re.split(r"[/\s]+", part.strip())
        words = self.words(number, " ".join(names)) if part.strip() else set()
        people = all(name.startswith("{") and name.strip("{}") in PEOPLE for name in names)
        return Term(part.strip(), frozenset(words), people)

    def condition(self, number: int, condition: str, options: dict[str, object]) -> None:
        if found := WITHIN.match(condition):
            options["within"] = int(found[1])
        elif found := AGE_BELOW.match(condition):
            options["below"] = int(found[1])
        elif found := AGE_FROM.match(condition):
            options["least"] = int(found[1])
        elif condition == "同句":
            options["within"] = ANYWHERE
        elif condition == "全文":
            options["within"] = ANYWHERE
            options["same_sentence"] = False
        elif condition == "跨句":
            options["same_sentence"] = False
        elif condition in ("女", "男"):
            options["sex"] = "f" if condition == "女" else "m"
        elif condition == "次要":
            options["minor"] = True
        elif condition == "优先":
            options["firm"] = True
        elif condition.startswith("前非"):
            options["not_after"] = self.term(number, condition.removeprefix("前非").strip())
        elif condition.startswith("除非"):
            options["unless"] = self.term(number, condition.removeprefix("除非").strip())
        else:
            self.wrong(
                number,
                f"看不懂的条件“{condition}”",
                "可用：12字内、同句、跨句、全文、女、男、未满14岁、满14岁、次要、优先、除非 某词、前非 某词",
            )


# Groups that name who did it or to whom. The engine reads them by name (who did it, category of 暴力).
PEOPLE: frozenset[str] = frozenset(
    ("亲属", "教职", "同伴", "雇主", "外人", "网人", "福利人员", "行为人", "孩子", "女孩", "男孩", "我", "他", "成人")
)
