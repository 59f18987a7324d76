"""What the door takes out of a story, as values: who stands where, phrases that betray, the reporter's own name and number."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.access.identity import of_reporter
from records.access.situation import situation
from records.access.standing import level_of
from records.access.summary import draft, facts_for_lead
from records.access.traces import COVER, GONE, traces, without, without_traces
from records.tables import Account, Assignment, Case, Desk
from words.ids import DEPARTMENTS

NOW = datetime(2026, 11, 19, 7, tzinfo=UTC)


def case(**changes: Any) -> Case:
    values = {
        "id": "c", "reference": "HT261119-AAAAA", "source": "web", "finished": True, "urgency": "critical",
        "category": "sexual_abuse", "pack": "national", "place_code": "458821", "facts": {}, "assessment": {},
        "reporter": {}, "opened_at": NOW,
    }  # fmt: skip
    return Case(**{**values, **changes})


def person(role: str = "officer", desk: str | None = "d") -> Account:
    return Account(id="p", login="p", name="人", role=role, place_code="458821", desk_id=desk, created_at=NOW)


def desk(department: str = "police", desk_id: str = "d") -> Desk:
    return Desk(id=desk_id, place_code="458821", department=department, name="台")


def part(kind: str, status: str = "notified", **changes: Any) -> Assignment:
    values = {"id": kind, "case_id": "c", "desk_id": "d", "department": "police", "part": kind, "status": status}
    return Assignment(**{**values, "opened_at": NOW, **changes})


@pytest.mark.parametrize(
    ("own", "level"),
    [
        (part("lead"), "story"), (part("with"), "summary"), (part("copy", "copied"), "notice"), (None, None),
        (part("with", "held", held=True), None), (part("lead", "returned"), "notice"), (part("lead", "moved"), "notice"),
        (part("lead", "handed_over"), "story"), (part("lead", "undecided"), "story"), (part("lead", "done"), "story"),
    ],
)  # fmt: skip
def test_a_desk_stands_where_its_part_stands(own: Assignment | None, level: str | None) -> None:
    assert level_of(person(), desk(), case(), own, covering=True, asked=False) == level


@pytest.mark.parametrize("department", ["school", "medical_institution"])
def test_a_report_in_a_personal_name_shows_no_unit_anything(department: str) -> None:
    own = part("with")
    unit = desk(department)
    assert level_of(person(), unit, case(), own, covering=True, asked=False) is None
    assert level_of(person(), unit, case(capacity="unit"), own, covering=True, asked=False) == "summary"
    reporters_own = case(unit_id="d")
    assert level_of(person(), desk("civil_affairs"), reporters_own, own, covering=True, asked=False) is None


def test_the_24_hour_desk_has_the_story_only_while_it_must_act_on_it() -> None:
    duty = desk("duty_desk")
    assert level_of(person(), duty, case(), None, covering=True, asked=False) == "notice"
    assert level_of(person(), duty, case(), None, covering=True, asked=True) == "story"
    assert level_of(person(), duty, case(), None, covering=False, asked=False) is None
    assert level_of(person(), duty, case(), part("lead"), covering=True, asked=False) == "story", (
        "it leads the case itself"
    )


def test_supervisors_and_coordinators_of_the_place_have_the_story() -> None:
    assert level_of(person("supervisor", None), None, case(), None, covering=True, asked=False) == "story"
    assert level_of(person("supervisor", None), None, case(), None, covering=False, asked=False) is None
    committee = desk("working_committee")
    assert level_of(person(), committee, case(), None, covering=True, asked=False) == "story"
    assert level_of(person(), committee, case(), None, covering=False, asked=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "我是他班主任",
        "住他楼下",
        "作为他的班主任",
        "住在孩子家隔壁",
        "本院接诊",
        "楼上的邻居",
        "在我们班上",
        "首诊医生",
    ],
)
def test_what_tells_who_reported_is_marked_and_taken_out(text: str) -> None:
    whole = f"孩子在教室，{text}，和继父同住"
    (trace,) = traces(whole)
    assert whole[trace.start : trace.end] == text
    assert without_traces(whole) == f"孩子在教室，{GONE}，和继父同住"


@pytest.mark.parametrize("text", ["被班主任打", "继父", "城关小学三年级教室", "和奶奶在家", "县医院儿科"])
def test_what_tells_nothing_stays(text: str) -> None:
    assert traces(text) == () and without_traces(text) == text


def test_where_the_child_is_stays_when_only_the_company_betrays() -> None:
    assert without_traces("教室里和我在一起") == f"教室里{GONE}"
    assert without_traces("在我们班教室和我在一起") == GONE


@given(st.text())
def test_taking_out_never_fails_and_leaves_nothing_to_take_out(text: str) -> None:
    assert traces(without_traces(text)) == ()
    assert len(without(text, ("13800138000", "李红梅"))) == len(text)


def test_name_and_number_are_covered_however_they_are_written() -> None:
    hidden = of_reporter({"reporter_name": {"value": "李红梅"}, "reporter_phone": {"value": "13877770011"}})
    assert without("李红梅 138 7777 0011", hidden) == COVER * 3 + " " + COVER * 13
    assert without("孩子的外婆13900001111", hidden) == "孩子的外婆13900001111"


@pytest.mark.parametrize(
    ("story", "values"),
    [
        ("我是竺砚秋，孩子被打", {"竺砚秋"}), ("我是欧阳静，孩子被打", {"欧阳静"}),
        ("我的电话13877770011，孩子外婆13900001111", {"13877770011"}), ("请联系我：13877770011", {"13877770011"}),
        ("我叫李红梅，是老师", {"李红梅"}), ("我是城关小学的老师李红梅。", {"李红梅"}),
        ("我叫救护车了", set()), ("我是她的班主任", set()), ("孩子叫陈小雨", set()), ("继父电话13900001111", set()),
        ("老师李梅，电话13912345678", {"李梅", "13912345678"}), ("医生王芳 15400001234，孩子身上有伤", {"王芳", "15400001234"}),
        ("孩子被打了，联系电话15400001234，李梅老师", {"李梅", "15400001234"}), ("孩子在哭13812345678", {"13812345678"}),
        ("李梅，13812345678，邻居家孩子在哭", {"李梅", "13812345678"}), ("联系人：李梅", {"李梅"}),
        ("我是孩子外婆，电话13812345678", {"13812345678"}), ("继父王强，电话13812345678", set()),
        ("村主任李梅13812345678反映，没人管", {"李梅", "13812345678"}), ("身份证110101201801010011", set()),
        ("王家村的孩子，13812345678", {"13812345678"}),
        ("孩子爸爸的电话是13812345678，我的是13912345678", {"13912345678"}), ("老师李强打孩子", set()),
        ("班主任李梅，154-0000-1234", {"李梅", "15400001234"}), ("孩子外婆李芳电话13812345678", set()),
    ],
)  # fmt: skip
def test_the_reporters_name_and_number_are_found_in_her_story(story: str, values: set[str]) -> None:
    assert set(of_reporter({}, story)) == values


def test_the_childs_name_is_never_covered_for_the_reporters() -> None:
    assert of_reporter({}, "陈小雨，13812345678", {"陈小雨"}) == ("13812345678",)


@given(st.text(), st.sampled_from(["15400001234", "13800138000"]), st.text())
def test_a_number_is_covered_whatever_stands_around_it(before: str, number: str, after: str) -> None:
    story = f"{before} 老师李梅，电话{number}，{after}"
    covered = without(story, of_reporter({}, story))
    assert number not in covered and "李梅，电话" not in covered


def test_a_summary_is_drafted_from_facts_alone() -> None:
    facts = {
        "where_now": {"value": "在我们班教室", "words": "她在我们班教室里"}, "suspect": {"value": "继父", "words": "她继父"},
        "child_sex": {"value": "f", "words": "女孩"}, "phone": {"value": "13900001111", "words": ""},
        "reporter_name": {"value": "李红梅", "words": "我叫李红梅"}, "id_card": {"value": "110101201801010000", "words": ""},
    }  # fmt: skip
    items = {item.name: item for item in draft(facts, ("李红梅",))}
    assert set(items) == {"where_now", "suspect", "child_sex"}
    assert items["where_now"].marked and str(items["where_now"].value) == GONE
    assert items["suspect"].value == "继父" and not items["suspect"].marked and str(items["child_sex"].value) == "女孩"
    assert "reporter_name" not in facts_for_lead(facts, ("李红梅",)) and "phone" in facts_for_lead(facts, ("李红梅",))
    assert "phone" not in facts_for_lead(facts, ("13900001111",))


def test_a_helping_desk_reads_sentences_and_what_is_asked_of_it() -> None:
    facts = {"child_age": {"value": 8}, "suspect": {"value": "继父"}, "where_now": {"value": "我们班教室"}}
    items = draft(facts, ())
    happened, task = situation("sexual_abuse", "education", items)
    assert str(happened.value) == "有人报告：孩子可能遇到“性侵害、猥亵”。孩子 8 岁。被反映的人是继父。"
    assert "就学" in str(task.value)
    assert [item.name for item in situation("sexual_abuse", None, items)] == ["situation"], "the lead has no such task"
    for department in DEPARTMENTS:
        assert str(situation("bullying", department, ())[1].value).endswith("。")


@pytest.mark.parametrize(
    "story", ["我是王秀兰，班上有个孩子被打", "我是王秀兰老师，孩子身上有伤", "我叫王秀兰，孩子身上有伤"]
)
def test_a_name_that_introduces_the_reporter_is_hers(story: str) -> None:
    assert "王秀兰" in of_reporter({}, story)


@pytest.mark.parametrize(
    ("story", "found"),
    [
        ("我是实验小学的李红梅老师，孩子被打", ("李红梅",)),
        ("我是县医院的周敏医生，刚接诊", ("周敏",)),
        ("我是他的语文老师，孩子被打", ()),
        ("我是县一中的高中老师", ()),
        ("我是镇卫生院的全科医生", ()),
        ("我是实验小学的班主任，孩子叫李红梅", ()),
    ],
)
def test_a_name_between_a_school_and_a_title_is_the_reporters(story: str, found: tuple[str, ...]) -> None:
    assert of_reporter({}, story) == found
