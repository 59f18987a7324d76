"""One message of one reporter, in one transaction: understood, answered, and acted on at once when a child is in danger.

The chat reads conversations and receipts and never a case. A case is opened from here; what is said to an open one goes
to it as a task row, done right after the commit and again by the worker if this process dies in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.carrying import Carrying
from intake.dialogue import CaseView, State, again, finish, greeting, opened_lines, silence, status_reply, step
from intake.dialogue.judge import Assess
from intake.said import Reply, Said
from intake.views import case_view, receipt_again
from records.batch import Batch
from records.columns import bare_code, is_poster_code, new_id
from records.secrets import keyring
from records.tables import Conversation, Inbox, Receipt
from records.tasks import put_task
from routing.protocols import Protocols


@dataclass(frozen=True)
class Ears:
    """What hearing needs beside the database: the triage in force, the protocols, and the place of this site."""

    assess: Assess
    protocols: Protocols
    home: str


async def hear(session: AsyncSession, said: Said, now: datetime, ears: Ears) -> tuple[Batch, list[Reply]]:
    """Take in one message. A redelivered one changes nothing and shows the current question again."""
    if said.unit and not is_poster_code(said.unit):
        said = replace(said, unit=None)  # what somebody wrote into a link is kept nowhere
    key_hash = _key_hash(said.channel, said.conversation)
    seen = Inbox(channel=said.channel, key_hash=key_hash, update_id=said.update_id, at=now)
    # Asked before the conversation is read: whoever finds the message here then reads what hearing it has made of that.
    heard = await session.get(Inbox, (seen.channel, seen.key_hash, seen.update_id)) is not None
    conversation = await find(session, said.channel, said.conversation)
    new = conversation is None
    if conversation is None:
        conversation = Conversation(
            id=new_id(now),
            channel=said.channel,
            key_hash=key_hash,
            state=State().to_json(),
            created_at=now,
            updated_at=now,
        )
    state, receipt = State.from_json(conversation.state), await receipt_of(session, conversation)
    code = unread_code(conversation, said.update_id)
    lost = [opened_lines(replace(receipt_again(receipt, True, ()), code=code), now)] if receipt and code else []
    if heard:
        view = case_view(receipt)
        told = [status_reply(view, now)] if view and (view.question or view.tellable) else []  # may have been lost too
        return Batch(), _in_order([*lost, *told, *again(state, None, now)])
    batch = Batch()
    batch.add(seen)
    assess = cache(ears.assess)  # the same words are judged once in one hearing, and forgotten with it
    moved = step(state, said, now, assess, case_view(receipt))
    carrying = Carrying(session, batch, conversation, receipt, said, now, assess, ears.protocols, ears.home)
    outcome = await carrying.out(moved)
    code = carrying.code or code
    values = {
        "state": carrying.state.to_json(),
        "case_id": carrying.case_id,
        "unconfirmed": {"update": said.update_id, "code": code} if code else None,
        "quiet_at": moved.quiet_at,
        "updated_at": now,
    }
    if said.address and said.address != conversation.address:
        values["address"] = said.address
    if new:
        for name, value in values.items():
            setattr(conversation, name, value)
        batch.add(conversation)
    else:
        batch.change(conversation, **values)
    replies = list(finish(moved, outcome, now))
    return batch, _in_order([*lost, *_news(batch, receipt, replies, now), *replies])


def _news(batch: Batch, receipt: Receipt | None, replies: Sequence[Reply], now: datetime) -> list[Reply]:
    """What a desk asked or told and she has not seen: shown now, before anything else is asked, and counted as shown."""
    view = case_view(receipt)
    if receipt is None or view is None or not view.unread:
        return []
    put_task(
        batch, "reporter_fetched", receipt.view["telling"], now, case_id=receipt.case_id,
        payload={"telling": receipt.view["telling"]},
    )  # fmt: skip
    return [] if any(reply.kind == "status" for reply in replies) else [status_reply(view, now)]


def unread_code(conversation: Conversation, update_id: str) -> str | None:
    """The receipt code that nobody has seen yet: the report was submitted by itself while its reporter was away (no
    update), or this very message opened the case and the answer to it was lost on the way."""
    kept = conversation.unconfirmed
    return kept["code"] if kept and kept["update"] in ("", update_id) else None


def _in_order(replies: Sequence[Reply]) -> list[Reply]:
    """110 stands first, always."""
    return sorted(replies, key=lambda reply: reply.kind != "danger")


async def fall_silent(session: AsyncSession, conversation_id: str, now: datetime, ears: Ears) -> tuple[Batch, None]:
    """The quiet time of a conversation is over: what it reported is submitted by itself, unfinished. The receipt code waits,
    sealed, until the reporter comes back."""
    conversation = (await session.exec(select(Conversation).where(Conversation.id == conversation_id))).one()
    batch = Batch()
    moved = silence(State.from_json(conversation.state), now)
    receipt = await receipt_of(session, conversation)
    said = Said(conversation.channel, "", "", "")
    carrying = Carrying(session, batch, conversation, receipt, said, now, ears.assess, ears.protocols, ears.home)
    await carrying.out(moved)
    values = {"unconfirmed": {"update": "", "code": carrying.code}} if carrying.code else {}
    batch.change(
        conversation,
        state=carrying.state.to_json(),
        case_id=carrying.case_id,
        quiet_at=moved.quiet_at,
        updated_at=now,
        **values,
    )
    return batch, None


async def gone_quiet(session: AsyncSession, now: datetime, limit: int = 200) -> Sequence[str]:
    """Ids of the conversations whose quiet time is over, oldest first."""
    found = await session.exec(
        select(Conversation.id)
        .where(col(Conversation.quiet_at) <= now)
        .order_by(col(Conversation.quiet_at))
        .limit(limit)
    )
    return found.all()


async def come_back(session: AsyncSession, channel: str, key: str, now: datetime) -> tuple[Batch, list[Reply]]:
    """What to show somebody who reloads the page: what a desk asked or told, and the current question; nothing of what
    was said."""
    conversation, batch = await find(session, channel, key), Batch()
    if conversation is None:
        return batch, [greeting()]
    receipt = await receipt_of(session, conversation)
    replies = again(State.from_json(conversation.state), case_view(receipt), now)
    return batch, [*_news(batch, receipt, replies, now), *replies]


async def news(session: AsyncSession, channel: str, key: str, now: datetime) -> tuple[Batch, list[Reply]]:
    """What a desk asked or told since, for a page that stands open; usually nothing."""
    conversation, batch = await find(session, channel, key), Batch()
    receipt = await receipt_of(session, conversation) if conversation else None
    return batch, _news(batch, receipt, (), now)


async def find(session: AsyncSession, channel: str, key: str) -> Conversation | None:
    """The conversation with this channel's own key."""
    return (
        await session.exec(
            select(Conversation).where(
                Conversation.channel == channel, Conversation.key_hash == _key_hash(channel, key)
            )
        )
    ).one_or_none()


async def receipt_of(session: AsyncSession, conversation: Conversation) -> Receipt | None:
    """The receipt of the conversation's case, once it has one."""
    if conversation.case_id is None:
        return None
    return (await session.exec(select(Receipt).where(Receipt.case_id == conversation.case_id))).one_or_none()


async def receipt_by_code(session: AsyncSession, code: str) -> Receipt | None:
    """The receipt that a code opens, however it was typed."""
    digits = bare_code(code)
    if len(digits) != 16:
        return None
    wanted = keyring().blind("receipt", digits)
    return (await session.exec(select(Receipt).where(Receipt.code_hash == wanted))).one_or_none()


async def owns(session: AsyncSession, channel: str, key: str, code: str) -> bool:
    """Whether the code belongs to the report of this very conversation."""
    conversation, receipt = await find(session, channel, key), await receipt_by_code(session, code)
    return bool(conversation and receipt and conversation.case_id == receipt.case_id)


def view_of(receipt: Receipt | None) -> CaseView | None:
    """What the reporter may be shown of a receipt."""
    return case_view(receipt)


def _key_hash(channel: str, key: str) -> str:
    return keyring().blind(f"conversation:{channel}", key)
