"""An evidence packet: what a person reads of it, and the files that it consists of."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from records.access import Entry
from records.secrets import Keyring
from records.signing import key_id, public_key
from routing.clauses import Clause
from routing.evidence import Evidence, to_envelope
from routing.outcomes import OUTCOMES
from routing.papers import Block, Grid, Heading, Sheet, Table, Text
from routing.papers.packet import packed
from routing.papers.pdf import pdf
from web.naming import (
    CALL_ANSWERS,
    CATEGORY,
    CLOCKS,
    COURIERS,
    MAIL_STATUS,
    PARTS,
    STATUS,
    TASKS,
    TOLD,
    URGENCY,
    WORDS,
    name,
)
from web.proof import program
from web.telling import teller_in
from words.beijing import stamp
from words.ids import DEPARTMENTS, NINE
from words.language import CHINESE

LOOKS: Mapping[str, str] = {
    "case.look": "看了这件事", "case.look_at_file": "打开了附件", "case.look_at_scan": "打开了扫描件",
    "case.look_at_reporter": "看了报告人的电话", "case.look_refused": "想看，没有让看", "task.look": "收听或查看了附件",
    "case.print": "生成了文书", "case.evidence": "调取了证据包", "receipt.proof": "报告人要了一张回执",
    "receipt.look_up": "凭查询码看了进展",
}  # fmt: skip
# What the console writes of itself; a reason that somebody typed stands as typed.
PURPOSES: Mapping[str, str] = {"read": "打开", "update": "页面自己更新", "act": "办理之后"}
README = """这是一件事项的证据包。

packet.pdf       给人看的：原话和时间、谁在什么时候被告知、谁看过、各单位最早何时知道、做了什么
packet.json      同样的内容，给程序读；时间为 UTC
reporter.sealed  密封的信封：报告人的姓名、电话和没有遮盖的原话。只有出具单位的密钥能打开（hutong evidence --open），
                 打开要有文书，并会留下记录
manifest.txt     以上文件的清单和本站签名（Ed25519）
site-key.pem     本站公钥。请与网站公布的或另外取得的核对：公钥编号 {key}
verify.py        核验程序，只需要 Python，不联网：python3 verify.py 证据包.zip site-key.pem

附件和扫描件只列出大小和 SHA-256，不在包里：需要时凭事项编号向出具单位调取，再与清单核对。
"""


def packet(evidence: Evidence, clauses: Mapping[str, Clause], ring: Keyring, site: str, now: datetime, *, demo: bool) -> bytes:  # fmt: skip
    """The whole packet. Takes a second or so: ask in a thread."""
    files = {
        "packet.pdf": pdf(sheet_of(evidence, clauses, now, demo=demo), now),
        "packet.json": json.dumps(evidence.known, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"),
        "reporter.sealed": to_envelope(evidence.sealed).encode("ascii"),
        "readme.txt": README.format(key=key_id(public_key(ring))).encode(),
        "verify.py": program(),
    }
    head = {
        "hutong": "evidence 1", "site": site, "reference": evidence.reference, "made": now.isoformat(),
        "by": str(evidence.known["made_by"]), "reason": str(evidence.known["reason"]),
    }  # fmt: skip
    return packed(files, head, ring, now)


def sheet_of(evidence: Evidence, clauses: Mapping[str, Clause], now: datetime, *, demo: bool) -> Sheet:
    known = evidence.known
    blocks: list[Block] = [
        Text("报告人的姓名和电话已遮盖（＊），另封在信封里。时间均为北京时间。", "small"),
        _front(known["case"], known),
        Heading("一、原话和时间"), *_words(known["words"]),
        Heading("二、单位最早何时知道"), *_knew(known["knew"]),
        Heading("三、谁在什么时候被告知"), *_told(known),
        Heading("四、谁看过"), _looked(known["looked"]),
        Heading("五、做了什么"), *_done(known, now),
        Heading("六、时限"), _clocks(known["clocks"], clauses),
        Heading("七、核对"), *_checks(known),
    ]  # fmt: skip
    banner = "演示：人和事都是编的" if demo else "含未成年人信息，依法保密（未成年人保护法第一百零三条）"
    return Sheet("事项证据包", blocks, foot=evidence.reference, banner=banner)


def _front(case: Mapping[str, Any], known: Mapping[str, Any]) -> Grid:
    nine = "；".join(f"{number}．{NINE[number]}" for number in case["nine"] if number in NINE)
    return Grid(
        [
            [("编号", case["reference"]), ("级别", _said(URGENCY, case["urgency"]))],
            [("类别", "、".join(_said(CATEGORY, each) for each in case["categories"])), ("地区", case["place"])],
            [("收到时间", _at(case["opened_at"])), ("办结时间", _at(case["closed_at"]) or "没有办结")],
            [("九种情形", nine or "无")],
            [("出具时间", _at(known["made_at"])), ("调取人、文号或事由", f"{known['made_by']}　{known['reason']}")],
        ]
    )


def _words(words: Sequence[Mapping[str, Any]]) -> list[Block]:
    found: list[Block] = []
    for each in words:
        found.append(Text(f"{_at(each['at'])}　{_said(WORDS, each['kind'])}", "small"))
        found.append(Text(each["text"] or "（没有文字）", "plain"))
        found += [
            Text(f"附件 {file['media_type']}，{file['size']} 字节，SHA-256 {file['sha256']}", "code")
            for file in each["files"]
        ]
    return found or [Text("没有。", "plain")]


def _knew(knew: Mapping[str, Any]) -> list[Block]:
    rows = [
        (each["desk"] + ("（报告单位）" if each["unit"] else ""), _at(each["first_at"]) or "没有记录", _at(each["told_at"]),
         _at(each["looked_at"]), _at(each["acknowledged_at"]))
        for each in knew["desks"]
    ]  # fmt: skip
    units = [
        (each["unit"], _at(each["found_at"]) or "不知道", _at(each["reported_at"]) or "没有报告", each["note"] or "", f"{each['by']} {_at(each['at'])}")
        for each in knew["units"]
    ]  # fmt: skip
    return [
        Text(f"报告里说的时间：{knew['said'] or '没有说'}。报告到达本站：{_at(knew['arrived_at'])}。", "plain"),
        Table(("席位", "最早知道", "通知送到", "第一次看", "签收"), rows or [("（无）", "", "", "", "")], (3, 2, 2, 2, 2)),
        Text("有报告义务的单位（每案必查的回答）：", "plain"),
        Table(("单位", "什么时候发现的", "什么时候报告的", "说明", "谁记的"), units or [("（还没有查）", "", "", "", "")], (2, 2, 2, 3, 2)),
    ]  # fmt: skip


def _told(known: Mapping[str, Any]) -> list[Block]:
    letters = [
        (
            desk, to, _said(COURIERS, courier), _said(MAIL_STATUS, status), str(len(group)),
            _at(group[0]["created_at"]), _at(group[-1]["created_at"]) if len(group) > 1 else "", _at(_first_sent(group)),
        )
        for (desk, to, courier, status), group in _alike(known["letters"]).items()
    ]  # fmt: skip
    calls = [
        (_at(each["created_at"]), _said(TASKS, each["kind"]), each["person"] or each["desk"],
         _said(CALL_ANSWERS, each["answer"]) if each["answer"] else "没有做", each["by"], _at(each["answered_at"]), each["note"] or "")
        for each in known["calls"]
    ]  # fmt: skip
    reporter = [
        (_at(each["at"]), _said(TOLD, each["kind"]), each["text"], each["by"],
         _at(each["fetched_at"]) or (f"设法告知：{each['tried']} {_at(each['tried_at'])}" if each["tried"] else "没有来看"))
        for each in known["told_reporter"]
    ]  # fmt: skip
    return [
        Table(
            ("席位", "给谁", "方式", "结果", "次数", "第一次发出", "最后一次发出", "第一次送到"),
            letters or [("（无）",) + ("",) * 7], (4, 3, 1, 2, 1, 3, 3, 3),
        ),
        Text("电话：", "plain"),
        Table(("时间", "什么事", "打给谁", "结果", "谁打的", "什么时候", "记录"), calls or [("（无）",) + ("",) * 6], (3, 2, 2, 1, 2, 3, 3)),
        Text("告诉报告人的：", "plain"),
        Table(("时间", "种类", "内容", "谁", "报告人看到"), reporter or [("（无）",) + ("",) * 4], (3, 1, 4, 2, 3)),
    ]  # fmt: skip


def _alike(letters: Sequence[Mapping[str, Any]]) -> Mapping[tuple[str, str, str, str], list[Mapping[str, Any]]]:
    """Letters to the same person with the same end, in order: a ladder repeats, a reader counts. Each stands in packet.json."""
    found: dict[tuple[str, str, str, str], list[Mapping[str, Any]]] = {}
    for each in letters:
        found.setdefault((each["desk"], each["to"], each["courier"], each["status"]), []).append(each)
    return found


def _first_sent(letters: Sequence[Mapping[str, Any]]) -> str | None:
    return min((each["sent_at"] for each in letters if each["sent_at"]), default=None)


def _looked(looked: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        (_at(each["at"]), _somebody(each["who"]), each["desk"], LOOKS.get(each["action"], each["action"]),
         PURPOSES.get(each["purpose"], each["purpose"]))
        for each in looked
    ]  # fmt: skip
    return Table(("时间", "谁", "席位", "做了什么", "事由"), rows or [("（无）",) + ("",) * 4], (3, 2, 3, 2, 2))


def _done(known: Mapping[str, Any], now: datetime) -> list[Block]:
    tell = teller_in(CHINESE, now)
    lines = [
        (
            _at(each["at"]),
            tell(_entry(each)),
            " ".join(filter(None, (each["desk"], _somebody(each["actor"])))),
            each["note"] or "",
        )
        for each in known["timeline"]
    ]
    parts = [
        (each["desk"], _said(PARTS, each["part"]) + ("（暂缓）" if each["held"] else ""), _said(STATUS, each["status"]),
         each["handler"], _at(each["acknowledged_at"]), _at(each["accepted_at"]))
        for each in known["desks"]
    ]  # fmt: skip
    found: list[Block] = [
        Table(
            ("席位", "分工", "状态", "经办人", "签收", "受理"), parts or [("（无）",) + ("",) * 5], (3, 1, 2, 2, 2, 2)
        ),
        Table(("时间", "什么事", "谁", "记录"), lines or [("（无）", "", "", "")], (3, 4, 3, 5)),
    ]
    for each in known["results"]:
        outcomes = "、".join(OUTCOMES[id].name if id in OUTCOMES else id for id in each["outcomes"])
        seen = each["seen"] or {}
        saw = f"见到孩子：{seen['who']}，{_at(seen.get('at'))}，{seen.get('where') or ''}。" if seen.get("who") else ""
        found.append(
            Text(f"办理结果 {_at(each['at'])}　{each['by']}　{outcomes}　{each['document_number'] or ''}", "small")
        )
        found.append(Text(f"{each['inner']}\n{saw}可告知内容：{each['tellable']}", "plain"))
    for each in known["guardianships"]:
        found.append(
            Text(
                f"临时监护　{each['carer']}　{each['place']}　{_at(each['since'])} 起　{_at(each['ended_at'])}", "plain"
            )
        )
    for each in known["conferences"]:
        who = "、".join(DEPARTMENTS.get(id, id) for id in each["departments"])
        found.append(Text(f"个案会商 {_at(each['held_at'])}　{who}　{each['people']}\n{each['decision']}", "plain"))
    for each in known["proposals"]:
        found.append(
            Text(
                f"建议 {each['document_number']}　{each['from']} → {each['to']}　{_at(each['at'])}\n{each['text']}\n回复：{each['reply'] or '没有'} {_at(each['replied_at'])}",
                "plain",
            )
        )
    return found


def _clocks(clocks: Sequence[Mapping[str, Any]], clauses: Mapping[str, Clause]) -> Table:
    status = {"running": "在走", "paused": "暂停", "stopped": "办到了", "done": "走完了"}
    rows = []
    for each in clocks:
        late = each["stopped_at"] and each["stopped_at"] > each["ends_at"]
        clause = clauses.get(each["clause"] or "")
        rows.append(
            (each["desk"], _said(CLOCKS, each["kind"]), _at(each["started_at"]), _at(each["ends_at"]),
             f"{status.get(each['status'], each['status'])} {_at(each['stopped_at'])}{'（逾期）' if late else ''}",
             clause.source if clause else each["clause"] or "本站默认")
        )  # fmt: skip
    return Table(
        ("席位", "时限", "开始", "最迟", "结果", "依据"), rows or [("（无）",) + ("",) * 5], (3, 2, 2, 2, 3, 3)
    )


def _checks(known: Mapping[str, Any]) -> list[Block]:
    receipts = [each for each in known["audit"] if each["action"] == "receipt.proof"]
    found: list[Block] = [
        Text(
            f"审计记录 {len(known['audit'])} 行，逐行列在 packet.json，带书写者和号码，可与本站的审计校验点核对。",
            "plain",
        )
    ]
    if receipts:
        found.append(Text("报告人要过的回执（摘要可用信封里的原话和随机数重新算出）：", "plain"))
        found += [Text(f"{_at(each['at'])}　{each['detail'].get('words', '')}", "code") for each in receipts]
    if known["scans"]:
        found.append(Text("盖章的扫描件：", "plain"))
        found += [
            Text(
                f"{_at(each['at'])}　{each['desk']}　{each['number']}　{each['media_type']}　SHA-256 {each['sha256']}",
                "code",
            )
            for each in known["scans"]
        ]
    return found


def _entry(line: Mapping[str, Any]) -> Entry:
    return Entry(
        datetime.fromisoformat(line["at"]), line["kind"], line["actor"], line["desk"], line["data"], line["note"]
    )


def _said(names: Mapping[str, Any], id: str | None) -> str:
    return str(name(names, id))


def _at(moment: str | None) -> str:
    return stamp(datetime.fromisoformat(moment)) if moment else ""


def _somebody(who: str) -> str:
    return {"reporter": "报告人", "system": "系统"}.get(who, who.replace("command:", "命令行 "))
