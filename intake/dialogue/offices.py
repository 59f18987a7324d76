"""Which department an office belongs to, read from how people call it: 派出所, 镇政府, 县二中. Errs towards none."""

import re

# In order: what is narrower first. Ids of `words.ids.DEPARTMENTS`.
_OFFICES = (
    (re.compile(r"民警|警察|辅警|派出所|公安|交警|刑警"), "police"),
    (re.compile(r"村支书|村主任|村干部|村长|村委|居委|社区(?:书记|主任|干部)|儿童主任"), "village_committee"),
    (re.compile(r"镇长|乡长|镇政府|乡政府|街道办|镇上(?:的)?(?:干部|领导)|乡镇"), "township"),
    (re.compile(r"民政|福利院|救助站"), "civil_affairs"),
    (re.compile(r"教育局|教体局|教委"), "education"),
    (re.compile(r"卫健|卫生局"), "health"),
    (re.compile(r"法院|法官"), "court"),
    (re.compile(r"检察"), "procuratorate"),
    (re.compile(r"司法局|司法所"), "justice"),
    (re.compile(r"妇联"), "womens_federation"),
    (re.compile(r"残联"), "disabled_federation"),
    (re.compile(r"团委|共青团"), "youth_league"),
    (re.compile(r"人社局|劳动局"), "human_resources"),
    (re.compile(r"网信"), "cyberspace"),
    (re.compile(r"应急局|应急管理"), "emergency"),
    (re.compile(r"消防"), "fire_rescue"),
    (re.compile(r"县政府|区政府|市政府|政府办|县长|区长|副县长|县里(?:的)?领导"), "government_office"),
    (re.compile(r"学校|幼儿园|小学|中学|初中|高中|校长|园长|老师|教师|班主任|宿管|教练员"), "school"),
    (re.compile(r"医院|卫生院|医生|护士"), "medical_institution"),
)


def department_of(text: str) -> str | None:
    """The department whose people somebody belongs to by these words; None when they name none that is known."""
    return next((department for pattern, department in _OFFICES if pattern.search(text)), None)
