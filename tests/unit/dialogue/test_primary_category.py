"""What a report is mainly about: first the graver judgement, then what was told first; a weak later sentence moves nothing."""

import pytest

from intake.dialogue import report
from tests.unit.dialogue.talk import Talk, shipped
from words.ids import Urgency

BULLIED = "我被同学打了，他们还抢我的钱，我五年级"
TEASED = "我们班有个男生被几个同学长期起外号、孤立，抢他的零花钱"
BEATEN = "班里女生9岁昨天身上有伤，说是爸爸打的"
WEAK = ("我不想让我妈知道", "我很害怕，不知道怎么办才好", "孩子现在在我办公室", "她家在罗岭县石榴乡", "麻烦你们快一点", "求求你们别告诉他")  # fmt: skip


def told(*texts: str) -> Talk:
    return Talk(assess=shipped()).says(*texts)


@pytest.mark.parametrize("weak", WEAK)
@pytest.mark.parametrize("first", [BULLIED, TEASED, BEATEN])
def test_a_weak_later_sentence_leaves_the_category(first: str, weak: str) -> None:
    before = report(told(first).state, shipped()).assessment
    after = report(told(first, weak).state, shipped()).assessment
    assert after.category == before.category and after.categories[0] == before.category
    assert after.urgency.rank <= before.urgency.rank


def test_a_harm_that_the_later_words_name_themselves_leads() -> None:
    found = report(told(TEASED, "刚才她说体育老师摸她下面").state, shipped()).assessment
    assert (found.urgency, found.category) == (Urgency.CRITICAL, "sexual_abuse")
    assert "bullying" in found.categories


def test_who_did_it_may_be_told_one_sentence_later() -> None:
    before = report(told("班里男生身上有伤，说是被同学打的").state, shipped()).assessment
    after = report(
        told("班里男生身上有伤，说是被同学打的", "问清楚了，是体育老师打他，踹了好几脚").state, shipped()
    ).assessment
    assert before.category == "bullying" and after.category == "staff_harm"


def test_a_question_that_turns_into_a_report_is_about_the_harm() -> None:
    found = report(told("请问孩子转学要什么手续", "其实是他爸天天打他，身上都是伤").state, shipped()).assessment
    assert found.category == "physical_abuse"
