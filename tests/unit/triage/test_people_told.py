"""Who is complained of, whose child it is, how many, where: as written, and never guessed."""

import pytest

from tests.unit.triage.house import engine

TOLD = [
    ("俺家闺女才七岁半，被邻居摸了", "parent", {"suspect": "邻居", "child_age": 7, "child_sex": "f"}),
    ("侄子十五，让包工头带到工地搬砖", "operator", {"suspect": "包工头", "child_age": 15, "child_sex": "m"}),
    ("班里三个女生被体育老师摸", "teacher", {"suspect": "体育老师", "children": 3, "child_sex": "f"}),
    ("一对双胞胎女儿六岁，前夫抢走了", "parent", {"suspect": "前夫", "children": 2, "child_age": 6}),
    ("患儿，女，5岁2个月，送诊者为母亲同居男友，会阴裂伤", "doctor", {"child_age": 5, "child_sex": "f"}),
    ("我同桌（女，13）说她哥摸她", "child", {"suspect": "她哥", "child_age": 13, "child_sex": "f"}),
    ("初三男生小强被几个社会青年堵在巷子里打", "teacher", {"suspect": "几个社会青年", "child_sex": "m"}),
    ("1岁4个月女童，重度贫血，母亲三次拒绝转诊", "doctor", {"child_age": 1, "child_sex": "f"}),
    ("wo 12 sui，他们打我", "child", {"child_age": 12}),
    ("俩娃跟着奶奶，没人管，三天没吃饭", "neighbour", {"children": 2}),
    ("足月男婴，生后18天，被丢在卫生院门口", "doctor", {"child_age": 0, "child_sex": "m"}),
    ("14岁男孩被网吧老板扣着身份证打工", "other", {"suspect": "网吧老板", "child_age": 14}),
]
UNTOLD = [
    ("儿童节快到了，青少年宫有没有活动", "parent", {"child_sex", "children"}),
    ("家长称孩子是自己摔的，多处陈旧骨折，6岁", "doctor", {"suspect"}),
    ("我和弟弟两个人在家，没人管我们，没饭吃", "child", {"child_sex"}),
    ("兄妹俩没人管，三天没吃饭", "neighbour", {"child_sex"}),
    ("前几天学校要交校服钱，孩子返乡以后没地方读书", "parent", {"place"}),
    ("隔壁班三个男生把小郑按进垃圾桶打", "teacher", {"children"}),
]


@pytest.mark.parametrize(("text", "reporter", "expected"), TOLD)
def test_what_is_told(text: str, reporter: str, expected: dict[str, object]) -> None:
    found = {key: fact.value for key, fact in engine().assess(text, reporter=reporter).facts.items()}
    assert expected.items() <= found.items()


@pytest.mark.parametrize(("text", "reporter", "keys"), UNTOLD)
def test_what_is_not_told_is_not_guessed(text: str, reporter: str, keys: set[str]) -> None:
    assert not keys & engine().assess(text, reporter=reporter).facts.keys()


def test_where_and_when_are_no_guess() -> None:
    more = engine().assess("同学在厕所打她，她今天放学不敢回家", reporter="teacher").more
    assert not {"where_now", "meets_again"} & more.keys()
    more = engine().assess("女孩现在在我办公室，继父周五来接，她说继父摸她", reporter="teacher").more
    assert more["where_now"].value == "我办公室" and more["meets_again"].value == "周五来接"
