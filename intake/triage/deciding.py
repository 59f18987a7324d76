"""Level and category: from what counts, else from the service wanted, else from the second opinion."""

import re
from typing import TYPE_CHECKING

from intake.triage.assessment import Reason
from intake.triage.calming import at_rest, cleared_up
from intake.triage.frames import QUESTION_HEAD, TESTING
from intake.triage.match import Hit
from intake.triage.opinion import Opinion, raised_to
from intake.triage.scan import Span
from intake.triage.weights import Judged, lengths_of, scores_of
from words.ids import CATEGORIES, HARM, SERVICES, Urgency, higher

if TYPE_CHECKING:
    from intake.triage.engine import View

# Somebody wants something done that is no rescue.
SERVICE = re.compile(
    r"撤回|不肯退|退钱|下架|义诊|周知|招募|捐|补贴|流程|对接|跟学校|维修|修一下|检修|装个|贷款|招聘|想请|想找|想问|需要一批|怎么走|换换|教案|预案|想给|结对|聊聊|有没有|能不能|能给|希望|喜报|来看看|去看看|做做工作|申请|配备|增设|增加|安装|补办|补发|退费|退款|不退|协调|恢复|咨询|举行|发放|专家|指导|指个路|培训|更换|改善|劝导|劝返|报销|报名|建议"
)
LOWER = 0.8  # what was hit at a lower level still speaks for its category
HARMED = 2.0  # so much more is said of harm than of services that it counts though no rule fired
PLAINLY = 5.5  # the same where it is put as a question, a story or an announcement
BORNE = 1.0  # below this the second opinion does not speak
AHEAD = 0.25  # nor where the loudest harm is not so far ahead of the loudest service
LOUD = 1.5  # the least that is said of the category itself
WEIGHED = (
    1.0  # so much more all words together tell of harm than of ordinary matters that it counts though no rule fired
)
WEIGHED_ALONE = 2.0  # the same where no child is named
TELLING = 4  # and so many words of two signs or more tell of harm
DANGER_NOW = 0.0  # from here clue words make an urgent matter critical
SPOKEN = 2.0  # what one clue word of 【线索】 weighs beside one hit of a rule
TOLD_OF = 2.0  # from here clue words alone put a category beside those that a rule found
SERVED = 6.0  # the same beside the length of the words of a service
WEAK = 2.5  # below this nothing is named that a service would answer
STRONG = 8.0  # a service named by so many characters is wanted for itself
EXPLAINED = frozenset({"publicity", "drill", "animal", "adult"})
NOT_WORDS = re.compile(r"[\W_\d]+")


def choose(view: "View", judged: list[Judged], refused: list[Hit]) -> tuple[Urgency, str, tuple[str, ...]]:
    """Level, primary category, all categories."""
    harmed = [one for one in judged if one.level.rank <= 1]
    if harmed:
        level = higher(*(one.level for one in harmed))
        scores = scores_of(one for one in harmed if one.level is level)
        lower = scores_of(one for one in harmed if one.level is not level)
        for category, said in lower.items():
            scores[category] = scores.get(category, 0.0) + LOWER * said
        for category, spoken in view.topics.weight.items():
            if category in scores or (category not in SERVICES and spoken >= TOLD_OF):
                scores[category] = scores.get(category, 0.0) + SPOKEN * spoken
        ranked = sorted(scores, key=lambda c: (-scores[c], view.engine.order.get(c, 99)))
        rest = sorted((c for c in lower if c not in ranked[:3]), key=lambda c: -lower[c])
        found = [c for c in ranked if c == ranked[0] or any(one.category == c for one in harmed)]
        return level, ranked[0], tuple(dict.fromkeys([*found, *rest]))[:4]
    return by_rules(view, judged, refused)


def opinion_of(view: "View") -> Opinion | None:
    """The second opinion on this text, asked once; None when it is switched off."""
    if view.opinion is None and view.engine.counted is not None:
        view.opinion = view.engine.counted.weigh(view.text)
    return view.opinion


def by_rules(view: "View", judged: list[Judged], refused: list[Hit]) -> tuple[Urgency, str, tuple[str, ...]]:
    """Nothing harmful counts: which service is wanted, or what is asked about, taught, denied."""
    whole = view.frame
    scores = lengths_of(judged)
    for category, spoken in view.topics.weight.items():
        scores[category] = scores.get(category, 0.0) + SERVED * spoken
    harm = [hit for hit in refused if hit.rule.level and hit.rule.level.rank <= 1]
    kinds = {hit.kind for hit in harm}
    asked = {hit.rule.category for hit in harm if hit.kind == "question"}
    if not view.about_child and not asked & HARM:
        return Urgency.INFO, "out_of_scope", ("out_of_scope",)
    if whole.drill and TESTING.search(view.text) and "演练" not in view.text:
        return Urgency.INFO, "out_of_scope", ("out_of_scope",)
    level = Urgency.INFO if is_info(view, kinds) else Urgency.NORMAL
    ranked = sorted(
        (c for c in scores if c != "out_of_scope"), key=lambda c: (-scores[c], view.engine.order.get(c, 99))
    )
    service = ranked[0] if ranked else usual(view)
    if not harm:
        return level, service, tuple(ranked[:3]) or (service,)
    tally = scores_of(view.place(hit) for hit in harm)
    topic = "duty_complaint" if "duty_complaint" in asked else max(tally, key=lambda c: tally[c])
    strong = ranked and scores[service] >= STRONG and service not in HARM
    questioned = bool(view.asked and QUESTION_HEAD.search(view.text))
    if (
        whole.drill
        or kinds & {"publicity", "drill"}
        or (whole.publicity and not questioned)
        or whole.praise
        or whole.proposal
    ):
        service = service if strong else usual(view)
        return Urgency.INFO, service, (service, topic)
    if "settled" in kinds:
        service = service if ranked else topic
        return Urgency.NORMAL if whole.request else Urgency.INFO, service, (service, topic)
    if "fiction" in kinds and not ranked:
        return Urgency.INFO, "out_of_scope", ("out_of_scope", topic)
    if "negated" in kinds and view.reporter == "village_worker":
        return Urgency.INFO, "care_service", ("care_service", topic)
    if kinds & {"question", "negated", "fiction"}:
        first, other = (service, topic) if strong and topic not in asked & HARM else (topic, service)
        return Urgency.INFO if "question" in kinds or not whole.request else level, first, (first, other)
    return level, service, (service, topic)


def leaning(
    view: "View", found: tuple[Urgency, str, tuple[str, ...]], refused: list[Hit], reasons: list[Reason]
) -> tuple[Urgency, str, tuple[str, ...]]:
    """What no single rule finds, many clue words (【线索】) may tell together: harm, or danger now. They only raise."""
    level, category, categories = found
    topics = view.topics
    spoken = topics.loudest(harm=True)
    harmed = level.rank > 1 and view.about_child and _adds_up(view, refused)
    weighed = level.rank > 1 and spoken and not harmed and _weighed(view, refused) and not _calmed(view)
    if harmed or weighed:
        level = Urgency.URGENT
        if harmed or category == "out_of_scope":
            category = spoken
            categories = (category, *[other for other in categories if other != category])
        words = topics.words(category) if harmed else topics.sides.harmful
        reasons.append(_together(view, words, f"合起来说的是{CATEGORIES[category]}，按紧急办"))
    if level is Urgency.URGENT and category in HARM and topics.danger >= DANGER_NOW:
        level = Urgency.CRITICAL
        reasons.append(_together(view, topics.grave, "合起来说明危险就在眼前，由紧急提为特急"))
    return level, category, categories


def _adds_up(view: "View", refused: list[Hit]) -> bool:
    """Do the clue words tell of harm by themselves, and is nothing said that calms? The cheapest question comes first."""
    topics = view.topics
    if topics.lean < HARMED:
        return False
    spoken = topics.loudest(harm=True)
    if topics.weight.get(spoken, 0.0) < LOUD or topics.count(spoken) < 2:  # one word alone is no finding
        return False
    if _calmed(view):
        return False
    return topics.lean >= PLAINLY or untold(view, refused)


def _calmed(view: "View") -> bool:
    """Is something said that takes the harm out of it?"""
    return view.frame.drill or view.frame.cleared or at_rest(view) or cleared_up(view)


def _weighed(view: "View", refused: list[Hit]) -> bool:
    """Do all words together, whatever their category, tell of harm far more than of ordinary matters?"""
    if not untold(view, refused) or not (view.about_child or view.topics.lean >= HARMED):
        return False
    sides = view.topics.sides
    telling = sum(len(word) > 1 for word, _ in sides.harmful)
    return telling >= TELLING and sides.balance >= (WEIGHED if view.about_child else WEIGHED_ALONE)


def _together(view: "View", words: list[tuple[str, Span]], so: str) -> Reason:
    said = "、".join(f"“{word}”" for word, _ in words[:6])
    start, end = words[0][1] if words else (0, 0)
    place = view.plain.span(start, end) if end else (0, 0)
    return Reason("raised", f"没有哪一条规则单独成立，但几个词（{said}）{so}，请人复核", "线索", *place)


def second(
    view: "View",
    ruled: tuple[Urgency, str, tuple[str, ...]],
    judged: list[Judged],
    refused: list[Hit],
    reasons: list[Reason],
) -> tuple[Urgency, str, tuple[str, ...]]:
    """The second opinion: it may raise what the rules left low, never lower, and says so."""
    level, category, categories = ruled
    counted = view.engine.counted
    if (
        counted is None
        or level is Urgency.CRITICAL
        or not view.about_child
        or (
            level.rank > 1
            and (
                view.topics.lean < BORNE
                or view.topics.ahead < AHEAD
                or wanted(view, judged)
                or not untold(view, refused)
            )
        )
    ):
        return level, category, categories
    opinion = opinion_of(view)
    assert opinion is not None  # counted is there
    to = raised_to(level, opinion)
    if to is level:
        return level, category, categories
    said = "、".join(f"“{gram}”" for gram in opinion.telling(to))
    reasons.append(
        Reason("raised", f"统计旁证：用词（{said}）多见于{to.zh}的事项，由{level.zh}提为{to.zh}，请人复核", "旁证")
    )
    if level.rank > 1:
        category = view.topics.loudest(harm=True) or max(
            HARM, key=lambda one: (opinion.categories.get(one, -99.0), one)
        )
        categories = (category, *[other for other in categories if other != category])
    return to, category, categories


def untold(view: "View", refused: list[Hit]) -> bool:
    """Something is told of a child, and neither a question nor an announcement is recognised in it."""
    whole = view.frame
    if (
        whole.praise
        or whole.proposal
        or whole.publicity
        or whole.drill
        or whole.cleared
        or view.scope.told
        or view.scan.scope("演练")
        or at_rest(view)
        or cleared_up(view)
    ):
        return False
    return not view.asked and not any(hit.kind in EXPLAINED for hit in refused) and len(view.text) >= 8


def wanted(view: "View", judged: list[Judged]) -> bool:
    """A service is asked for."""
    return bool(SERVICE.search(view.text)) or max(lengths_of(judged).values(), default=0.0) >= WEAK


def usual(view: "View") -> str:
    """Who handles what names no service: the village's children's director in a village, else education."""
    return (
        "care_service"
        if view.reporter == "village_worker" or "村" in view.text or "社区" in view.text
        else "education_service"
    )


def is_info(view: "View", kinds: set[str]) -> bool:
    whole = view.frame
    if whole.drill or whole.praise or whole.proposal:
        return True
    if whole.publicity and not re.search("申请|请求|诉求|求助", view.text):
        return True
    if kinds & {"question", "publicity"}:
        return True
    need = bool(re.search("诉求|反映|求助|投诉", view.text))
    return bool(view.asked) and not need and (bool(QUESTION_HEAD.search(view.text)) or whole.concrete == 0)


def substance(view: "View", judged: list[Judged], refused: list[Hit]) -> bool:
    """Is there anything to file? A greeting or asking after an earlier report is not."""
    if any(one.level.rank <= 1 for one in judged) or refused:
        return True
    rest = view.text
    if not NOT_WORDS.sub("", rest):
        return bool(rest)
    if view.scan.scope("查询") and len(rest) <= 24:
        return False
    for start, end in sorted(view.scan.scope("问候"), key=lambda span: span[0] - span[1]):
        rest = rest.replace(view.text[start:end], "")
    return bool(NOT_WORDS.sub("", rest))


def unreadable(view: "View", judged: list[Judged]) -> bool:
    rest = view.text
    for start, end in sorted(view.scan.scope("不可读"), key=lambda span: span[0] - span[1]):
        rest = rest.replace(view.text[start:end], "")
    bare = NOT_WORDS.sub("", rest)
    if not bare:
        return True
    return len(bare) <= 6 and not judged and not view.asked
