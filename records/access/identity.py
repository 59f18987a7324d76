"""Who the reporter is, found so that it can be covered: her name and numbers, given when asked or within what she told. Pure.

Too much rather than too little: a number that is not plainly somebody else's counts as hers. What is covered is not lost:
it can be opened, with a reason (`routing.acts.revealing`).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from words import surnames

_NAME = rf"(?:(?:{'|'.join(surnames.COMPOUND)}|[{surnames.ALL}])[\u4e00-\u9fff]{{1,2}})"
_ROLE = r"(?:[\u4e00-\u9fff]{0,10}?(?:老师|班主任|医生|护士|大夫|校长|园长|主任|书记|社工|店员|员工|民警|邻居))"
_END = r"(?=[，。,、；;！!\s]|$)"
_CALLED = r"(?:的?(?:联系)?(?:电话|手机号?|号码|联系方式|微信号?|电话号码|手机号码))*(?:是|为)?[：:（(\s]*"
_NUMBER = re.compile(r"(?<!\d)[1１](?:[\s-]?\d){10}(?!\d)")

# Just before a number: somebody else, whose number it then is (继父王强，电话138…), unless it is the reporter's own family.
_OTHERS = r"(?:孩子|小孩|女孩|男孩|女儿|儿子|学生|患儿|[爸妈爷奶姑姨叔伯舅婶哥姐弟妹]|父亲?|母亲?|外婆|外公|姥姥|姥爷|家长|监护人|家属|亲属|[他她]|对方|那个?人|男子|男人|女人|老板|房东|司机)"
_SOMEBODY_ELSE = re.compile(rf"(?P<before>[^，。；;！!？?\n]*?){_OTHERS}(?:{_NAME}[，,、\s]*)?{_CALLED}$")
_HERSELF = re.compile(r"我|本人|俺|咱")

_INTRODUCED = (
    re.compile(rf"(?:我|本人)(?:姓名是|姓名|名字是|名字叫|名叫|叫|是)(?:做)?({_NAME})(?:老师|医生|护士|大夫|主任|女士|先生)?{_END}"),
    re.compile(rf"(?:我|本人)是[^，。,；;\s]{{0,14}}?(?:老师|班主任|医生|护士|大夫|主任|书记|社工|店员|员工|邻居)({_NAME}){_END}"),
    # 我是实验小学的李红梅老师; not 我是县里的高中老师 or 我是全科医生.
    re.compile(rf"(?:我|本人)是[^，。,；;\s]{{0,20}}?(?:的|这里|这边)(?!高中|高级|全科|游泳|古筝)({_NAME})(?:老师|医生|护士|大夫|主任|校长|书记|社工)"),
    re.compile(rf"(?:报告人|反映人|来电人|举报人|联系人|本人姓名)(?:姓名|是|叫|为)?[：:\s]*({_NAME})(?=[，。,、；;！!\s\d电手联（(]|$)"),
)  # fmt: skip
# A name that stands right before her number (老师李梅，电话139…), or with its title right after it (…，李梅老师).
_BEFORE_NUMBER = re.compile(
    rf"(?:^|[，。,、；;！!：:\s]){_ROLE}?({_NAME})(?:老师|医生|护士|女士|先生|主任)?[，,、\s]*{_CALLED}$"
)
_AFTER_NUMBER = re.compile(rf"[，,、\s（(]*({_NAME}?)(?=老师|医生|护士|大夫|女士|先生|主任)")


def of_reporter(reporter: Mapping[str, Any], story: str = "", others: Collection[str] = ()) -> tuple[str, ...]:
    """The values that tell who the reporter is, longest first: what she gave when asked, and what stands in her `story`.
    `others` are names that are known to be of somebody else (the child's): they are never covered."""
    values = {
        str(value).strip()
        for name, given in reporter.items()
        if name.endswith(("name", "phone")) and (value := given.get("value") if isinstance(given, Mapping) else given)
    }
    values |= set(_told(story)) - set(others)
    return tuple(sorted((value for value in values if len(value) > 1), key=lambda value: (-len(value), value)))


def number_in(value: str) -> bool:
    """Whether a covered value is a number; otherwise it is a name."""
    return any(character.isdigit() for character in value)


def _told(story: str) -> Iterator[str]:
    for pattern in _INTRODUCED:
        for found in pattern.finditer(story):
            yield found.group(1)
    for number in _NUMBER.finditer(story):
        before, after = story[max(0, number.start() - 40) : number.start()], story[number.end() : number.end() + 10]
        other = _SOMEBODY_ELSE.search(before)
        if other and not _HERSELF.search(other.group("before")):
            continue
        yield re.sub(r"[\s-]", "", number.group())
        yield re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", number.group()))
        if name := _BEFORE_NUMBER.search(before):
            yield name.group(1)
        if name := _AFTER_NUMBER.match(after):
            yield name.group(1)
