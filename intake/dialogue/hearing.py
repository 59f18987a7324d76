"""What a text is *for*, apart from what it tells: a command, a greeting, a withdrawal, a plea, a child's own voice.

Every function takes the text as written and answers a plain value. Patterns err towards "it is part of the report".
"""

import re

from intake.dialogue.whereabouts import counted

COMMANDS: dict[str, tuple[str, ...]] = {
    "submit": ("提交", "提交报告", "确认提交", "submit"),
    "skip": ("跳过", "跳過", "略过", "下一题", "skip"),
    "unknown": ("不知道", "不清楚", "不晓得", "不认识", "不记得", "记不清", "不方便说", "不想说", "don't know"),
    "cancel": ("取消", "撤回", "撤销", "撤回报告", "取消报告", "cancel"),
    "edit": ("修改", "更改", "edit"),
    "lookup": ("查一下我的报告", "查我的报告", "查询", "查询进度", "查进度", "查一下进度", "我的报告", "报告查询"),
    "new": ("报告另一件事", "新的报告", "我要报另一件事", "再报一件事"),
    "minor": ("我未满18岁",),
    "called": ("已打", "已经打了", "打了", "已报警", "已经报警", "报警了", "已经报警了"),
    "cannot": ("现在不方便打", "不方便打", "不方便", "现在不方便"),
    "present": ("警察/医生已在场", "警察／医生已在场", "警察医生已在场", "警察已在场", "医生已在场", "警察来了"),
    "report": ("/report",),
    "add": ("/add",),
    "dispute": ("还没有解决", "没有解决", "不认可"),
    "confirm": ("已经解决", "已解决", "确认"),
}
_NAMED = {form: name for name, forms in COMMANDS.items() for form in forms}
_TRIM = " \t\r\n\u3000。.!！~～,，、;；「」『』[]【】“”\"'‘’"

_GREETING = re.compile(
    r"(你好|您好|你们好|大家好|叔叔好|阿姨好|老师好|早上好|上午好|中午好|下午好|晚上好|早|嗨|哈喽|哈啰|喂|hi|hello|hey|good (morning|afternoon|evening)|"
    r"在吗|在不在|有人吗|有人在吗|请问|我想|我要|想|要|报告|上报|反映|举报|求助|说|一件事|一个|个|情况|问题|事情|事|啊|呀|吗|[\s，。！？、,.!?~～…])+",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(谢谢|多谢|感谢|谢了|你们|您|了|好的|好|嗯|哦|噢|行|可以|收到|不用|就这些|没别的|没有了|没了|知道了|明白|ok|thanks|thank you|辛苦|[\s，。！、,.!~～…])+",
    re.IGNORECASE,
)
_TRIAL = re.compile(r"^[\s【\[（(]*(测试|试一下|试试|test|演练|演习)", re.IGNORECASE)
_QUESTION = re.compile(
    r"[?？]|请问|想问|问一?下|问问|咨询|什么|干嘛|啥|了解一下|什么是|怎么|如何|吗\s*[。.!！]?$|呢\s*[。.!！]?$|能不能|可不可以|是不是|是否|哪些|哪里|谁来|要不要|多少"
)
# A reproach in the form of a question tells of something: 「怎么能这样？」「能不能管管？」
_REPROACH = re.compile(
    r"怎么(能|会|可以|还)|凭什么|有这样的|管管|管不管|管吗|谁来管|为什么(不|没|总|还)|哪有|像话|万一"
)
_AFTER = re.compile(
    r"(报告|报|反映|举报|投诉|说)(过)?的(那)?(件|个)?(事|情况|问题|案子)[^，。]{0,6}(怎么样|怎样|进展|结果|办|处理|到哪|消息|下文)"
    r"|(我的|上次的?|之前的?|那个)报告[^，。]{0,6}(怎么样|怎样|进展|结果|办|处理|到哪|消息)|查(一下|询|看)?(我的)?(报告|进度|进展|结果)"
)
LONG = 60  # a question longer than this tells a story too
_RETRACTION = re.compile(r"发错|弄错了|搞错了|点错|开玩笑|开个玩笑|逗你|闹着玩|乱说的|瞎说的|说着玩|随便说说|假的")
_WITHDRAWAL = re.compile(
    r"撤回|撤销|撤了|取消|当我没说|不报了|不想报了|不要报了|别报了|不用管了|删掉|删了吧|算了|没事了|作废"
)
_PRESSURE = re.compile(
    r"(让|叫|要|逼|求)(我|我们)?(赶紧|赶快|必须|一定|马上|立刻)?(撤回|撤销|撤了|取消|改口|删掉|删了|说是误会)|威胁我|不撤就"
)
_FORBIDS = r"(不让|不许|不准|不允许|(?<!要)不要|别|阻止|拦着|压着)"
_REPORTING = r"(报告|上报|举报|报警|报案|报(?!名|销|到|纸|复|考|酬|仇|答))"
_NOT_LET = re.compile(_FORBIDS + r"(我|我们|老师|医生)?(再|不)?(往上|向上|对外|去)?" + _REPORTING)
# In a longer message only a unit or a superior counts: whoever harms a child forbids reporting too, and that is no complaint.
_UNIT_FORBIDS = re.compile(
    r"(领导|校长|园长|院长|主任|支书|书记|单位|学校|园里|校方|院方|医院|上级|科室|所长|镇上|村里)[^，。！？?]{0,10}?"
    + _FORBIDS
    + r"(我|我们|老师|医生|大家)?[^，。！？?]{0,6}?"
    + _REPORTING
)
_CODE = re.compile(r"[0-9０-９](?:[\s\-—_.]*[0-9０-９]){15}")  # 16 digits in groups, as receipts print them

_FIRST_PERSON = re.compile(
    r"(打|骂|掐|踢|踹|摸|亲|碰|抱|掀|堵|按|剪|欺负|孤立|勒索|威胁|追|关|逼|吼|绑|让|偷拍|不要|不管)(了|着|过)?我(?!们?(家|校|班|院|村|是|这|那|电话))"
    r"|我(们)?(也|又|经常|总是?|老是?|天天|今天|昨天|刚才|一直)?被(同学|同桌|同班|室友|舍友|高年级|老师|班主任|教练|爸|妈|爷爷|奶奶|继父|继母|后爸|后妈|哥|姐|叔叔|校外)"
    r"|我(妈妈?|爸爸?|爹|继父|继母|后妈|后爸|老师|同学|同桌|哥哥?|弟弟|妹妹)|告诉(我)?(爸妈|奶奶|妈妈|爸爸)|钻我"
    r"|我(真的|好|很|也|就|都|总|又|最近|一直|现在|说)*(不想活|想死|想消失|不想上学|好怕|害怕|不敢(回家|上学|去上学|跟|告诉|说)|想哭|把药)"
    r"|遗书我|我躲在|我站在|救救我|我们(老师|教练|教官)|教官[^，。]{0,6}我们|活着好累"
    r"|我和(弟弟|妹妹|哥哥|姐姐)两个人|我(把|把那)?[^，。]{0,4}药[^，。]{0,2}吃"
)
_OWN_AGE = re.compile(
    r"我(今年|现在|才|刚|只有|是)?\s*([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*岁?(?=[了，。,、!！\s]|岁|$)"
)
_OWN_CLASS = re.compile(
    r"我(是|在|上|读|念)[^，。]{0,4}(初一|初二|初三|高一|高二|高三|[一二三四五六]年级|小学生|初中生|高中生|学生)(的|，|。|,|\s|$)"
    r"|我(今年|现在)?(才|刚)?(上|读)?(初一|初二|初三|高一|高二|高三|[一二三四五六]年级)(了|，|。|,|!|！|\s|$)"
)
# 我是三年级的班主任: what stands beside the class says that it is not the writer's own.
_OWN_TRADE = re.compile(
    r"我(是|在|教|带)[^，。？！]{0,14}(老师|班主任|教师|校长|主任|医生|护士|社工|家长|妈妈?|爸爸?|奶奶|爷爷|员工)"
)
_GROWN_UP = re.compile(
    r"我(是|们是|作为|自己是|教)?[^，。？！\s]{0,14}(老师|班主任|教师|校长|医生|护士|社工|主任|邻居|志愿者|司机|店主|前台|保安|家长|民警|网格员|审核员|义工|路人|负责人|员工)(?![^，。]{0,6}(打|摸|踢|骂|让|叫|说我))"
    r"|我(家|的)?(大|小|二)?(儿子|女儿|闺女|孩子|娃|孙子|孙女|外孙|外甥|侄)|我(班|校|院|村|单位|们班|们校|们学校|们院|们村|们科|接诊|值班|家孩子)"
    r"|老公|丈夫|老婆|妻子|爱人|前夫|前妻|离婚|我同事|证明|微信|来电人|患儿|患者|上报|接诊|学生(说|告诉|反映|向我|跟我|身|被)|孩子(现在|说|跟我|告诉|不敢|被)|女生|男生|男孩|女孩|班里|班上|女儿|儿子|学生"
)


def normal(text: str) -> str:
    """The text as a command or a label is compared: without brackets, blanks and closing marks."""
    return text.strip(_TRIM)


def command(text: str) -> str | None:
    """The name of the command that the whole text is, or None. `有人不让我报` is `duty`."""
    plain = normal(text)
    found = _NAMED.get(plain) or _NAMED.get(plain.lower())
    if found is None and len(plain) <= 14 and not_let(plain):
        return "duty"
    return found


def greeting_only(text: str) -> bool:
    return bool(text.strip()) and _GREETING.fullmatch(text.strip()) is not None


def thanks_only(text: str) -> bool:
    return bool(text.strip()) and _THANKS.fullmatch(text.strip()) is not None


def asks(text: str) -> bool:
    """Has the form of a question, or is a trial message. Whether it is *only* that, triage's `info` decides."""
    if _TRIAL.search(text):
        return True
    return len(text) <= LONG and _QUESTION.search(text) is not None and not _REPROACH.search(text)


def asks_after(text: str) -> bool:
    """Asks how an earlier report stands: 「上次我报的事怎么样了」."""
    return len(text) <= LONG and _AFTER.search(text) is not None


def takes_back(text: str) -> str | None:
    """`withdrawal`, `retraction` or `pressure` when a message takes a report back; None otherwise.

    Read only in short messages: a long one tells something, whatever it says in passing.
    """
    if _PRESSURE.search(text):
        return "pressure"
    if len(normal(text)) > 24:
        return None
    if _RETRACTION.search(text):
        return "retraction"
    if _WITHDRAWAL.search(text):
        return "withdrawal"
    return None


def not_let(text: str) -> bool:
    """「有人不让我报」 in the many ways it is said in one short sentence."""
    return _NOT_LET.search(text) is not None


def unit_forbids(text: str) -> bool:
    """A longer message says that a unit or a superior forbids the report."""
    return _UNIT_FORBIDS.search(text) is not None


def lookup_code(text: str) -> str | None:
    """A receipt code typed alone or after 查一下我的报告; None when the text is none."""
    rest = normal(text)
    for form in sorted(COMMANDS["lookup"], key=len, reverse=True):
        if rest.startswith(form):
            rest = rest[len(form) :].lstrip("：: ，," + _TRIM)
            break
    return rest if _CODE.fullmatch(rest) else None


def child_voice(text: str) -> bool:
    """A child writes for herself: first person, and nothing that only a grown-up says.

    Errs towards "no": a grown-up taken for a child is talked down to; a child taken for a grown-up still gets everything.
    """
    own = _OWN_AGE.search(text)
    if own and (int(own.group(2)) if own.group(2).isdigit() else counted(own.group(2))) < 18:
        return True
    if _OWN_CLASS.search(text) and not _OWN_TRADE.search(text):
        return True
    return _FIRST_PERSON.search(text) is not None and _GROWN_UP.search(text) is None
