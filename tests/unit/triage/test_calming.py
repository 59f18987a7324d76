"""What takes the alarm out of words, and the same words with the danger left in: one story each, in pairs."""

import pytest

from tests.unit.triage.house import engine
from words.ids import Urgency

HARM = (Urgency.CRITICAL, Urgency.URGENT)

CALM = [
    # found again
    ("孩子昨天找不到是去同学家写作业了，已经回来了，谢谢你们。", "parent"),
    ("来电人表扬：派出所民警帮忙找回走失的孙子，特来感谢。", "operator"),
    ("昨天报的走失男童今早已平安回家，母子都好，请销单。", "operator"),
    ("以为女儿走丢了，原来在外婆家看电视，虚惊一场。", "parent"),
    # cleared up
    ("核实情况：所谓“体罚”实为体育课正常跑步，学生和家长都认可。", "teacher"),
    ("患儿摔伤，与家长描述一致，不考虑虐待，已处理后离院。", "doctor"),
    ("昨天我报的孩子哭，今天问清楚了，是打预防针疼的，不是挨打，麻烦撤掉。", "neighbour"),
    ("上次说孩子没人管的那户，妈妈上个月已经回来了，现在一家人在一起，娃挺好的。", "village_worker"),
    ("入户看了老李家的孙子，身上干干净净，没有伤，也没人打他，吃穿不愁。", "village_worker"),
    ("晨检正常，没有学生受伤，没有发现欺凌。", "teacher"),
    # praised
    ("感谢班主任李老师，我儿子摔破膝盖她背着去医务室，特别负责。", "parent"),
    ("多亏心理老师开导，以前总说不想上学的女儿现在天天乐呵呵的，谢谢！", "parent"),
    # an accident seen to; who pays
    ("儿子打篮球把胳膊摔骨折了，住院花了两万，医保能报多少？", "parent"),
    ("女儿滑倒烫了手背一小块，已经看过医生了，校方保险要什么材料？", "parent"),
    # animals, stories, hyperbole
    ("女儿养的仓鼠死了，她哭了好几天，怎么开导她？", "parent"),
    ("刚看完一部讲女孩被虐待的电影，哭死我了，想问问现实中这种该找谁？", "parent"),
    ("闺女说被奥数题虐哭了，哪里有辅导班", "parent"),
    # a quarrel of the parents that is over
    ("爸妈昨晚又吵架了，声音好大，我戴耳机睡的，今天他们和好了", "child"),
]
REAL = [
    ("孩子走失两天，昨晚找到了，但是身上有伤，不肯说去了哪里。", "parent"),
    ("孩子放学没回来，到处找没有找到，手机也关机。", "parent"),
    ("昨天找回来了，今天又跑了，联系不上，女孩14岁。", "parent"),
    ("爸爸说是误会，可孩子背上全是皮带印。", "teacher"),
    ("校长让我写是误会一场，其实老师天天打学生耳光。", "teacher"),
    ("家长要求撤诉，孩子手臂上有烟头烫的疤。", "teacher"),
    ("患儿多处骨折，与家长描述不一致。", "doctor"),
    ("感谢你们上次来，可是他爸昨晚又用棍子打孩子了。", "neighbour"),
    ("谢谢你们，请快点来，有人在打孩子，孩子喊救命。", "neighbour"),
    ("女儿被老师推倒摔骨折，住院花了两万，学校不肯报销。", "parent"),
    ("两岁娃让狗咬了，血流不止，没人送医院。", "neighbour"),
    ("他把孩子像狗一样用链子拴在院子里。", "neighbour"),
    ("妈妈说孩子不见了，从中午找到现在。", "operator"),
    ("妈妈一转身，孩子就不见了，三岁男孩。", "operator"),
    ("门卫给她看手机里的“动画片”，关上窗帘搂着她，她说爷爷不要脱。", "parent"),
]


@pytest.mark.parametrize(("story", "reporter"), CALM)
def test_the_alarm_is_taken_out(story: str, reporter: str) -> None:
    found = engine().assess(story, reporter=reporter)
    assert found.urgency not in HARM, [reason.text for reason in found.reasons]


@pytest.mark.parametrize(("story", "reporter"), REAL)
def test_and_stays_where_the_danger_is(story: str, reporter: str) -> None:
    found = engine().assess(story, reporter=reporter)
    assert found.urgency in HARM, [reason.text for reason in found.reasons]
