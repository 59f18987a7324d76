"""What is owed to platforms, as a table for a spreadsheet. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from records.access.tickets import Sent
from words.beijing import stamp
from words.cells import cell
from words.ids import Urgency
from words.language import Line, line

HEAD = ("平台", "工单号", "编号", "级别", "收到时间", "办到哪一步", "承办", "最迟", "超时", "可告知内容", "可以回访")
# In the words of a hotline: keys of intake.dialogue.after.STATUS.
PROGRESS: Mapping[str, Line] = {
    "received": line("已派单"),
    "acknowledged": line("已签收"),
    "accepted": line("办理中"),
    "waiting": line("等来电人回答"),
    "result": line("已有结果"),
    "told": line("可以回访"),
    "closed": line("办结"),
}


def owed_table(tickets: Iterable[Sent], now: datetime) -> bytes:
    """CSV that spreadsheets here open as it is: UTF-8 with its mark. No cell is ever taken for a formula."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEAD)
    for each in tickets:
        rows.writerow(
            [
                cell(each.platform), cell(each.order_no or ""), each.reference, Urgency(each.level).zh, stamp(each.received_at),
                str(PROGRESS.get(each.status, each.status)), cell(each.desk), stamp(each.due) if each.due else "",
                "是" if each.due and each.due < now else "", cell(each.text), "是" if each.may_call_back else "不回访",
            ]
        )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")
