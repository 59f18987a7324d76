"""What takes the alarm out of words that stand there all the same: found again, cleared up, praised, treated, hyperbole.

Each judgement looks at one hit in one view and says in Chinese why it does not count; an empty string means it does.
Whatever stands in doubt counts: a but (但, 可是, 又) after the calm words, or a clearing that only the suspect says, ends it.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from intake.triage.gate import Pattern, gated
from intake.triage.match import Hit
from intake.triage.scan import Span

if TYPE_CHECKING:
    from intake.triage.engine import View

# The writer was wrong; not somebody who says so of another.
TAKEN_BACK = gated(
    r"误报|报错了|看错了|听错了|认错人了|弄错了|搞错了|(?:昨天|刚才|上次|之前|前天)[^。]{0,16}(?:其实是|原来是|是(?:个|场)?误会)|(?:把|请|麻烦)?[^，。]{0,8}(?:单子|工单|那条|那个单)[^，。]{0,4}(?:撤|销|取消)"
)
BUT = gated(
    r"但|(?<!不)只是(?!误会|想|问|来|说|普通|摔|孩子|小孩|磕|玩|闹|一般|轻)|其实(?!没|不|是误会|只是|已)|可是|可(?=他|她|我|孩|娃|是|现|又)|不过(?!几|两|一)|然而|却|结果|又(?=被|打|不|出|来|开始|发)|再次|仍|还是(?=打|被|不)|不符|不相符|身上有|(?<!没有)(?<!没)(?<!未)发现(?!没|无)|受伤了|流血|淤青|哭着说|不肯说"
)
BACK = re.compile(
    r"(?:已经?|平安|刚|又|都|自己)(?:平安|安全|自己|被)?(?:回来|回家|到家|找到|找回|送回|接回)了?|找回来?了|找回(?:走失|走丢)|回来了|找到了|虚惊一场|人已(?:平安)?(?:到|在)家"
)
NOT_BACK = gated(
    r"(?:没有?|未|还不|才|不|仍未)(?:有)?(?:找到|找回|回来|回家)|(?:没|未)[^，。]{0,4}(?:找到|回来|找回)|认错人|(?:没有|仍无|毫无|还没)[^，。]{0,4}(?:消息|下落|音讯)|下落不明|再没|找到了?(?:遗书|尸|衣服|鞋)"
)
# Words for somebody not there; being sold or taken away is another matter.
GONE = re.compile(
    r"找不[到着]|走[失丢散]|不见|丢了|失踪|没影|失联|没回|未归|出走|没到校|没来|打不通|联系不上|离家|没有?消息|跑了|跑出|丢失|没(?:有)?找到|寻"
)
CLEARED = gated(
    r"才知道(?:是|原来)|原来是(?!.{0,6}(?:打|摸|他|她爸))|勿派|系其?随[^，。]{2,16}，|造谣(?:说|称)[^，。]{0,3}(?:打|虐待|不管)|是比喻|是个比喻|打个?比方|夸张手法|是误会|系误会|误会一场|误以为|实为|不属实|特此更正|系误传|误传|虚惊一场|撤[掉销]|撤了吧|撤单|销单|撤诉|核销|双方无异议|无异议|情况不实|(?:不是|并非)(?:被?打的?|挨打|被打|家暴|体罚|虐待|欺凌)(?![，。]?(?:是|而是)[^，。]{0,4}(?:打|摸|踢|掐))"
    r"|(?:上次|上回|之前|昨天|前几天|上周|前天)(?:我)?(?:说|报|反映|存疑|来电)[^。]{0,40}(?:已经?回来|挺好|没事了|好好的|正常|和好|弄清|问清)|(?:与|和)[^，。]{0,6}(?:描述|陈述|主诉|所述|说法)(?:一致|相符|吻合)|(?:不考虑|排除|已排除)[^，。]{0,4}(?:虐待|外力|侵害|他伤|人为)|(?:没见|未见|没有|无)(?:明显)?(?:新?伤|伤痕|外伤|异常)[^。]{0,30}(?:正常|挺好|不愁|很好|好好的)"
)
SAID_BY = re.compile(r"(?:称|说|讲|认为|坚持|辩称|解释|表示|口咬定|非说|硬说|让我|叫我|要我|逼我|求我)[^，。]{0,10}$")
ALL_WELL = re.compile(
    r"正常|无异常|没(?:有)?异常|干干净净|吃穿不愁|挺好|很好|好好的|一切都好|平安|没事[，。了]|和好了?|不愁|没问题|无问题|安全|喜欢|从不打|从没打|从来不|从未"
)
MADE_UP = re.compile(r"和好了")
WORSE = re.compile(r"[撤销]单|撤[掉销诉]|撤了吧")
PRAISE = gated(
    r"^.{0,12}?(?:感谢|表扬|点赞|点个赞|锦旗|多亏|喜报|致谢|称赞)|致电感谢|表示感谢|特此感谢|特来(?:感谢|道谢|说声谢谢)|特意(?:感谢|来说)|送(?:一?面)?锦旗"
)
COVER = re.compile(
    r"钱谁出|平安险|学平险|事故证明|发票|费用谁|谁承担|保险|医保|报销|报多少|理赔|赔付|医药费|医疗费|费用减免|抚恤|工伤认定|赔偿"
)
TREATED = re.compile(
    r"种好|长好|早好了|疫苗打|打[完过了好]了?针|打了疫苗|住院|住了院|手术|出院|看过医生|看了医生|打了?石膏|缝了|缝合|石膏|固定|复位|处理(?:了|过|好)|包扎|康复|恢复|治疗|愈合|拍了?片|摔骨折"
)
ACCIDENT = re.compile(
    r"[狗猫]咬|[狗猫]抓|打(?:篮球|羽毛球|排球|乒乓球)|踢(?:足)?球|滑梯|骑车|自行车|跑步|跳绳|摔|滑倒|绊|意外|烫了|开水烫|扭|撞到|磕|划伤|体育课"
)
VIOLENT = re.compile(
    r"(?<!疫苗)打(?![完过了好]了?针|疫苗|篮球|羽毛球|排球|乒乓球|球|石膏|针|电话|12|110|工)|踢(?!球|足球)|踹|推(?!车|荐)|揍|殴|掐|故意|老板|欺负|被人|瞒|没送医|不送医|耽误"
)
STORY = gated(
    r"(?:需要|拍|一段|看|读|听|讲|刷|追|演|写|编|关于|讲述)[^，。]{0,24}的(电影|电视剧|小说|动画片?|纪录片|新闻|故事|短片|片子|短剧|话剧|剧|书|漫画|视频课|案例|剧情|台词|桥段)"
)
MIND = r"(?:卷子|试卷|作业|数学|英语|物理|化学|奥数|题目?|考试|月考|期末|游戏|副本|关卡|材料|方案|甲方|天气|太阳|剧情|歌词|报表|堵车)"
THING = gated(
    rf"{MIND}(?:题|卷子|考试|都|真|太|快|也|给|要|就)*(?:把(?:我们?|他|她|孩子|人|娃))?(?:给|都|快)*(?:虐|打败|打击|打蒙|打懵|打得|打趴|杀|折磨|逼疯|逼死|整死|晒死|炸|累死|难死)|被{MIND}[^，。]{{0,4}}(?:虐|打败|打击|打得|打趴|杀|折磨|逼疯|逼死|整死|淹没|晒)"
)
BY_CHANCE = gated(r"不小心|不慎|失手|无意(?:中|间)?|误伤|没注意|互相推|吵了一架|追逐|玩耍时|碰撞")
SEEN_TO = re.compile(
    r"没大碍|无大碍|没事|不严重|已经?(?:做|看|检查|处理|治|和解|道歉|赔|包扎|好)|道歉|赔了|和解|痊愈|和好|说开了"
)
MEANT = re.compile(r"故意|天天|每天|多次|经常|总是?|老是?|又|反复|第[二三四五]次|骂|欺负|威胁|不承认")
LESSON = gated(
    r"(?:老师|学校|妈妈|爸爸|警察|民警|课上|班会)[^，。]{0,6}(?:教|讲|告诉)(?:过|了|给)?(?:我们|大家|孩子们?|同学们?|学生)[^，。]{0,6}(?:遇到|碰到|如果|要是|怎么|如何|要|不要|不能)|(?:学会了?|学到了?|知道了)[^，。]{0,4}(?:遇到|如果|怎么|如何|要)"
)
HAPPENED = re.compile(
    r"我(?:也|就|被|遇到过|碰到过|家|爸|妈|叔)|有(?:个|一个|一次|人)|就像|但|可是|其实|昨天|那天|他也|她也|上次|真的遇"
)
CHILDHOOD = re.compile(r"(?:我|自己|我们)(?:们)?(?:那会儿?|从)?小(?:时候|的时候|就)?(?:是|也|就|被|老|总|经常)?")
SOFT = re.compile(
    r"没(?:有)?地方去|没(?:有)?人(?:接|看|带|陪|辅导|管)|没露过?面|没回来过?|不(?:送)?回来|联系不上|没来|没影|不管"
)
HARD = re.compile(r"遗弃|扔|丢下|撇|独自|一个人在家|锁|没(?:有)?饭|不要(?:孩子|娃|他|她|我)|卖")
WANTED = re.compile(
    r"托管|延时|延长|图书角|活动室|结对|志愿|大学生|陪读|陪玩|的厂|厂子|找(?:个|份|点)?[^，。]{0,8}(?:工作|活)|带娃上班|岗位|证明|签字|变更|申报|补助|补贴|津贴|事实无人抚养|护照|户口|调解|执行|探望|探视|辅导作业|儿童之家|四点半|夏令营|法律援助|抚养费|律师"
)
CARED = re.compile(
    r"(?:由|跟着?|随|和)[^，。]{0,4}(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|姑|姨|舅|伯|叔|祖|老人|妈妈?|爸爸?|母亲|父亲|亲戚)|照管|照看|照料|吃穿都有|放学|周末|白天|寒假|暑假|吃得好"
)
PRESSING = re.compile(
    r"饿|没(?:有)?饭|没吃|发烧|病倒|受伤|有伤|打(?:骂|他|她|我|娃|孩子)|脏|冻|夜里|半夜|[两三四五六七八九十几]天[没不都]|一个人在|独自|锁|瘦|痴呆|瘫|醉|吸毒|赌|断粮|流浪|捡|乞讨|哭着|不见了|失踪|报警"
)
ANIMAL_DOES = re.compile(r"(?:被|让|遭|给|叫|像|当|学|是|骂|跟|和|为|怕)[一那这条只个群头]{0,3}$")
ANIMAL_THING = re.compile(r"^(?:链|窝|笼|棚|圈|绳|圈|食|粮|肉|场|毛衣)")
PARENTS = gated(
    r"(?:孩子|娃|他|她|我|其|小孩|娃儿)?(?:亲)?(?:爸爸|妈妈|爸|妈|父亲|母亲|爹|娘|生父|生母|前夫|前妻|丈夫|妻子|老公|老婆|男人|女婿|媳妇|儿媳|父母)"
)
WITH = re.compile(r"(?:被|跟|和|与|随|同|带|遭|让|找|向|叫)(?:着)?$")
CHILDISH = re.compile(
    r"孩子(?![他她]?[爸妈爹娘]|父|母|生|的)|娃(?![他她]?[爸妈爹娘]|父|母)|儿子|女儿|闺女|女孩|男孩|学生|小孩|孙"
)


def calm(view: "View", hit: Hit) -> tuple[str, str] | None:
    """Kind and reason why this hit does not count, None when it does."""
    if view.calmers is None:
        view.calmers = [judge for told, judge in JUDGES if told(view)]
    for judge in view.calmers:
        if said := judge(view, hit):
            return said
    return None


def at_rest(view: "View") -> bool:
    """Words of harm stood there and were denied or cleared, and the text says all is well."""
    if view.calmed:
        return True
    if view.reporter == "child" and not MADE_UP.search(view.text):
        return False
    well = ALL_WELL.search(view.text)
    if MADE_UP.search(view.text) or (view.denied and CLEARED.search(view.text)):
        return True
    return bool(well and view.denied and not _after(view.text, well.end()))


def cleared_up(view: "View") -> bool:
    """The writer takes an earlier report back: 昨天误报. Nothing may be raised that no rule has found."""
    if view.reporter == "child":
        return False
    found = TAKEN_BACK.search(view.text)
    return found is not None and not _after(view.text, found.end())


def _words(view: "View", hit: Hit) -> str:
    return "…".join(view.text[start:end] for start, end in sorted(set(hit.spans)))


def _after(text: str, position: int) -> bool:
    """Does a but follow?"""
    return bool(BUT.search(text, position))


def _back(view: "View", hit: Hit) -> tuple[str, str] | None:
    """孩子昨天找不到，已经回来了: the search is over; whatever else was done to the child still counts by itself."""
    words = _words(view, hit)
    if hit.rule.category not in ("missing_trafficked", "self_harm") or not GONE.search(words):
        return None
    back = BACK.search(view.text)
    if back is None or NOT_BACK.search(view.text) or _after(view.text, back.end()):
        return None
    return "settled", f"“{words}”：文中说人已经找到（“{back[0]}”）"


def _cleared(view: "View", hit: Hit) -> tuple[str, str] | None:
    """Cleared up by whoever writes, not by the one complained about, and no child takes it back."""
    if view.reporter == "child":
        return None
    for found in CLEARED.finditer(view.text):
        if SAID_BY.search(view.text[max(0, found.start() - 14) : found.start()]) and not WORSE.match(found[0]):
            continue
        if _after(view.text, found.end()) or hit.start > found.end() + 40:
            continue
        if WORSE.match(found[0]) and not re.search(r"不是|误会|没有|已经|没事|弄错|搞错|清楚|满意", view.text):
            continue
        return "negated", f"“{_words(view, hit)}”：文中已经说明不是这么回事（“{found[0]}”）"
    return None


def _praised(view: "View", hit: Hit) -> tuple[str, str] | None:
    found = PRAISE.search(view.text)
    if (
        found is None
        or _after(view.text, found.end())
        or re.search(r"请(?!转发)|求|希望(?!以后|今后|继续)|怎么办|反映", view.text[found.end() :])
    ):
        return None
    return "publicity", f"“{_words(view, hit)}”出现在感谢、表扬里"


def _treated(view: "View", hit: Hit) -> tuple[str, str] | None:
    """An accident that was seen to, and the question is who pays."""
    if hit.rule.category not in ("abnormal_injury", "violence", "physical_abuse", "staff_harm"):
        return None
    text = view.text
    if not (COVER.search(text) and TREATED.search(text) and ACCIDENT.search(text)) or VIOLENT.search(text):
        return None
    return "settled", f"“{_words(view, hit)}”是已经治疗的意外，问的是费用和赔偿"


def _mishap(view: "View", hit: Hit) -> tuple[str, str] | None:
    """被同学不小心砸到, and somebody has seen to it: nobody meant it."""
    if hit.rule.category not in ("violence", "bullying", "physical_abuse", "staff_harm", "abnormal_injury"):
        return None
    sentence = view.scan.sentence(hit.start)
    found = BY_CHANCE.search(view.text, sentence[0], hit.end)
    if found is None or SAID_BY.search(view.text[max(0, found.start() - 12) : found.start()]):
        return None
    if not SEEN_TO.search(view.text) or MEANT.search(view.text):
        return None
    return "settled", f"“{_words(view, hit)}”：文中说是“{found[0]}”，已经处理"


def _taught(view: "View", hit: Hit) -> tuple[str, str] | None:
    """老师教我们遇到陌生人要喊救命: a lesson, as long as nobody adds that it happened."""
    sentence = view.scan.sentence(hit.start)
    found = LESSON.search(view.text, sentence[0], hit.start)
    if found is None or HAPPENED.search(view.text, found.end()):
        return None
    return "publicity", f"“{_words(view, hit)}”是学到的内容（“{found[0]}”）"


def _long_ago(view: "View", hit: Hit) -> tuple[str, str] | None:
    """我小时候挨打长大的, a grown-up says."""
    if view.reporter == "child":
        return None
    clause = view.scan.clause(hit.start)
    found = CHILDHOOD.search(view.text, clause[0], hit.start)
    if found is None or view.reporter not in ("parent", "teacher", "village_worker", "operator", "doctor"):
        return None
    return "settled", f"“{_words(view, hit)}”是大人说自己小时候的事"


def _wanted(view: "View", hit: Hit) -> tuple[str, str] | None:
    """放学没人接，能不能延长托管: what is missing is the service asked for, and somebody does care for the child."""
    if hit.rule.category not in ("abandonment", "guardianship", "missing_trafficked"):
        return None
    words = _words(view, hit)
    asked = WANTED.search(view.text)
    if not SOFT.search(words) or HARD.search(words) or not asked or PRESSING.search(view.text):
        return None
    if view.reporter != "parent" and not CARED.search(view.text):
        return None
    return "service", f"“{words}”：有人照管，要的是“{asked[0]}”这样的服务"


def _of_animal(view: "View", hit: Hit) -> tuple[str, str] | None:
    """仓鼠死了; not 被狗咬, not 像狗一样."""
    if len(set(hit.spans)) > 2:
        return None
    text, clause = view.text, view.scan.clause(hit.start)
    for start, end in view.scan.scope("动物"):
        if clause[0] <= start and 0 <= hit.start - end <= 8 and not ANIMAL_THING.match(text[end:]):
            before = text[max(0, start - 4) : start]
            if not ANIMAL_DOES.search(before) and not re.search(r"[我他她孩娃]", text[end : hit.end]):
                return "animal", f"“{_words(view, hit)}”说的是动物“{text[start:end]}”"
    return None


def _of_story(view: "View", hit: Hit) -> tuple[str, str] | None:
    """看完一部讲女孩被虐待的电影: the story is named behind the words."""
    clause = view.scan.clause(hit.start)
    found = STORY.search(view.text, clause[0], clause[1])
    if found is None or not (found.start() <= hit.start and hit.end <= found.end()):
        return None
    return "fiction", f"“{_words(view, hit)}”说的是“{found[1]}”里的事"


def _hyperbole(view: "View", hit: Hit) -> tuple[str, str] | None:
    """被数学卷子虐: the deed of a thing."""
    clause = view.scan.clause(hit.start)
    for found in THING.finditer(view.text, clause[0], clause[1]):
        if found.start() < hit.end and hit.start < found.end():
            return "metaphor", f"“{_words(view, hit)}”是打比方（“{found[0]}”）"
    return None


def _parent_gone(view: "View", hit: Hit) -> tuple[str, str] | None:
    """他爸没影了 is no missing child; the child without care counts by its own rules."""
    words = _words(view, hit)
    if hit.rule.category != "missing_trafficked" or not GONE.search(words):
        return None
    gone = [span for span in hit.spans if GONE.search(view.text[span[0] : span[1]])]
    if not gone:
        return None
    who = _subject(view.text, view.scan.sentence(gone[0][0])[0], gone[0])
    return None if not who else ("adult", f"“{words}”：不见的是大人“{who}”，不是孩子")


def _subject(text: str, sentence: int, gone: Span) -> str:
    """The parent who is gone, empty when it may be the child."""
    before = text[sentence : gone[0]]
    if CHILDISH.match(text[gone[1] : gone[1] + 3]):
        return ""
    parents = [found for found in PARENTS.finditer(before) if not WITH.search(before[: found.start()])]
    if not parents:
        return ""
    last = parents[-1]
    if CHILDISH.search(before, last.end()) or re.search(r"[他她我](?!们?的?[爸妈爹娘])", before[last.end() :]):
        return ""
    if re.search(r"说|发现|反映|打|骂|吵|吼|哭|报案|找[了他她]|急", before[last.end() :]):
        return ""
    return last[0]


def _tells(pattern: Pattern) -> Callable[["View"], bool]:
    """Does the text hold what this judgement looks for at all? Asked once for a text."""
    return lambda view: pattern.search(view.text) is not None


def _animals(view: "View") -> bool:
    return bool(view.scan.scope("动物"))


# In this order; the first that says why is heard.
JUDGES: tuple[tuple[Callable[["View"], bool], Callable[["View", Hit], tuple[str, str] | None]], ...] = (
    (_tells(BACK), _back),
    (_tells(CLEARED), _cleared),
    (_tells(PRAISE), _praised),
    (_tells(COVER), _treated),
    (_tells(BY_CHANCE), _mishap),
    (_animals, _of_animal),
    (_tells(STORY), _of_story),
    (_tells(THING), _hyperbole),
    (_tells(LESSON), _taught),
    (_tells(CHILDHOOD), _long_ago),
    (_tells(WANTED), _wanted),
    (_tells(GONE), _parent_gone),
)
