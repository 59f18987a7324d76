"""Who is told of: the child's sex, how many children, and by which relation the one complained about is named."""

import re

from intake.triage.ages import DIGITS, number
from intake.triage.gate import gated

N = r"(?:\d{1,3}|[二两三四五六七八九]?十[一二三四五六七八九]?|[两二三四五六七八九])"
CHILD = (
    r"(?:小?孩子们?|小孩|小朋友|娃娃?(?!娃)|娃些|学生|儿童|幼儿|婴儿|婴幼儿|孤儿|学员|少年|未成年人?|女生|男生|女孩子?|男孩子?|女童|男童|女娃|男娃|女婴|男婴|女学生|男学生|女同学|男同学"
    r"|闺女|女儿|儿子|孙子|孙女|外孙女?|侄女|侄子|外甥女?|妹妹|弟弟|崽|伢子?|细伢子|患儿|初中生|高中生|小学生|中学生|男伢|女伢|小姑娘|小男孩|小女孩|少女|毛孩子|半大孩子|丫头|住校生|住宿生|宝宝|仔|细路|囝|大小子|小子|重孙女?|曾孙女?|小不点|崽子|娃儿|囡仔)"
)
COUNTED = gated(
    rf"(?:(?P<n>{N})多?(?:个|名|位|口)(?!月)|(?P<pair>[俩仨两])(?!周?岁|个?月|[天年点次])(?:个)?)(?P<mid>(?:未满\d+周?岁的?|不满\d+周?岁的?|[^，。！？、；,.\d个名位被把让和与跟](?<!家长)){{0,8}}?)(?P<child>{CHILD})(?P<after>们?的?家长|的?家庭|老师|用品|(?:轮流|一起)?(?:把|将|逼|围|堵|按着|揪|抢|扒|踢|殴打|打(?!工|电|零)))?"
)
SIBLINGS = gated(
    r"(?:兄妹|兄弟|姐妹|姊妹|姐弟|弟兄)(?:二|两|三|四|五)(?:个|人)|(?P<lead>[二两三四五六七])(?P<s>姐妹|姊妹|兄弟|兄妹|姐弟|弟兄)|(?:兄妹|兄弟|姐妹|姊妹|姐弟|爷孙)(?P<two>俩|两)|(?P<twins>双胞胎|龙凤胎)|(?P<triplets>三胞胎)"
)
# 返乡儿童两名, 我们四个: the number stands behind.
BEHIND = gated(
    rf"(?:儿童|学生|孩子|幼儿|婴儿|女生|男生|女童|男童|娃娃?)(?P<n>{N})(?:个|名|人|位)(?!月)|我们(?P<we>{N})个(?!月|人的)"
)
ME_AND = gated(
    rf"(?:我|她|他)(?:和|跟|同|还有|带着)(?:我)?(?P<other>另外{N}(?:个|名)[^，。]{{0,4}}(?:同学|学生|孩子|女生|男生|娃)|小?(?:弟弟|妹妹|弟|妹|哥哥|姐姐|姐|哥))(?P<tail>两个人|俩|都|两个|在|锁|一起|没)?"
)
ANOTHER = gated(
    rf"(?:另外|还有|其他)(?P<n>{N})(?:个|名|位)(?:[^，。]{{0,3}})(?:同学|学生|孩子|女生|男生|娃|女孩|男孩|孩)"
)
GROWN = re.compile(r"家长|父母|老师|志愿者|人员|民警|干部|教师|医生|工人|老人|成年|大人")

GIRL = (
    r"女(?:孩子?|儿(?!童)|生|童|婴|娃娃?|学生|同学|宝|伢|仔|崽|患儿|患者|性(?=患|，|。|孩)|学员|队员|幼儿|初中生|高中生|中学生|小学生|孙|的，)|闺女|(?<!小)妹妹|小妹妹|小妹(?!子)|侄女|外甥女|孙女|妮子|妮儿|小妮|丫头|小姑娘|姑娘|囡囡|囡|少女|姐妹|姊妹|妹仔|妹子|妹崽|妹陀|"
    r"千金|幺妹|女娃儿|养女|继女|小女|孙囡|女囝|查某囡|(?<=[，,（(、：:。])女(?=[，,。）)、；]|\d)|性别女|学生妹|姐姐|表妹|堂妹|表姐|堂姐|我妹|女伢子|细妹|重孙女|曾孙女|囡仔|细路女|幼女|(?<=患儿)女(?=，|,|\d)|^女(?=，|,)"
)
BOY = (
    r"(?<!猥亵)男(?:孩子?|生|童|婴|娃娃?|学生|同学|宝|伢|仔|崽|患儿|患者|学员|队员|幼儿|初中生|高中生|中学生|小学生|性(?=，|。|患|孩))|儿子|(?<!小)弟弟|小弟弟|侄子|侄儿|外甥(?!女)|孙子|孙儿|外孙(?!女)|小子|小伙子|崽崽|(?<!青)少年(?!宫|儿童)|(?<!称)(?<!算)兄弟(?!姐)|男娃儿|养子|继子|"
    r"(?<=[，,（(、：:。])男(?=[，,。）)、；]|\d)|性别男|表弟|堂弟|我弟|重孙(?!女)|曾孙(?!女)|(?<=患儿)男(?=，|,|\d)|^男(?=，|,)|男伢子|细佬|(?<=\d岁)男(?=[，,。）)])"
)
SEX = gated(rf"(?P<f>{GIRL})|(?P<m>{BOY})")
# 她 alone tells a girl where no grown woman is told of.
WOMEN = re.compile(
    r"妈|母|奶|婆|姥姥|外婆|阿姨|姨|姑|婶|嫂|姐|妹|娘|老师|女人|女子|女的|妇|妻|媳|太太|大姐|护士|医生|保姆|班主任|她们|园长|校长|主任"
)
SHE = re.compile(r"她")
# A child who tells of the little one and not of herself.
OF_ME = re.compile(r"我(?!们?[家的]?(?:弟|妹|姐|哥|爸|妈|奶|爷|外))")
PAIR = re.compile(r"兄妹|姐弟|龙凤胎")  # both sexes are told of alike
SIBLING = re.compile(r"妹|弟|姐|哥|兄")
MIXED = re.compile(r"兄妹|姐弟|龙凤胎|一儿一女|一男一女|儿女(?!儿)|子女|男女")


def child_sex(
    text: str, near: int | None, others: list[tuple[int, int]], *, own: bool = False
) -> tuple[str, int, int] | None:
    """m/f with its place, when the text says it by a word of sex; `near` is where the child's age stands.

    `others` are the places of the people complained about: 初三男生打她 says nothing about the child.
    `own`: a child speaks of herself, so her 弟弟 does not tell her sex.
    """
    own = own and bool(OF_ME.search(text))
    found = [
        (("f" if match["f"] else "m"), *match.span())
        for match in SEX.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in others)
        and not (own and SIBLING.search(match[0]))
    ]
    if not found and not PAIR.search(text) and (she := SHE.search(text)) and not WOMEN.search(text):
        return "f", *she.span()
    if not found or PAIR.search(text):
        return None
    mixed = MIXED.search(text)
    sexes = {sex for sex, _, _ in found}
    if len(sexes) == 1 and not mixed:
        return found[0]
    if near is not None:
        close = min(found, key=lambda one: max(one[1] - near, near - one[2], 0))
        if max(close[1] - near, near - close[2]) <= 7:
            return close
    if mixed:
        return None
    return found[0]


def children(text: str, others: list[tuple[int, int]]) -> tuple[int, int, int] | None:
    """How many children, when two or more are counted."""
    for match in SIBLINGS.finditer(text):
        count = 3 if match["triplets"] else 2 if match["two"] or match["twins"] else 0
        count = count or _count(match["lead"] or match[0][2])
        if count >= 2:
            return count, *match.span()
    best: tuple[int, int, int] | None = None
    for match in COUNTED.finditer(text):
        count = _count(match["n"] or match["pair"])
        if match["pair"] and len(match["mid"]) > 2:
            continue
        before = text[max(0, match.start() - 2) : match.start()]
        if (
            count < 2
            or match["after"]
            or GROWN.search(match["mid"])
            or before.endswith(("第", "另外", "其他", "几", "每", "月"))
            or text[match.start() - 1 : match.start()].isdigit()
        ):
            continue
        if text[match.start() - 1 : match.start()] in DIGITS and match.start():
            continue
        if any(start < match.end() and match.start() < end for start, end in others):
            continue
        if text[max(0, match.start() - 3) : match.start()].endswith(("被", "遭", "让", "叫")):
            continue
        best = (count, *match.span())
        break
    if best is None:
        for match in BEHIND.finditer(text):
            count = _count(match["n"] or match["we"])
            if count >= 2:
                best = (count, *match.span())
                break
    another = ANOTHER.search(text)
    if another:
        return _count(another["n"]) + 1, *another.span()
    if best is None:
        me = ME_AND.search(text)
        if me and me["tail"]:
            return 2, *me.span()
    return best


def _count(written: str) -> int:
    if written.isdigit() or "十" in written:
        return number(written)
    return DIGITS.get(written, 0)
