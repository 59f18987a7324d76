"""Everyday texts in which words of harm stand and nobody is harmed: requests, notices, lessons, figures of speech."""

import pytest

from tests.unit.triage.house import engine
from words.ids import Urgency

TEXTS = [
    ("回访记录：前次转来的“男生夜不归宿”一事，系其随爷爷回老家奔丧，已补假条，本人状态良好。", "teacher"),
    ("我以为楼上在打孩子，后来才知道是在剁饺子馅，虚惊，勿派。", "neighbour"),
    ("来电人反映：邻居造谣说他打孩子，孩子好端端的，要求对方道歉。", "operator"),
    ("学生作文《我的爸爸》写到“爸爸的大手打不死我的梦想”，是比喻，写得很好，推荐参赛。", "teacher"),
    ("8岁男孩，踢球致右前臂骨折，家长陪同，复位石膏固定，咨询学平险理赔材料。", "doctor"),
    ("来电人表示：昨晚报警称孩子被锁车里，交警五分钟就到并救出，孩子平安，致电感谢。", "operator"),
    ("学术会议：儿童非意外伤害影像学表现，线上直播，欢迎儿科同道参加。", "doctor"),
    ("我们拍公益短片，需要一段“女孩被家暴后求助”的剧情，想请你们把关台词。", "other"),
    ("儿子被同学不小心用球砸到眼睛，已经做完检查没大碍，对方家长赔了钱，想问还需不需要备案。", "parent"),
    ("今天老师教我们遇到陌生人要大声喊救命，我学会了", "child"),
    ("我小时候挨打长大的，现在怕自己也这样对娃，想学学怎么正面管教。", "parent"),
    ("期中排查：本班48人，无自残自杀倾向，无沉迷网络，一切正常。", "teacher"),
    ("之前打12345反映老师打学生，学校已经道歉换老师了，很满意，申请销单。", "parent"),
    ("来电人咨询：孩子被狗咬了疫苗钱谁出，已经打完针了。", "operator"),
    ("来电人反映：其女儿与男友分手，男友上门骚扰，女儿24岁。诉求：派出所处理。", "operator"),
    ("隔壁夫妻吵架摔东西，孩子在外婆家没在现场，现在安静了，就想问要不要找妇联。", "neighbour"),
    ("我们小区放学后孩子没地方去，社区能不能开个图书角？", "neighbour"),
    ("请教：捡到弃婴按规定先联系谁？我们村没有这情况，学习一下。", "village_worker"),
    ("班主任老是拖堂二十分钟，孩子赶不上校车，请跟学校沟通一下。", "parent"),
    ("带着五岁女儿，白天没人看，有没有可以带娃上班的厂？", "parent"),
]


@pytest.mark.parametrize(("text", "reporter"), TEXTS)
def test_no_alarm(text: str, reporter: str) -> None:
    found = engine().assess(text, reporter=reporter)
    assert found.urgency in (Urgency.NORMAL, Urgency.INFO), [reason.text for reason in found.reasons]
    assert not found.emergency


STILL = [
    ("孩子白天没人看，一个人锁在家里，三岁，晚上也没人做饭。", "neighbour"),
    ("我以为楼上在放电视，后来听清是孩子在喊救命，有人在打他。", "neighbour"),
    ("老师教我们不要让人碰隐私部位，可是我叔叔就摸过我那里", "child"),
    ("我小时候就被爸爸打，现在他还天天打我妹妹", "child"),
    ("老师说是不小心碰到的，可孩子耳朵被打出血了。", "parent"),
    ("排查中发现一名学生手臂有多道割痕，自述不想活。", "teacher"),
    ("学校道歉了，老师昨天又打了我儿子耳光。", "parent"),
    ("讲座后有个女生说，她继父晚上进她房间摸她。", "teacher"),
]


@pytest.mark.parametrize(("text", "reporter"), STILL)
def test_the_same_words_with_the_harm_in_them(text: str, reporter: str) -> None:
    found = engine().assess(text, reporter=reporter)
    assert found.urgency in (Urgency.CRITICAL, Urgency.URGENT), [reason.text for reason in found.reasons]
