"""Ids and their names. An id is what code, tables and interfaces carry; the Chinese name is what a person reads.

Sources: urgency and categories are those of the triage labels; departments are those of the task matrix of the five
documents in `data/protocols/`; the nine situations are 侵害未成年人案件强制报告意见 (2020) art. 4.
"""

from enum import StrEnum


class Urgency(StrEnum):
    """How fast people must act. Declared from most to least urgent."""

    CRITICAL = "critical"
    URGENT = "urgent"
    NORMAL = "normal"
    INFO = "info"

    rank: int  # 0 for critical … 3 for info: sort by it, most urgent first
    zh: str

    def raised(self) -> "Urgency":
        """One level more urgent; critical stays critical."""
        return list(Urgency)[max(0, self.rank - 1)]


for _place, (_level, _zh) in enumerate(zip(Urgency, ("特急", "紧急", "一般", "咨询"), strict=True)):
    _level.rank, _level.zh = _place, _zh


def higher(*levels: Urgency) -> Urgency:
    """The most urgent of the given levels."""
    return min(levels, key=lambda level: level.rank)


CATEGORIES: dict[str, str] = {
    "sexual_abuse": "性侵害、猥亵",
    "physical_abuse": "家庭暴力、虐待",
    "staff_harm": "机构人员体罚、侵害",
    "bullying": "学生欺凌",
    "self_harm": "自杀、自残",
    "abnormal_injury": "非正常伤残、中毒",
    "abandonment": "遗弃、无人照料",
    "missing_trafficked": "失踪、拐卖",
    "exploitation": "乞讨、童工、违法场所",
    "imminent_danger": "其他正在面临的危险",
    "guardianship": "监护失职、委托照护不当",
    "mental_health": "心理、行为异常",
    "dropout": "失学辍学",
    "education_service": "教育事务",
    "water_safety": "涉水、溺水隐患",
    "campus_safety": "校园与机构场所安全",
    "online_harm": "网络侵害与沉迷",
    "welfare_relief": "救助、保障",
    "disability_health": "残疾康复、疾病",
    "legal_aid": "法律援助",
    "family_education": "家庭教育指导",
    "care_service": "走访、关爱服务",
    "parent_employment": "家长就业",
    "duty_complaint": "应报告未报告、不作为、泄密",
    "out_of_scope": "与未成年人无关",
}

# Categories that tell of harm to a child (the duty to report covers them, whatever the level).
HARM: frozenset[str] = frozenset(list(CATEGORIES)[:11])

# What is wanted, not suffered: a text of harm is never first about these.
SERVICES: frozenset[str] = frozenset(
    ("education_service", "welfare_relief", "disability_health", "legal_aid", "family_education", "care_service",
     "parent_employment", "out_of_scope")
)  # fmt: skip

DEPARTMENTS: dict[str, str] = {
    "police": "公安",
    "civil_affairs": "民政",
    "education": "教育",
    "health": "卫生健康",
    "justice": "司法行政",
    "court": "人民法院",
    "procuratorate": "人民检察院",
    "cyberspace": "网信",
    "human_resources": "人力资源社会保障",
    "finance": "财政",
    "emergency": "应急管理",
    "fire_rescue": "消防救援",
    "water": "水务",
    "gov_service": "政务服务",
    "united_front": "统战",
    "working_committee": "妇儿工委办",
    "youth_league": "共青团",
    "womens_federation": "妇联",
    "disabled_federation": "残联",
    "township": "乡镇人民政府、街道办事处",
    "village_committee": "村（居）民委员会",
    "leading_group_office": "领导小组办公室",
    "ethnic_religious": "民族宗教",
    "government_office": "政府办公室",
    "minors_rescue_institution": "未成年人救助保护机构",
    "child_welfare_institution": "儿童福利机构",
    "school": "学校、幼儿园",
    "medical_institution": "医疗卫生机构",
    "duty_desk": "24小时值班受理席",
    "supervisory_commission": "监察委员会",
    "market_regulation": "市场监管",
    "transport": "交通运输",
}

NINE: dict[int, str] = {
    1: "生殖器官或隐私部位非正常损伤",
    2: "不满十四周岁女性（疑似）遭受性侵害、怀孕、流产",
    3: "十四周岁以上女性（疑似）性侵害所致怀孕、流产",
    4: "多处损伤、严重营养不良、意识不清，（疑似）家暴、欺凌、虐待、殴打、被麻醉",
    5: "自杀、自残、工伤、中毒、被麻醉、殴打等非正常原因致伤残、死亡",
    6: "被遗弃或长期无人照料",
    7: "来源不明、失踪或被拐卖、收买",
    8: "被组织乞讨",
    9: "其他严重侵害身心健康或正面临不法侵害危险",
}

REPORTERS: dict[str, str] = {
    "teacher": "教师",
    "doctor": "医务人员",
    "village_worker": "村（社区）工作人员",
    "operator": "热线话务员",
    "parent": "家长",
    "child": "孩子本人",
    "neighbour": "邻居",
    "other": "其他",
}

# Facts a text may state, as the triage labels define them; `triage --jsonl` prints these and no others under `facts`.
FACT_KEYS: tuple[str, ...] = ("child_age", "child_sex", "children", "suspect", "place", "phone", "id_card")

# Facts that change who takes a case (task 4); a missing key is unknown and fires no rule.
ROUTING_CHOICES: dict[str, tuple[str, ...]] = {
    "subtype": (
        "begging", "child_labour", "venue", "neglect", "entrusted", "not_reported", "inaction", "director", "leak",
    ),
    "institution": ("school", "nursery", "clinic", "welfare", "religious", "online", "other"),
    "hazard": ("fire", "water", "food", "disease", "bus", "building"),
    "disability_or_illness": ("disability", "illness"),
}  # fmt: skip
ROUTING_FLAGS: tuple[str, ...] = (
    "pupil", "injured", "ill", "pregnant", "armed", "filmed", "repeated", "forced", "confined", "grave", "crime",
    "danger", "online", "disabled", "single_parent", "child_safe",
)  # fmt: skip
ROUTING_FACTS: tuple[str, ...] = (
    *ROUTING_CHOICES, *ROUTING_FLAGS, "child_age", "nine", "registered_place", "complained_about",
)  # fmt: skip
