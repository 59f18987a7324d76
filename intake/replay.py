"""A script of messages sent through the real conversation, and what came of it as one JSON object."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from intake.dialogue import render
from intake.hear import find
from intake.said import Said
from records.store import Store
from records.tables import Assignment, Case
from words.ids import FACT_KEYS
from words.language import CHINESE

CHANNEL = "replay"
SHAPE = '每行应是 {"id": …, "messages": ["第一句", …]}'

Hear = Callable[[Said], Awaitable[Any]]


@dataclass(frozen=True)
class Script:
    """What one reporter says, in order. A button is pressed by typing its label."""

    id: object  # given back as it came
    messages: tuple[str, ...]


class BadScript(ValueError):
    """A line that can't be read: what is wrong with it, and its `id` where that much could be read."""

    def __init__(self, says: str, id: object = None) -> None:
        super().__init__(says)
        self.id = id


def read_script(line: str) -> Script:
    """One line of a script file: `{"id": …, "messages": [text, …]}`. Raises BadScript."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadScript(f"这一行不是 JSON：{error}") from None
    if not isinstance(row, dict):
        raise BadScript(SHAPE)
    if not isinstance(row.get("messages"), list):
        raise BadScript(SHAPE, row.get("id"))
    if not all(isinstance(message, str) for message in row["messages"]):
        raise BadScript("messages 里每一项都应是文字", row.get("id"))
    return Script(row.get("id"), tuple(row["messages"]))


async def say_all(script: Script, key: str, hear: Hear) -> tuple[list[list[str]], int | None]:
    """All messages in order. Answers the replies per message, and the index of the first whose reply says to call 110/120."""
    replies: list[list[str]] = []
    emergency: int | None = None
    for index, message in enumerate(script.messages):
        heard = await hear(Said(CHANNEL, key, message, f"{index}"))
        if emergency is None and any(reply.kind == "danger" for reply in heard):
            emergency = index
        replies.append([render(reply, CHINESE) for reply in heard])
    return replies, emergency


async def outcome(store: Store, key: str) -> dict[str, Any] | None:
    """The case a conversation led to, in the vocabulary of the triage labels; None when it led to none."""
    async with store.read() as session:
        conversation = await find(session, CHANNEL, key)
        if conversation is None or conversation.case_id is None:
            return None
        case = await session.get(Case, conversation.case_id)
        if case is None:
            return None
        lead = (
            await session.exec(
                select(Assignment.department)
                .where(Assignment.case_id == case.id, Assignment.part == "lead")
                .order_by(col(Assignment.round).desc(), col(Assignment.rank))
            )
        ).first()
    facts = {name: case.facts[name]["value"] for name in FACT_KEYS if name in case.facts}
    if "phone" not in facts and "reporter_phone" in case.reporter:
        facts["phone"] = case.reporter["reporter_phone"]["value"]
    return {
        "reference": case.reference,
        "finished": case.finished,
        # As the labels mean it: judged from the words. A young child or a suspect at home raises the case above it.
        "urgency": case.assessment["urgency"],
        "category": case.category,
        "lead": lead,
        "facts": facts,
    }
