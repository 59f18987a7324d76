"""The interface as programs read it: `/api/v1/openapi.json`, with examples. Kept beside the routes, held to by a test.

A ticket's schema is permissive on purpose: an order number or a body must be there, and every field takes any JSON. What a
field should not be is kept, named in `warnings`, and looked at by a person.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from routing.terms import STEPS
from words.ids import CATEGORIES, DEPARTMENTS, Urgency

VERSION = "1.0"

Doc = dict[str, Any]


def _any(description: str, example: object = None) -> Doc:
    """A field that takes any JSON."""
    return {"description": description} | ({"examples": [example]} if example is not None else {})


_FIELDS: Mapping[str, Doc] = {
    "order_no": _any(
        "平台的工单号。同一平台同一工单号是同一件：原样再送不重复，内容变了就是补充。", "RW20251103000121"
    ),
    "title": _any("标题", "反映孩子被继父殴打"),
    "content": _any(
        "内容，原话。可以很长，可以带网页代码。", "来电人反映：罗岭县青禾镇一住户，继父经常殴打8岁男孩，今早眼眶青紫。"
    ),
    "type": _any(
        "诉求类型：help report complaint question suggestion praise test other，或中文。只作显示，不影响轻重。", "求助"
    ),
    "channel": _any("受理渠道", "phone"),
    "caller_name": _any("来电人。只留在密封的报告人一栏。", "匿名"),
    "caller_phone": _any("来电号码。只留在密封的报告人一栏。", "15400000301"),
    "region": _any("区域，文字", "广西壮族自治区榕湾市罗岭县青禾镇"),
    "region_code": _any("区划代码，6、9 或 12 位", "458821102000"),
    "received_at": _any("平台受理时间：ISO 8601、年-月-日 时:分:秒（北京时间）、秒或毫秒", "2025-11-03T09:12:45+08:00"),
    "updated_at": _any("这次更新的时间"),
    "event": _any("update 补充，urge 催办，withdraw 撤单，call_back 回访，satisfaction 评价；没有就是新工单", "update"),
    "attachments": _any("附件的网址。只记下文字；列在平台配置里的主机才会去取。", ["http://files.example.cn/a.jpg"]),
    "satisfaction": _any("回访满意度：satisfied neutral unsatisfied。孩子受到伤害的事项不做满意度回访。"),
    "call_back": _any("回访时来电人说的话"),
    "caller_is_subject": _any("来电人就是被反映人：内容和结果都不告诉来电人，也不回访。", False),
    "transfer": _any(
        "已经三方转接 110 或 120：called 打给谁，by 谁打的，took 谁接的，number 警情编号，at 时间",
        {
            "called": "110",
            "by": "话务员021",
            "took": "接警员0312",
            "number": "J2025110300871",
            "at": "2025-11-03 09:15:00",
        },
    ),
}

_SCHEMA: Doc = {
    "type": "object",
    "properties": _FIELDS,
    "anyOf": [{"required": ["order_no"]}, {"required": ["content"]}, {"required": ["title"]}],
}
_EXAMPLES: Doc = {
    "new": {"summary": "一张新工单", "value": {name: doc["examples"][0] for name, doc in _FIELDS.items() if "examples" in doc and name not in ("event", "transfer")}},
    "update": {"summary": "同一工单的补充", "value": {"order_no": "RW20251103000121", "content": "来电人再次来电：孩子今天没来上学，电话也打不通。", "event": "update"}},
    "broken": {"summary": "有的项不对，也收下", "value": {"order_no": "RW20251103000122", "content": "<p>有人打孩子</p>", "received_at": "昨天下午", "caller_phone": "1.54E+10", "region_code": None}},
    "urgent": {"summary": "特急，已三方转接", "value": {"order_no": "RW20251103000123", "content": "孩子在楼顶要跳", "transfer": _FIELDS["transfer"]["examples"][0]}},
}  # fmt: skip

_WARNING: Doc = {
    "type": "object",
    "required": ["field", "code", "said"],
    "properties": {
        "field": {"type": "string", "description": "哪一项；空是整张工单"},
        "code": {"type": "string"},
        "said": {"type": "string", "description": "怎么回事，怎么处理的"},
    },
}
_DEADLINE: Doc = {
    "type": "object",
    "required": ["due", "basis", "from"],
    "properties": {
        "due": {"type": "string", "description": "时限：PT5M、5wd（工作日）、4wh（工作小时）"},
        "basis": {
            "type": "string",
            "enum": ["S", "N", "L", "O"],
            "description": "法律、国家文件、地方规定、本系统默认",
        },
        "clause": {"type": "string"},
        "from": {"type": "string"},
        "at": {"type": "string", "format": "date-time", "description": "到什么时候（北京时间）"},
    },
}
_LEVELS = [level.value for level in Urgency]
_ANSWER: Doc = {
    "type": "object",
    "required": ["case", "urgency", "lead", "with", "deadlines", "reasons", "warnings", "outcome"],
    "properties": {
        "case": {"type": "string", "description": "事项编号，可以公开说"},
        "outcome": {"type": "string", "enum": ["new", "same", "updated"]},
        "order_no": {"type": ["string", "null"]},
        "status": {"type": "string"},
        "urgency": {"type": "string", "enum": _LEVELS, "description": "文字本身有多急"},
        "level": {"type": "string", "enum": _LEVELS, "description": "按哪一级办：孩子未满8周岁等会升一级，时限按它算"},
        "category": {"type": "string", "enum": list(CATEGORIES)},
        "emergency": {"type": "boolean", "description": "应马上请来电人打 110／120，或三方转接"},
        "lead": {"type": "string", "enum": list(DEPARTMENTS), "description": "先办的部门"},
        "with": {"type": "array", "items": {"type": "string", "enum": list(DEPARTMENTS)}, "description": "已通知的协办部门"},
        "desk": {"type": "string"},
        "deadlines": {"type": "object", "properties": dict.fromkeys(STEPS, _DEADLINE)},
        "region": {
            "type": "object",
            "properties": {
                "code": {"type": "string"}, "name": {"type": "string"},
                "by": {"type": "string", "enum": ["code", "words", "caller", "platform", "site"], "description": "凭什么归属的"},
            },
        },
        "card": {
            "type": "object", "description": "特急：对 110／120 怎么说", "properties": {
                "call": {"type": "string"},
                "say": {"type": "array", "items": {"type": "object", "properties": {"label": {"type": "string"}, "text": {"type": "string"}}}},
            },
        },
        "reasons": {"type": "array", "items": {"type": "string"}},
        "warnings": {"type": "array", "items": _WARNING},
    },
}  # fmt: skip
_SENT: Doc = {
    "type": "object",
    "required": ["platform", "order_no", "case", "status", "updated_at"],
    "properties": {
        "platform": {"type": "string"},
        "order_no": {"type": ["string", "null"]},
        "case": {"type": "string"},
        "status": {"type": "string", "description": "received acknowledged accepted waiting result told closed"},
        "level": {"type": "string", "enum": _LEVELS},
        "desk": {"type": "string"},
        "text": {"type": "string", "description": "可告知内容；没有就是空"},
        "due": {"type": ["string", "null"], "description": "办理结果最迟什么时候"},
        "received_at": {"type": "string"},
        "updated_at": {"type": "string"},
        "closed": {"type": "boolean"},
        "ask_satisfaction": {"type": "boolean", "description": "可不可以做满意度测评"},
        "may_call_back": {"type": "boolean", "description": "可不可以回访来电人"},
    },
}
_PROBLEM: Doc = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "该怎么做"},
    },
}  # fmt: skip


def _problems(*statuses: int) -> Doc:
    said = {
        400: "读不懂：不是有效的 JSON", 401: "没有密钥，密钥或签名不对", 403: "密钥没有这个权限", 404: "没有这个地址或平台",
        413: "超过 20 MB", 415: "不是 application/json", 422: "既没有工单号也没有内容，或参数不对", 429: "太快，按 Retry-After 再送",
    }  # fmt: skip
    content = {"application/problem+json": {"schema": _PROBLEM}}
    return {status: {"description": said[status], "content": content} for status in statuses}


def _filed() -> Doc:
    content = {"application/json": {"schema": _ANSWER}}
    return {
        201: {"description": "收下了，成了一件事项", "content": content},
        200: {"description": "这张工单已经有了：原样再送，或是补充", "content": content},
        **_problems(400, 401, 403, 413, 415, 422, 429),
    }


_SECURITY: list[Doc] = [{"key": []}, {"signature_id": [], "signature_time": [], "signature": []}]

TICKET: Doc = {
    "status_code": 201,
    "summary": "送一张工单",
    "tags": ["工单"],
    "responses": _filed(),
    "openapi_extra": {
        "security": _SECURITY,
        "requestBody": {"required": True, "content": {"application/json": {"schema": _SCHEMA, "examples": _EXAMPLES}}},
    },
}
TICKET_OF_PLATFORM: Doc = {
    "status_code": 201,
    "summary": "按某个平台自己的格式送一张工单",
    "tags": ["工单"],
    "responses": _filed() | _problems(404),
    "openapi_extra": {
        "security": _SECURITY,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object", "minProperties": 1}}},
        },
    },
}
LIST: Doc = {
    "summary": "自己送来的工单，按变化先后",
    "tags": ["结果"],
    "responses": {
        200: {
            "description": "一页",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["tickets", "more", "next"],
                        "properties": {
                            "tickets": {"type": "array", "items": _SENT},
                            "more": {"type": "boolean", "description": "还有下一页"},
                            "next": {"type": "string", "description": "下一次的 cursor"},
                        },
                    }
                }
            },
        },
        **_problems(401, 403, 422),
    },
    "openapi_extra": {"security": [{"key": []}]},
}

_SCHEMES: Doc = {
    "key": {"type": "http", "scheme": "bearer", "description": "hutong apikey new NAME --scope tickets"},
    "signature_id": {"type": "apiKey", "in": "header", "name": "webhook-id"},
    "signature_time": {"type": "apiKey", "in": "header", "name": "webhook-timestamp"},
    "signature": {"type": "apiKey", "in": "header", "name": "webhook-signature", "description": "Standard Webhooks v1"},
}
_ABOUT = """工单进来，结果出去。

- 一次送一张工单；同一平台同一工单号不会重复。收下了就已经存好（201 新的，200 已有的）。
- 只有三种情况不收：没有密钥或签名不对、读不懂、没有任何内容。其余一律收下，不对的地方写在 `warnings` 里，由人核对。
- 结果：能被调用的平台由本站回传；不能的用 `GET /api/v1/tickets?updated_since=` 来取。回传和取到的只有可告知内容。
"""


def openapi(routes: Sequence[BaseRoute], platforms: Mapping[str, str]) -> Doc:
    """The document of these routes; `platforms` are the names that the address takes, with what each is."""
    document: Doc = get_openapi(title="Hutong 护童", version=VERSION, description=_ABOUT, routes=routes)
    document["components"] = {"securitySchemes": _SCHEMES}
    for operation in (each for path in document["paths"].values() for each in path.values()):
        for parameter in operation.get("parameters", ()):
            if parameter["name"] == "platform":
                parameter["schema"] = {"type": "string", "enum": sorted(platforms)}
                parameter["description"] = "、".join(f"{id} {name}" for id, name in platforms.items())
    return document
