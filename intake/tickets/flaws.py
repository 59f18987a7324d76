"""What can be odd about a ticket. Nothing here refuses one: it is kept as it came, said in the answer, and, where a person
should look, put on the 24-hour desk's screen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from words.language import Line, line


@dataclass(frozen=True)
class Kind:
    """`said` may have the hole `value` (how it was read instead, never what stood there). `person`: somebody must look."""

    said: Line
    person: bool = True


@dataclass(frozen=True)
class Flaw:
    """`field` is our name of the field, empty for the ticket as a whole; `code` one of KINDS; `value` fills the sentence."""

    field: str
    code: str
    value: str = ""

    @property
    def said(self) -> Line:
        return Line(KINDS[self.code].said.zh, {"value": self.value})

    def to_json(self) -> list[str]:
        return [self.field, self.code, self.value]


FIELD_NAMES: Mapping[str, Line] = {
    "": line("工单"),
    "order_no": line("工单号"),
    "channel": line("受理渠道"),
    "type": line("工单类型"),
    "title": line("标题"),
    "content": line("内容"),
    "caller_name": line("来电人"),
    "caller_phone": line("来电号码"),
    "region": line("所属区域"),
    "region_code": line("区划代码"),
    "received_at": line("受理时间"),
    "updated_at": line("更新时间"),
    "event": line("工单状态"),
    "attachments": line("附件"),
    "satisfaction": line("满意度"),
    "call_back": line("回访"),
    "caller_is_subject": line("来电人就是被反映人"),
    "transfer": line("三方转接"),
}

KINDS: Mapping[str, Kind] = {
    "order_missing": Kind(line("没有工单号：按内容认是不是同一件。")),
    "order_odd": Kind(line("工单号不是一串文字，按原样记下。")),
    "order_mangled": Kind(line("工单号被表格改成了科学计数，已看不出原来的号码，请补上。")),
    "content_missing": Kind(line("没有内容，没法判断，先按紧急交给值班人员。")),
    "content_long": Kind(line("内容很长（{value} 字），请值班人员通读一遍。")),
    "content_cut": Kind(line("内容太长，系统只读了前 {value} 字，其余请值班人员看。")),
    "html": Kind(line("里面有网页代码，已去掉代码再判断，原样留着。")),
    "field_type": Kind(line("这一项的格式不对，按文字读，原样留着。")),
    "shape_unknown": Kind(line("没有一项对得上这个平台的格式，按全部文字判断，原样留着。")),
    "fields_unknown": Kind(line("有不认识的项，原样留着：{value}。"), person=False),
    "time_missing": Kind(line("没有受理时间，按收到的时间计时。"), person=False),
    "time_unreadable": Kind(line("时间看不懂，按收到的时间计时。")),
    "time_guessed": Kind(line("时间的写法少见，读作 {value}。")),
    "time_implausible": Kind(line("时间不合常理（{value}），按收到的时间计时。")),
    "phone_missing": Kind(line("没有来电号码。")),
    "phone_unreadable": Kind(line("来电号码看不懂。")),
    "phone_mangled": Kind(line("来电号码被表格改成了科学计数，已看不出原来的号码。")),
    "phone_several": Kind(line("有不止一个号码，先用第一个。")),
    "type_unknown": Kind(line("工单类型不认识。")),
    "region_missing": Kind(line("没有区域和区划代码，按{value}归属，请核对是哪个县。")),
    "region_by_words": Kind(line("没有可用的区划代码，按文字归属 {value}。")),
    "region_elsewhere": Kind(line("区划 {value} 不在本站范围，先由本地接手，请转给当地。")),
    "region_conflict": Kind(line("区划代码和区域文字不是同一个地方，先按代码归属 {value}。")),
    "code_unreadable": Kind(line("区划代码看不懂。")),
    "code_mangled": Kind(line("区划代码被表格改过，读作 {value}。")),
    "code_short": Kind(line("区划代码是 {value} 位，按它所在的县归属。"), person=False),
    "attachment_odd": Kind(line("有的附件不是网址，原样留着。")),
    "attachment_not_fetched": Kind(line("附件地址不在允许的主机里，只记下地址，不去取。"), person=False),
    "same_number_other_matter": Kind(line("同一工单号来了另一件事，已加进原来的事项，请分清是不是两件。")),
    "other_sender": Kind(line("这张工单先前由另一把密钥送来，内容已收下并加进原来的事项，请核对。")),
    "row_short": Kind(line("这一行少了 {value} 列。")),
    "row_long": Kind(line("这一行多了 {value} 列，原样留着。")),
    "subject_calls": Kind(line("来电人就是被反映人：内容和结果都不告诉来电人，也不回访。"), person=False),
    "desk_missing": Kind(line("当地没有这些席位：{value}。"), person=False),
}  # fmt: skip


def once(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """In order, each (field, code) once."""
    return tuple({(flaw.field, flaw.code): flaw for flaw in flaws}.values())


def for_person(flaws: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """Those that somebody must look at."""
    return tuple(flaw for flaw in flaws if KINDS[flaw.code].person)


def from_json(rows: Iterable[Iterable[str]]) -> tuple[Flaw, ...]:
    """Flaws as they were kept in a row; those that this version does not know are left out."""
    return tuple(flaw for row in rows if (flaw := Flaw(*row)).code in KINDS)
