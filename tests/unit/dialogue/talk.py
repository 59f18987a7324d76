"""One reporter talking, with a small triage of its own and a clock moved by hand."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from intake.dialogue import (
    CaseView,
    LookUp,
    OpenCase,
    Outcome,
    Receipt,
    State,
    Step,
    Submit,
    finish,
    render,
    silence,
    step,
)
from intake.dialogue.judge import Assess
from intake.said import Attachment, Reply, Said
from intake.triage.assessment import Assessment, Fact
from tests.unit.triage.house import engine
from words.ids import Urgency

EVENING = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # 03:00 on the 22nd in Beijing
VOICE = Attachment("a.ogg", "audio/ogg", b"", kind="voice")


def triage(text: str) -> Assessment:
    """A triage that knows just the words these stories use."""
    facts, more = {}, {}
    for found, name, pattern in (
        (facts, "child_age", r"(\d+)岁"),
        (facts, "child_sex", r"女孩|女生|男孩|男生"),
        (facts, "suspect", r"继父|爸爸|班主任|体育老师"),
        (facts, "place", r"[\u4e00-\u9fff]{2}县[\u4e00-\u9fff]{0,4}"),
        (facts, "phone", r"1\d{10}"),
        (more, "time", r"昨天|前天|今天"),
        (more, "school", r"[\u4e00-\u9fff]{1,2}小学"),
    ):
        if hit := re.search(pattern, text):
            value = {
                "child_age": lambda h: int(h.group(1)),
                "child_sex": lambda h: "f" if h.group()[0] == "女" else "m",
            }
            found[name] = Fact(value.get(name, lambda h: h.group())(hit), hit.start(), hit.end())
    urgency, category, emergency, readable = Urgency.INFO, "out_of_scope", False, True
    if re.search("补助|学籍", text):
        urgency, category = Urgency.NORMAL, "welfare_relief"
    if re.search("法律|律师", text):
        category = "legal_aid"
    if re.search("不让.{0,2}报", text):
        urgency, category = Urgency.URGENT, "duty_complaint"
    if re.search("打|有伤|欺负", text):
        urgency, category = Urgency.URGENT, "physical_abuse"
    if re.search("摸|流血|锁在", text):
        urgency, category, emergency = Urgency.CRITICAL, "sexual_abuse", True
    if re.search("煤气味", text):
        urgency, category, emergency = Urgency.INFO, "out_of_scope", True
    if len(text) < 6 and urgency is Urgency.INFO:
        urgency, category, readable = Urgency.URGENT, "imminent_danger", False
    return Assessment(urgency, category, (category,), emergency, readable, facts, more)


@cache
def shipped() -> Assess:
    """The triage that ships, for stories that turn on what it makes of a text."""
    return engine().assess


@dataclass
class Talk:
    """`say` a message; look at what was answered and done."""

    state: State = field(default_factory=State)
    now: datetime = EVENING
    case: CaseView | None = None
    acts: list = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    replies: tuple[Reply, ...] = ()
    count: int = 0
    assess: Assess = triage

    def say(self, text: str, *attachments: Attachment, again: bool = False) -> "Talk":
        self.count += 0 if again else 1
        moved = step(self.state, Said("web", "c", text, str(self.count), attachments), self.now, self.assess, self.case)
        self.state = State.from_json(moved.state.to_json())
        assert self.state == moved.state
        self._take(moved)
        return self

    def says(self, *texts: str) -> "Talk":
        for text in texts:
            self.say(text)
        return self

    def later(self, **span: float) -> "Talk":
        self.now += timedelta(**span)
        return self

    def quiet(self) -> "Talk":
        """What the sweep does: look at the conversation when its quiet time is over."""
        moved = silence(self.state, self.now)
        self.state = moved.state
        self._take(moved)
        return self

    def _take(self, moved: Step) -> None:
        self.steps.append(moved)
        self.acts.extend(moved.acts)
        opened = any(isinstance(act, OpenCase | Submit) for act in moved.acts)
        if opened and self.case is None:
            self.case = CaseView("HT261122-7K3MQ", "received", "县值班台")
        found = self.case if any(isinstance(act, LookUp) for act in moved.acts) else None
        outcome = Outcome(self.receipt() if opened else None, found, self.now + timedelta(minutes=3), "12110")
        self.replies = finish(moved, outcome, self.now)

    def receipt(self) -> Receipt:
        return Receipt(
            "HT261122-7K3MQ",
            "1234 5678 9012 3456",
            "县值班台",
            self.now,
            self.now + timedelta(minutes=5),
            ("值班负责人",),
            child=self.state.child,
            harm=self.state.harm,
        )

    @property
    def heard(self) -> str:
        """All bubbles of the last answer as text."""
        return "\n".join(render(reply) for reply in self.replies)

    @property
    def kinds(self) -> list[str]:
        return [reply.kind for reply in self.replies]

    @property
    def labels(self) -> list[str]:
        return [str(button.label) for reply in self.replies for button in reply.buttons]

    def did(self, kind: type) -> list:
        """The acts of this kind since the beginning."""
        return [act for act in self.acts if isinstance(act, kind)]

    def value(self, name: str) -> object:
        return self.state.value(name)
