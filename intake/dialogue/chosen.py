"""Answers that are chosen, not told: in whose name, how contact is safe, offices; and what is said about them unasked."""

import re

from intake.dialogue.fields import CHOICES
from intake.dialogue.state import Known

_NUMBER = r"1\d{2}[-\s]?\d{4}[-\s]?\d{4}|0\d{2,3}[-\s]?\d{7,8}"
_PHONE = re.compile(rf"(?<!\d)({_NUMBER})(?!\d)")
_CALL_ME = re.compile(
    r"(?:我姓|我叫|免贵姓|本人|称呼|叫我|姓)[：:\s]*(?P<name>[\u4e00-\u9fff]{1,4}?(?:老师|医生|护士|主任)?)(?=[，,。；;\s]|电话|手机|$|\d)"
)
_OWN_PHONE = re.compile(
    rf"(我|本人|联系|值班|回)(的|手机|电话|方式|我|号码|个人|联系){{0,4}}[^，,。]{{0,6}}?({_NUMBER})"
)
# 「我姓李，13812345678」「我是王老师，电话…」: who introduces herself and goes on with a number gives her own.
_INTRODUCED = re.compile(
    r"(?P<who>(?:免贵姓|我(?:姓|叫|是))(?:(?![打被说让])[\u4e00-\u9fff]){1,12}?)[，,；;\s]*(?:联系)?(?:我的?)?(?:电话|手机|号码?){0,2}(?:是|[：:])?\s*"
    rf"(?P<number>{_NUMBER})(?!\d)"
)
_NAMED = re.compile(
    r"(?:姓|叫)(?P<name>[\u4e00-\u9fff]{1,4}?)$|是(?P<titled>[\u4e00-\u9fff](?:老师|医生|护士|主任|大夫))$"
)
_RELATION = re.compile(
    r"我是(?:[她他]们?|(?:这|那)?个?(?:孩子|学生|娃)|小\w)?的?(?P<who>(?:邻居|班主任|老师|妈妈?|母亲|爸爸?|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷"
    r"|姑姑|姨妈?|舅舅|叔叔|同学|亲戚|房东|医生|护士|社工|儿童主任|网格员|前台|保安))(?=[，,。；;\s]|$)"
)
_CONTACT = (
    (
        "no_call",
        re.compile(r"家属在场|请勿来电|别来电|不要来电|不方便接电话|现在别打|先别打|不要打电话|别打电话|勿来电"),
    ),
    ("sms", re.compile(r"短信|发信息")),
    (
        "code_only",
        re.compile(
            r"^(不用|不要|不需要|不必|不方便)$|不联系|不用联系|不要联系|别联系|不留电话|不想留|查询码|匿名|不留"
        ),
    ),
    ("phone", re.compile(r"电话|来电|打给我|手机|联系我|可以打|随时打")),
)
_CAPACITY = (
    (
        "personal",
        re.compile(
            r"个人名义|我个人|以个人|不告诉(单位|学校)|(不要|别|不能)(让|告诉)(单位|学校|医院|领导|校长)(知道)?|^(个人|我自己)$"
        ),
    ),
    (
        "unit",
        re.compile(
            r"代表(我们|我)?(单位|学校|医院|幼儿园|村|社区|机构|酒店|宾馆|科室)|(单位|学校|医院)(名义|正式)?(强制)?报告(?!过)|^(单位|学校|医院)$"
        ),
    ),
)
_ROLE = (
    ("unknown", re.compile(r"^(不清楚|不知道|不确定|说不准|不好说|不认识)")),
    ("no", re.compile(r"^(不是|没有|都不是|否|无|没)|不在")),
    ("yes", re.compile(r"^(好像|应该|可能|听说)?(是|对|有|在)|学校(的|工作|老师)|派出所|村委|村干部|机关|警察|民警|干部|教师|老师|校长|主任|支书|书记|局长")),
)  # fmt: skip
_OFFICE = re.compile(
    r"老师|教师|校长|班主任|教练员|民警|警察|辅警|支书|村主任|村长|村干部|干部|公务员|所长|园长|书记|局长|生活老师|宿管"
)


_WECHAT = re.compile(
    r"(加|用|发|打|能|可以|给)?(我|你们?)?(的)?微信(联系|行吗|可以吗|行不行|吧|号|上说|发我|通知|聊)?(我|吗|吧|[0-9a-zA-Z_-]{5,20})?"
)
WISH = 24  # a longer text tells more than how contact is safe

# The person complained about, or a relative of theirs, holds an office; the reporter's own (我是, 我在) does not count.
_OFFICES = r"派出所|公安|警察|民警|辅警|公务员|机关|政府|教育局|民政局|法院|检察院|村委|居委|支书|书记|村主任|主任|村长|干部|校长|园长|院长|老师|教师|局长|所长|镇长|乡长"
_THEM = (
    r"(?:那个?(?:人|男的|女的)|这个?人|对方|被反映的人|打人的|施暴的?人?|[他她](?:们家|们|家)?|邻居|隔壁(?:的|男的|女的)?|房东|亲戚|家长|"
    r"继父|继母|后爸|后妈|爸爸?|妈妈?|父亲|母亲|爷爷|奶奶|外公|外婆|叔叔?|伯伯?|大伯|舅舅?|姑父|姑姑|姨父|姨妈?|姐夫|嫂子|哥哥?|姐姐|老公|丈夫|老婆|前夫|前妻)"
)
_HOLDS_OFFICE = re.compile(
    _THEM + r"(?:也|就|以前|现在|好像|听说|可能|应该|本来){0,2}(?:是[^，。；！？、\s]{0,8}?(?:" + _OFFICES + r")"
    r"|在[^，。；！？、\s]{0,8}?(?:"
    + _OFFICES
    + r"|学校)[^，。；！？、\s]{0,4}(?:工作|上班|当|任职|教书))[^，。；！？、\s]{0,4}"
)
_KIN_OF_OFFICE = re.compile(
    r"(?:校长|园长|院长|所长|局长|支书|书记|主任|领导|镇长|村长|民警|警察|老师|老板)(?:也|就|以前|现在|好像|听说|可能|应该)?是"
    + _THEM
    + r"(?:的|家|们)*(?:亲戚|亲|熟人|朋友|同学|爱人|表|堂|老丈人|岳)?[^，。；！？、\s]{0,4}"
)
_KNOWS_OFFICE = re.compile(r"(?:派出所|公安局?|学校|教育局|村委|镇上|政府)(?:里)?有(?:人|亲戚|关系|熟人|后台)")


def contact_wish(text: str) -> Known | None:
    """A short text that is only about being contacted. WeChat is none of the ways there are: then the receipt code."""
    plain = text.strip(" \t\n。！!？?.，,")
    if len(plain) > WISH:
        return None
    if _WECHAT.fullmatch(plain):
        return Known("code_only", text)
    if (hit := _CONTACT[0][1].search(plain)) and len(plain) - len(hit.group(0)) <= 10:
        return Known("no_call", text)
    return None


def kin_in_office(text: str) -> Known | None:
    """「他爸是警察」「校长是他亲戚」「我邻居是派出所的」, said unasked: errs towards yes, then nobody near them handles it."""
    hit = _HOLDS_OFFICE.search(text) or _KIN_OF_OFFICE.search(text) or _KNOWS_OFFICE.search(text)
    return Known("yes", hit.group(0)) if hit else None


def phone_number(text: str) -> str | None:
    found = _PHONE.search(text)
    return re.sub(r"[-\s]", "", found.group(1)) if found else None


def volunteered(text: str) -> dict[str, Known]:
    """What a free text says about the reporter's wishes without being asked: name, number, safe contact, capacity."""
    found: dict[str, Known] = {}
    own = _OWN_PHONE.search(text)
    if own:
        found["reporter_phone"] = Known(re.sub(r"[-\s]", "", own.group(3)), own.group(0))
    elif introduced := _INTRODUCED.search(text):
        found["reporter_phone"] = Known(re.sub(r"[-\s]", "", introduced.group("number")), introduced.group(0))
        if name := _NAMED.search(introduced.group("who")):
            found["reporter_name"] = Known(name.group("name") or name.group("titled"), introduced.group(0))
    for code, pattern in _CAPACITY:
        if hit := pattern.search(text):
            found["capacity"] = Known(code, hit.group(0))
            break
    if hit := _RELATION.search(text):
        found["relation"] = Known(hit.group("who"), hit.group(0))
    if hit := _CONTACT[0][1].search(text):
        found["contact"] = Known("no_call", hit.group(0))
    return found


def office_of(suspect: str) -> Known | None:
    """A suspect who *is* a teacher, an officer, a village cadre answers the question about offices by herself."""
    hit = _OFFICE.search(suspect)
    return Known("yes", suspect) if hit else None


def chosen(question: str, plain: str) -> dict[str, Known] | None:
    if question == "reach":
        number, name = phone_number(plain), _CALL_ME.search(plain)
        filled = {"reporter_phone": Known(number, plain)} if number else {}
        if name:
            filled["reporter_name"] = Known(name.group("name"), plain)
        return filled or None
    field = "suspect_role" if question == "role" else question
    for code, label in CHOICES[field].items():
        if plain == label:
            return {field: Known(code, plain)}
    patterns = {"role": _ROLE, "capacity": _CAPACITY, "contact": _CONTACT}.get(question, ())
    filled = {}
    for code, pattern in patterns:
        if pattern.search(plain):
            filled[field] = Known(code, plain)
            break
    if question == "contact":
        number, name = phone_number(plain), _CALL_ME.search(plain)
        if number:
            filled["reporter_phone"] = Known(number, plain)
            filled.setdefault("contact", Known("phone", plain))
        if name and (number or filled):
            filled["reporter_name"] = Known(name.group("name"), plain)
    return filled or None
