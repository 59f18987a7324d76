"""The judgement of one text: `Engine(rules).assess(text)`.

The order: make it plain, scan once, gather the hits of the rules, judge what each is worth (scope), weigh the kind of
text as a whole (frames), decide level and category, state the facts, explain. Work is linear in the length of the text.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from intake.triage import explain, facts, routing_facts
from intake.triage.actors import CATEGORY, actor, speaks
from intake.triage.ages import Age, ages, child_age, schooling
from intake.triage.assessment import Assessment, Reason
from intake.triage.calming import calm
from intake.triage.deciding import SERVICE, choose, leaning, opinion_of, second, substance, unreadable
from intake.triage.frames import QUESTION_HEAD, Frame, frame, questions
from intake.triage.gate import gated
from intake.triage.keywords import Rule, Rules
from intake.triage.match import Hit, clue, hits
from intake.triage.normalise import Normaliser, Plain
from intake.triage.opinion import Counted, Opinion
from intake.triage.scan import Index, Scan, within
from intake.triage.scope import Scope
from intake.triage.segment import cuts_through
from intake.triage.topics import Topics
from intake.triage.weights import Judged
from words.ids import CATEGORIES, HARM, Urgency

PAST = gated(r"去年|前年|大前年|\d{4}年|几年前|年前|以前|早就|当年|小时候|上个?月|上学期|之前|此前|曾经")
NEAR = 60  # characters between a hit and what makes it worse
CORE = HARM
CLEARED = gated(
    r"(?:经|已)?(?:核实|查实|调查|查明|核查|了解)[^。]{0,20}(?:系误会|误会一场|不属实|情况不实|虚惊一场)|撤销工单"
)
NO_CHILD = gated(
    r"(?:无|没有|没|未有|还没|没要|未要)(?:生育?|养育|要)?(?:未成年)?(?:孩子|小孩|子女)(?=[，。；！、]|$)|未生育|没生育|(?:家里|家中|屋里)(?:没有?|无)(?:未成年人|小孩子?|孩子|娃)(?=[，。；！、]|$)"
)
# 女儿已成年在外地上大学: no child of the text is one.
GROWN_UP = gated(
    r"(?:女儿|儿子|闺女|孩子们?|子女|小孩)(?:们)?(?:都|均|也|早就?)?(?:已经?|早就?|都)?(?:成年|成家|结婚|工作了|参加工作|上大学|读大学|念大学|大学毕业|[三四五]十)"
)
# 四十多岁, 三十好几: a grown-up whose age is only nearly told.
OLD = gated(r"[二三四五六七八九]十(?:多|来|几|好几|出头|[一二三四五六七八九])?(?:岁|了(?=[，。])|的人|[，。])")
AGREE = 4  # so many different grave clues bear each other out
CLUE = -0.4  # log odds of harm below which a clue is not borne out
NOW_WHAT = gated(
    r"^(?!.*(?:请问|咨询|想问|请教|想了解)).*(?:怎么办|咋办|咋个办|咋整|该怎么做|要不要紧)[呀啊呢？?！!。]*$"
)
HAPPENED = re.compile(
    r"[^，。；？！?!]{0,2}了[^，。；？！?!]{0,2}[，,]?(?:我们?)?该?(?:怎么办|咋办|咋个办|咋整)"
)  # 孩子被打了怎么办
BEEN_DONE = re.compile(r"被[^，。；？！?!]{1,8}过$")  # 孩子被父亲打过: whatever is asked about it, it has been
FAINT = 0.0  # so much more is said of a service that is asked for than of harm that a clue does not count
PLAIN = -4.0  # the same for a word that says it plainly
ORDINARY = 0.25  # below this all words together tell of an ordinary matter
SEVERAL = 5  # so many words at least must tell of it
UNNAMED = 0.6  # the same where no child is named at all
CRY = 14  # a short cry with no child in it counts; a longer text would have named one
SELF = frozenset({"我", "我们", "俺", "俺们", "咱"})
GROWN = frozenset({"teacher", "doctor", "village_worker", "operator", "parent", "neighbour"})  # their 我 is no child


class Engine:
    """Rules made ready once; `assess` keeps no state and may run in many threads."""

    def __init__(self, rules: Rules, counted: Counted | None = None) -> None:
        """`counted` is the second opinion, if there is one; the rules can switch it off."""
        self.counted = counted if rules.opinion else None
        self.rules = rules
        self.index = Index(rules)
        self.normaliser = Normaliser(rules.aliases, rules.pinyin)
        names = rules.groups.get("名目")
        self.abstract = names.words if names else frozenset()
        self.order = {category: place for place, category in enumerate(rules.order)}
        self.rule_words = frozenset(self.index.words)
        alone = (rule for rule in rules.rules if len(rule.terms) == 1 and rule.level and rule.level.rank <= 1)
        self.alarming = frozenset(word for rule in alone for word in rule.terms[0].words)
        self.selves = frozenset(self.index.which[word] for word in SELF if word in self.index.which)

    def assess(
        self, text: str, *, via: str = "mandatory", reporter: str = "other", year: int | None = None
    ) -> Assessment:
        """The judgement on one text. `year` is the present one (for 2017年生); no input raises."""
        plain = self.normaliser.plain(text)
        scan = Scan(self.index, plain.text, self.selves if reporter in GROWN else frozenset())
        stated = [age for age in ages(plain.text, year) if not _animal(scan, age)]
        young = child_age(plain.text, stated)
        whole = frame(scan)
        view = View(self, text, plain, scan, stated, young, whole, reporter)
        judged, refused = view.judge()
        return view.decide(judged, refused, via)


class View:
    """Everything known about one text while it is judged."""

    def __init__(
        self,
        engine: Engine,
        written: str,
        plain: Plain,
        scan: Scan,
        stated: list[Age],
        young: Age | None,
        whole: Frame,
        reporter: str,
    ) -> None:
        self.engine, self.written, self.plain, self.scan = engine, written, plain, scan
        self.stated, self.young, self.frame, self.reporter = stated, young, whole, reporter
        self.text = scan.text
        years = young.years if young else schooling(self.text)
        sex = facts.sex_of(scan, young)
        self.child = (years, sex)
        self.childless = bool(NO_CHILD.search(self.text) or (young is None and GROWN_UP.search(self.text)))
        self.about_child = self._about_child()
        self.scope = Scope(scan, engine.abstract, drill=whole.drill, publicity=whole.publicity)
        self.denied = self.calmed = False
        self.clues = 0  # how many different clues the text holds
        self.opinion: Opinion | None = None
        self.raising: list[Hit] = []  # what makes a hit near it critical
        self.calmers: list[Callable[[View, Hit], tuple[str, str] | None]] | None = None  # calming.calm fills it
        self.topics = Topics(scan)
        self.reported = "反映" in self.text and "咨询" not in self.text
        self.served = bool(SERVICE.search(scan.text))
        self.asked = questions(scan) if whole.asking or "？" in self.text or "?" in self.text else []

    def original(self, start: int, end: int) -> str:
        """The reporter's own words behind a span of the plain form, without the white space in them."""
        low, high = self.plain.span(start, end)
        return "".join(self.written[low:high].split())

    def _about_child(self) -> bool:
        pets = self.scan.scope("动物")
        if self.reporter in ("child", "teacher", "village_worker") or (self.young is not None and not pets):
            return True
        if self.childless:
            return False
        names = self.scan.scope("不算孩子")
        return (
            any(not any(n[0] <= s[0] and s[1] <= n[1] for n in names) for s in self.scan.scope("孩子"))
            and not self._grown_child()
        )

    def _grown_child(self) -> bool:
        """35岁儿子: the only child words name a grown-up."""
        grown = [age for age in self.stated if age.years >= 18]
        if not grown:
            return False
        named = {
            self.text[span[0] : span[1]]
            for span in self.scan.scope("孩子")
            if any(0 <= age.start - span[1] <= 2 or 0 <= span[0] - age.end <= 1 for age in grown)
        }
        return all(
            self.text[span[0] : span[1]] in named
            or any(abs(span[0] - age.end) <= 3 or abs(age.start - span[1]) <= 4 for age in grown)
            or self.text[span[0] : span[1]] in ("父母", "母亲", "妈", "爸", "父亲", "爸爸", "妈妈")
            for span in self.scan.scope("孩子")
        )

    # ------------------------------------------------------------------------------------------------ what counts

    def judge(self) -> tuple[list[Judged], list[Hit]]:
        found = hits(self.scan, self.engine.index.rules_of, self.scope.judge, self.child)
        self.raising = [
            hit
            for hit in hits(self.scan, self.engine.index.raising_of, self.scope.judge, self.child)
            if not hit.refused
        ]
        self.denied = any(hit.kind == "negated" for hit in found)
        self.clues = len({hit.rule.line for hit in found if not hit.refused and _grave(hit.rule) and clue(hit.rule)})
        judged: list[Judged] = []
        refused: list[Hit] = []
        for hit in found:
            hit = self._weigh(hit)
            if hit.refused:
                refused.append(hit)
                continue
            one = self.place(hit)
            judged.append(self._raise(one, self.raising))
        return judged, refused

    def _weigh(self, hit: Hit) -> Hit:
        """Refuse what only asks, teaches, tells of settled things, or means grown-ups or animals."""
        level = hit.rule.level
        if hit.refused or level is None or level.rank > 1:
            return hit
        verdict = self._verdict(hit)
        return hit.refuse(*verdict) if verdict else hit

    def _verdict(self, hit: Hit) -> tuple[str, str] | None:
        scan, whole = self.scan, self.frame
        words = explain.words(self.text, hit)
        if len(hit.spans) == 1 and cuts_through(
            self.text, hit.spans[0], scan.clause(hit.start), self.engine.rule_words
        ):
            return "cut", f"“{words}”是把别的词从中间切开了"
        if not self.about_child:
            if scan.scope("动物"):
                return "animal", f"“{words}”说的是动物"
            if (
                self.childless
                or scan.scope("成人")
                or OLD.search(self.text)
                or (len(self.text) > CRY and not self._borne_out(UNNAMED))
                or hit.rule.category not in CORE | {"violence"}
                or any(age.years >= 18 for age in self.stated)
            ):
                return "adult", f"“{words}”里没有孩子，说的是大人的事"
        if hit.rule.category == "staff_harm" and (herself := speaks(scan)) and within(hit.spans, herself):
            return "speaker", f"“{words}”里的“{self.text[herself[0] : herself[1]]}”是报告人自己"
        if clue(hit.rule) and not self._borne_out():
            return "clue", f"“{words}”只是线索，没有旁证，单独不算"
        if (
            not _orphaning(hit)
            and self.topics.lean < (FAINT if clue(hit.rule) or hit.rule.minor else PLAIN)
            and self.served
        ):
            about = CATEGORIES[self.topics.loudest(harm=False)]
            return "service", f"“{words}”只是带到一句，全文说的是{about}，要的是办事"
        told = self.scope.told_of((hit.start, hit.end)) if self.scope.told else ""
        if told and not (
            told.startswith("游戏") and hit.rule.category in ("sexual_abuse", "online_harm", "missing_trafficked")
        ):
            return "fiction", f"“{words}”说的是“{told}”里的事"
        if calmed := calm(self, hit):
            self.calmed = True
            return calmed
        if whole.cleared and (self.denied or CLEARED.search(self.text)):
            return "negated", f"“{words}”：文中说已经查清，不是这么回事"
        if whole.disclaimed and not self._own(hit):
            return "question", "写的人说明没有这回事，只是学习或咨询"
        if self._only_asked(hit):
            return "question", f"“{words}”是在问规定或怎么办，没有说发生了这件事"
        if whole.publicity and not self._particular(hit):
            return "publicity", f"“{words}”出现在宣传、培训或活动里，没有具体的孩子"
        if (whole.praise or whole.proposal) and not self._particular(hit):
            return "publicity", f"“{words}”出现在表扬或建议里，没有具体的孩子"
        if whole.settled and not whole.still and PAST.search(self.text) and not self._fresh(hit):
            return "settled", f"“{words}”是过去的事，文中说已经处理完"
        return self._ordinary(hit, words)

    def _ordinary(self, hit: Hit, words: str) -> tuple[str, str] | None:
        """A mention of what is urgent in a text all of whose words tell of ordinary matters. Danger now is never outweighed,
        nor what a child says of herself, nor what has been done already."""
        if (
            _orphaning(hit)
            or _grave(hit.rule)
            or self.reporter == "child"
            or BEEN_DONE.search(self.text, hit.start - 3, hit.end + 1)
        ):
            return None
        sides = self.topics.sides
        if sides.balance >= ORDINARY or len(sides.usual) < SEVERAL:
            return None
        if self._raise(self.place(hit), self.raising).level is Urgency.CRITICAL:
            return None
        said = "、".join(f"“{word}”" for word, _ in sides.usual[:4])
        return "usual", f"“{words}”只是带到一句，全文的词（{said}）说的是平常的事"

    def _borne_out(self, least: float = CLUE) -> bool:
        """Does the second opinion lean the way of a mere clue? Where there is none to ask, a clue counts: err on the child's side."""
        opinion = opinion_of(self)
        return self.clues >= AGREE or opinion is None or opinion.harm > least

    def _own(self, hit: Hit) -> bool:
        """Somebody speaks of herself: 打我, 摸我."""
        return any(self.text[s:e] in ("我", "我们") for s, e in hit.spans) or any(
            sign in self.text[hit.start : hit.end + 1] for sign in ("我", "俺")
        )

    def _particular(self, hit: Hit) -> bool:
        """Is there a particular child, time or place in this sentence or the next to it?"""
        sentence = self.scan.sentence(hit.start)
        around = (max(0, sentence[0] - 1), sentence[1])
        if self.young is not None and sentence[0] <= self.young.start < sentence[1]:
            return True
        return self._own(hit) or bool(within(self.scan.scope("特指"), around))

    def _only_asked(self, hit: Hit) -> bool:
        if not self.asked or self.reported:
            return False
        crying = self.reporter == "child" or bool(NOW_WHAT.search(self.text))
        if hit.rule.level is Urgency.CRITICAL and not self.frame.supposing and crying:
            return False
        sentence = self.scan.sentence(hit.start)
        asks = sentence in self.asked
        particular = self._particular(hit)
        if self.scope.hypothetical((hit.start, hit.end)):
            asks = asks or any(sentence[1] == start for start, _ in self.asked)
            if hit.rule.category == "self_harm" and self._own(hit):
                return False
            return asks and (not particular or bool(QUESTION_HEAD.search(self.text))) and self.young is None
        happened = self.about_child and (
            (HAPPENED.match(self.text, hit.end) and not QUESTION_HEAD.search(self.text))
            or BEEN_DONE.search(self.text, hit.start - 3, hit.end + 1)
        )
        if particular or not asks or happened:
            return False
        return self.frame.concrete == 0 and (self.young is None or bool(QUESTION_HEAD.search(self.text)))

    def _fresh(self, hit: Hit) -> bool:
        """Told after the settled matter, in a sentence of its own."""
        last = max(end for _, end in self.scan.scope("已了"))
        return self.scan.sentence(hit.start)[0] >= last

    # ------------------------------------------------------------------------------------------- level and category

    def place(self, hit: Hit) -> Judged:
        category = hit.rule.category
        level = hit.rule.level or Urgency.URGENT
        who = None
        if category in ("violence", "physical_abuse", "staff_harm", "bullying", "sexual_abuse"):
            found = actor(self.scan, (hit.start, hit.end), reporter=self.reporter)
            if found:
                who = found[1]
            if category == "violence":
                category = CATEGORY[found[0]] if found else "physical_abuse"
                if not found and self.reporter == "child" and re.search("他们|她们|有人", self.text):
                    category = "bullying"
        return Judged(hit, level, category, who)

    def _raise(self, one: Judged, raising: list[Hit]) -> Judged:
        if one.level is not Urgency.URGENT:
            return one
        for hit in raising:
            if hit.rule.category != one.hit.rule.category and not (
                hit.rule.category == "violence"
                and one.category in ("physical_abuse", "staff_harm", "bullying")
                and hit.rule.category == "violence"
            ):
                continue
            gap = max(hit.start - one.hit.end, one.hit.start - hit.end)
            if gap <= NEAR or hit.rule.within > 1000:
                return replace(one, level=Urgency.CRITICAL, raised=hit)
        return one

    def decide(self, judged: list[Judged], refused: list[Hit], via: str) -> Assessment:
        level, category, categories = choose(self, judged, refused)
        reasons = explain.reasons(self, judged, refused)
        level, category, categories = second(self, (level, category, categories), judged, refused, reasons)
        level, category, categories = leaning(self, (level, category, categories), refused, reasons)
        if spoken := self.topics.words(category)[:5]:
            said = "、".join(f"“{word}”" for word, _ in spoken)
            place = self.plain.span(*spoken[0][1])
            reasons.append(Reason("note", f"讲的是{CATEGORIES[category]}：{said}", "线索", *place))
        readable = True
        harmed = [one for one in judged if one.level.rank <= 1]
        if (
            self.frame.retracted
            and level.rank > 1
            and self.reporter == "child"
            and any(hit.rule.level and hit.rule.level.rank <= 1 for hit in refused)
        ):
            level = Urgency.URGENT
            category = next(self.place(hit).category for hit in refused if hit.rule.level and hit.rule.level.rank <= 1)
            categories = (category, *[other for other in categories if other != category])
            reasons.append(Reason("raised", "同一段话里又收回（“开玩笑”之类），按规定不低于紧急"))
        told = substance(self, judged, refused)
        if told and not harmed and unreadable(self, judged):
            readable, level, category, categories = False, Urgency.URGENT, "imminent_danger", ("imminent_danger",)
            reasons.append(Reason("unreadable", "内容太短或只有语音、图片，没法判断，交给值班人员看；先按紧急处理"))
        adult = (
            category == "out_of_scope"
            and bool(self.scan.scope("成人急险"))
            and not (self.asked and not self.frame.concrete)
        )
        emergency = (level is Urgency.CRITICAL or self._adult_emergency(adult)) and not self.scan.scope("警医在场")
        stated = facts.facts(self, judged, category, harmed=level.rank <= 1)
        routing = routing_facts.routing(self, judged, category, level)
        return Assessment(
            urgency=level, category=category, categories=categories, emergency=emergency, readable=readable,
            facts=stated.facts, more=stated.more, routing=routing, nine=routing_facts.nine(self, judged, category, level),
            reasons=tuple(reasons), counterfactual=explain.counterfactual(self, judged, refused, level, lambda left, gone: choose(self, left, gone)), substance=told,
        )  # fmt: skip

    def _adult_emergency(self, adult: bool) -> bool:
        return adult and not self.frame.drill and not self.frame.publicity and not self.scope.told


def _grave(rule: Rule) -> bool:
    return rule.level is Urgency.CRITICAL


def _animal(scan: Scan, age: Age) -> bool:
    """宠物狗12岁."""
    return any(end <= age.start <= end + 2 for _, end in scan.scope("动物"))


def _orphaning(hit: Hit) -> bool:
    """Does a firm rule say that these children's parents are gone? Then it counts, whatever is asked for beside it."""
    return hit.rule.firm and hit.rule.category == "abandonment"
