"""Proper names of places as written: divisions, roads, villages, schools, premises. Common nouns are no places."""

import re

from intake.triage.gate import gated

PROVINCES = "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
# A name does not hold these signs; they end the walk back from 县, 镇, 村 …
NOT_NAME = "的了是在于到从住位为有和与及把被让来去我你他她它们这那某该本名户称系说问至往向请就又还也都个只很没不将后前里外内时分点上下午晚因经由对给跟等其各每全同旁边另已之且或读见报讲带送回开找要租打地派去近在过出入赴过我咱您此"
# Signs that a sentence is full of and that yet begin known names: 和平区, 上饶市, 于都县.
KNOWN = r"和(?=[平顺田静硕林龙政])|向(?=阳)|于(?=[都田洪])|上(?=[海饶杭林思犹高栗蔡街])|下(?=[陆花])|大(?=同)|同(?=[仁心江德安])|内(?=[江黄乡])"
SIGN = rf"(?:[^\W\d_a-z{NOT_NAME}]|{KNOWN})"
NAME = rf"{SIGN}{{1,4}}?"
BIG = r"(?:自治区|省|市|自治州|州|盟|地区)"
COUNTY = r"(?:自治县|县|旗|区|市)"
TOWN = r"(?:街道办事处|街道|民族乡|镇|乡|苏木)"
SMALL = r"(?:社区|村|屯|寨|湾|坝|庄|组|社|队|嘎查|里|巷|路口|路|大道|街|胡同|弄|大桥|桥|沟|坪|岭|铺|山庄)"
SITE = r"(?:小学|中学|一中|二中|三中|学校|职校|技校|中专|幼儿园|托育园|托育中心|托管中心|托管班|看护点|教学点|早教中心|福利院|儿童福利院|医院|卫生院|诊所|派出所|小区|花园|家园|公寓|苑|宾馆|酒店|旅馆|旅店|招待所|民宿|网吧|网咖|夜总会|会所|ktv|酒吧|足浴店|广场|夜市|超市|商场|市场|农贸市场|公园|景区|车站|火车站|汽车站|砖厂|电子厂|制衣厂|工厂|采石场|工地|水库|码头|基地|训练营|特训学校|俱乐部|中心|工业园|书院|武校|培训机构|机构|天桥|寺|教堂|餐馆|饭店|烧烤店)"
TAIL = r"(?:[一二三四五六七八九十\d]{1,4}(?:组|社|队|栋|幢|号楼|号院|号|单元|楼|层|室|巷|弄|期|区))*(?:\d{2,4})?"
DIVISION = gated(
    rf"(?P<p>(?:{PROVINCES})(?:壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)?)?(?P<d>(?:{NAME}{BIG})?(?:{NAME}{COUNTY})(?:{NAME}{TOWN})?|(?:{NAME}{TOWN}))"
    rf"(?P<rest>(?:[“\"]?{SIGN}{{1,6}}?[”\"]?(?:{SMALL}|{SITE}))*)(?P<tail>{TAIL})"
)
SITE_ALONE = gated(rf"(?P<name>[“\"]?{SIGN}{{2,6}}?[”\"]?)(?P<site>{SITE})(?P<tail>{TAIL})")
ROAD_ALONE = gated(
    rf"(?P<name>{SIGN}{{2,3}}?)(?P<small>村|屯|寨|社区|镇|乡|街道|路|大道|巷|小区|花园|家园|大桥)(?P<tail>{TAIL})"
)
# Words that end like a place and are none.
COMMON = re.compile(
    r"^(?:城市|农村|山村|外县|外地|乡村|本县|全县|邻县|隔壁|县|市|区|镇|乡|村|村里|小区|景区|山区|校区|园区|社区|地区|郊区|城区|老城区|牧区|市区|辖区|某|外省|超市|菜市|夜市|门市|股市|"
    r"公安|民政|妇联|教育|应急|卫健|法院|检察|派出|街道|上门|工商|交警|社会|医院|学校|儿童|未成年|留守|困境|妇女|家长|家庭|孩子|学生|老师|农贸|便利|小学|中学|初中|高中|职业|寄宿|私立|公立|民办|公办|乡镇|中心|培训|康复|救助|心理|托管|早教|幼儿|少年|青少年|男|女|晚上|今天|昨天|学|上|下|一家|几家|两家|废弃|建筑|附近|门口|对面|县城|县里|镇里|市里|乡里|小|大|新|老|市第|县第|镇中|家里|网络|短信|电话|电子|玩具|服装|制衣|长途|火车|汽车|高铁|公交|铁路|地铁|机场|封闭|特训|网瘾|戒网瘾|黑|无证|县人民|市人民|县中|市中|人民|服务|活动|文化|指导|值班|就业|志愿|信访|政府|法律|调解|监控|疾控|妇幼|急救|体育|游泳|篮球|足球|舞蹈|武术|美术|月子|商务|洗浴|快捷|主题|连锁|出租|合租)+$"
)

# What reads like a name and is a sentence: verbs, counts, times, kinds of premises.
NO_NAME = re.compile(
    r"建议|转介|[几一二两三四五六七八九十]趟|几天|反映|想|感谢|表扬|引流|招募|通知|专拍|今天|昨天|明天|当年|自诉|私人|高速|服务|矫正|残联|福利|加印|一家|关门|零工|村口|公会|共青团|妇联|教育|走|跑|返|跨"
    r"|投诉|举报|咨询|希望|请求|要求|联系|附近|对口|定点|合作|邻近|离开|进入|关于|公立|民办|孩子|学生|家长|老师|写着|名叫|叫做|某|废弃|露天|室外|室内|康复|特教|指定|三甲|妇幼|哪家|哪所|全体|周边|沿街|沿路|劳务|人才|招聘|就近|乡下|外面|网上|直播|游戏|主题|免费|爱心|关爱|志愿|亲子|暑期|寒假|假期"
)
GENERAL = ("小区", "社区", "校区", "园区", "景区", "辖区", "片区", "地区", "山区", "市区", "县城")
BEFORE = "，。：:；;、（(！？在于到住是去叫从由"
QUOTED = re.compile(r"[“”\"]")


def places(text: str) -> list[tuple[str, int, int]]:
    """Places with their spans, the fullest first found first."""
    found: list[tuple[str, int, int]] = []
    for match in DIVISION.finditer(text):
        start, end = _trim(text, *match.span(), fixed=match["p"] is not None)
        if (
            end - start > 2
            and not text.startswith(GENERAL, start)
            and not COMMON.match(text[start:end])
            and not NO_NAME.search(text[start : start + 4])
        ):
            found.append((text[start:end], start, end))
    if found:
        return sorted(found, key=lambda place: (-(place[2] - place[1]), place[1]))
    for match in (*SITE_ALONE.finditer(text), *ROAD_ALONE.finditer(text)):
        if match.start() and text[match.start() - 1] not in BEFORE:
            continue  # a name in the middle of a sentence begins where no one can tell
        name = match["name"].strip('“"”')
        if not COMMON.match(name) and not NO_NAME.search(name) and not QUOTED.search(name) and len(name) >= 2:
            found.append((match[0], *match.span()))
    return found


JUNK = re.compile(
    r"^(?:反映|举报|投诉|咨询|来电人|地点|地址|位置|所在地|家住|居住|目前|现住|现在|涉事|举报人|表示|孩子|学生|女儿|儿子|老师|发现|接诊|经营|工作|事发|发生|户籍|籍贯|是)+[：:，,]?"
)


def _trim(text: str, start: int, end: int, *, fixed: bool) -> tuple[int, int]:
    if not fixed:
        if text[start] in "址点名":
            start += 1
        junk = JUNK.match(text[start:end])
        if junk:
            start += junk.end()
    return start, end
