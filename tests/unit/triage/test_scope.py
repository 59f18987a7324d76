"""Does a word count? One short story for every kind of scope, and its counterpart that does count."""

import pytest

from tests.unit.triage.house import engine
from words.ids import Urgency

HARM = (Urgency.CRITICAL, Urgency.URGENT)

CALM = {
    "denied": "本周走访八名留守儿童，没有发现性侵、家暴、辍学等情况。",
    "denied list": "辖区无弃婴、无流浪乞讨儿童线索。",
    "never": "新来的李老师从不打骂学生，孩子都喜欢她。",
    "asked": "请问如果发现学生被家长打了，应该向谁报告？",
    "asked whether": "家长打孩子算不算家暴？",
    "studied": "想了解被拐儿童怎么寻亲，我们没有这种情况，写论文用。",
    "taught": "下周三开展防性侵讲座，请各班主任组织学生参加。",
    "forbidden": "关于师德师风培训的通知：严禁体罚、变相体罚学生。",
    "drilled": "【演练】食堂疑似食物中毒，五名学生呕吐，请各组到位。",
    "told in a film": "昨晚看了部电影，里面的小女孩被拐卖，太揪心了",
    "cut through": "来电人咨询：男性侵权人弄坏孩子的自行车，能不能要求赔偿。",
    "turns right": "校车每天在路口右拐卖水果的摊位停车，能不能管管？",
    "calls by phone": "孩子学校的老师打电话来，请问怎么补办学生证？",
    "animal": "我家的金毛走丢了，两岁，有看到的联系我",
    "grown-ups": "来电人反映：本人被丈夫家暴，想离婚，家中无孩子。",
    "old people": "来电人反映：养老院护工打骂老人，要求核查。",
    "settled": "去年打孩子那家，法院下了保护令，父亲已搬走，今天回访，孩子没再挨打。",
    "cleared": "经核实，群众反映的孩子被遗弃系误会，孩子由姑姑照看。",
}
REAL = {
    "happened and what now": "孩子被打了怎么办",
    "happened, in her words": "孩子被人欺负了咋办",
    "denied by nobody": "没有一天不打孩子，胳膊上都是青的。",
    "not the one but the other": "不是吵架，是他爸在打娃，娃哭得厉害。",
    "cannot be denied": "不能说他不打孩子，一个礼拜总有两三回。",
    "asked of a real child": "我女儿说托管班的人摸了她，我应该向谁报告？",
    "after the lesson": "防性侵讲座结束后，一个女孩留下来说爷爷也摸过她下面。",
    "no drill": "不是演练！二年级一个学生从楼梯上摔下来，叫不醒。",
    "no film": "不是看电影，是楼上真的有人在打孩子，孩子喊救命。",
    "a diary is no story": "学生日记里写着爸爸喝了酒就打她，用皮带抽。",
    "old but still near": "小学的时候老师摸过我，他现在还在学校当班主任，我今年十五",
    "the denial is the suspect's": "家长否认打孩子，但孩子背上全是皮带印。",
    "taken back": "老师我上次说继父碰我是乱说的，开玩笑的",
    "a joke": "开玩笑啦，我妈也就是用棍子打我腿",
    "an animal did it": "孩子被狗咬了脖子，血止不住",
}


@pytest.mark.parametrize("story", CALM, ids=CALM.keys())
def test_what_does_not_count(story: str) -> None:
    found = engine().assess(CALM[story])
    assert found.urgency not in HARM, [reason.text for reason in found.reasons]
    assert not found.emergency


@pytest.mark.parametrize("story", REAL, ids=REAL.keys())
def test_what_counts_all_the_same(story: str) -> None:
    found = engine().assess(REAL[story])
    assert found.urgency in HARM, [reason.text for reason in found.reasons]


@pytest.mark.parametrize(
    ("text", "word"),
    [("没有发现孩子被性侵。", "性侵"), ("男性侵权人赔了孩子的车。", "性侵"), ("防性侵讲座请学生参加。", "性侵")],
)
def test_a_refused_word_is_named_with_its_reason(text: str, word: str) -> None:
    refused = [reason for reason in engine().assess(text).reasons if reason.kind == "refused"]
    assert any(word in reason.text for reason in refused)


def test_who_speaks_decides_whose_we_is() -> None:
    """我 of a child is the child; 我 of a teacher is not."""
    assert engine().assess("他们天天堵着我要钱", reporter="child").urgency in HARM
    assert engine().assess("学生家长天天堵着我要退学费", reporter="teacher").urgency not in HARM


def test_a_retraction_of_a_child_is_never_below_urgent() -> None:
    for text in ("我说想死是开玩笑的啦", "发错了，我爸没打我", "哈哈开玩笑的，我爸没打我"):
        assert engine().assess(text, reporter="child").urgency in HARM


def test_a_grown_up_in_danger_stays_out_of_scope_and_is_told_to_call() -> None:
    found = engine().assess(
        "来电人反映：隔壁72岁独居老人家煤气味很大，敲门无人应。", via="hotline", reporter="operator"
    )
    assert (found.category, found.urgency, found.emergency) == ("out_of_scope", Urgency.INFO, True)


def test_police_already_there_need_no_call() -> None:
    found = engine().assess("女儿14岁吞药，救护车已经到了，警察已经在家里", reporter="parent")
    assert found.urgency is Urgency.CRITICAL and not found.emergency
