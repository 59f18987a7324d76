"""The chain over the audit lines: who could change a line unseen would have to forge the site's signature.

Lines are numbered by their writers without gaps and written with the act they tell of. Every few seconds one sealer takes what
is new and makes a seal: the sum of each line, the seal before, and a signature. `verify` reads all of it again and names every
line that was changed, removed or put elsewhere, and what no seal covers yet. A checkpoint (a signed text with the last
seal's sum) kept elsewhere shows whether the end of the chain was cut off.
"""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records import signing
from records.batch import Batch, Lost
from records.secrets import Keyring
from records.store import Store
from records.tables import AuditLine, AuditWriter, Seal
from words.language import Line, line

MOST = 5000  # lines of one writer in one seal
PARK_AFTER = timedelta(days=1)  # twice as long as a writer keeps its name in silence (records.writers)
NOTHING = "0" * 64
_SUM = 32  # bytes


def sum_of(row: AuditLine) -> bytes:
    """SHA-256 over everything that stands in a line, the writer's number included."""
    return hashlib.sha256(_canonical([row.writer, row.number, *_content(row)])).digest()


def _content(row: AuditLine) -> list[Any]:
    return [row.at.isoformat(), row.actor, row.action, row.subject, row.purpose, row.detail]


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def text_of(seal: Seal) -> str:
    """What is signed, and whose sum is the seal's `hash`."""
    body = hashlib.sha256(_canonical(seal.ranges) + seal.sums).hexdigest()
    return (
        f"hutong seal 1\nposition {seal.position}\nat {seal.at.isoformat()}\nlines {seal.lines}\n"
        f"previous {seal.previous}\nbody {body}\n"
    )


async def seal_once(store: Store, ring: Keyring, now: datetime, *, parked_too: bool = False) -> int:
    """Seal what is new; how many lines that were. Two sealers at a time do no harm: the second finds the place taken."""
    batch, ranges, sums = Batch(), list[list[Any]](), bytearray()
    async with store.read() as session:
        last = (await session.exec(select(Seal).order_by(col(Seal.position).desc()).limit(1))).first()
        query = select(AuditWriter).order_by(col(AuditWriter.writer))
        writers = (await session.exec(query if parked_too else query.where(~col(AuditWriter.parked)))).all()
        for writer in writers:
            rows = await _after(session, writer.writer, writer.sealed)
            if rows:
                ranges += _ranges(rows)
                sums += b"".join(map(sum_of, rows))
                batch.change(writer, sealed=rows[-1].number, sealed_at=now, parked=False)
            elif not writer.parked and now - writer.sealed_at > PARK_AFTER:
                batch.change(writer, parked=True)
    count = len(sums) // _SUM
    if count:
        seal = Seal(
            position=last.position + 1 if last else 1, at=now, ranges=ranges, sums=bytes(sums),
            lines=(last.lines if last else 0) + count, previous=last.hash if last else NOTHING, hash="", signature="",
            key=signing.key_id(signing.public_key(ring)),
        )  # fmt: skip
        text = text_of(seal).encode()
        seal.hash = hashlib.sha256(text).hexdigest()
        seal.signature = base64.b64encode(signing.signature(ring, text)).decode("ascii")
        batch.add(seal)
    try:
        await store.write(batch)
    except Lost:
        return 0
    return count


async def _after(session: AsyncSession, writer: str, number: int) -> Sequence[AuditLine]:
    query = select(AuditLine).where(AuditLine.writer == writer, col(AuditLine.number) > number)
    return (await session.exec(query.order_by(col(AuditLine.number)).limit(MOST))).all()


def _ranges(rows: Sequence[AuditLine]) -> Iterator[list[Any]]:
    """Runs of numbers without a gap."""
    first = last = rows[0].number
    for row in rows[1:]:
        if row.number != last + 1:
            yield [row.writer, first, last]
            first = row.number
        last = row.number
    yield [rows[0].writer, first, last]


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was sealed. `kind` is changed, missing, moved, unnumbered (a gap that no seal explains),
    unknown (a line of a writer nobody registered), seal (a link of the chain itself) or checkpoint."""

    kind: str
    says: Line


@dataclass
class Verdict:
    """`sealed` lines under `seals` seals; `unsealed` lines, the oldest written at `since`."""

    faults: list[Fault] = field(default_factory=list)
    seals: int = 0
    sealed: int = 0
    unsealed: int = 0
    since: datetime | None = None
    last: Seal | None = None


async def verify(store: Store, publics: Collection[bytes], checkpoint: "Checkpoint | None" = None) -> Verdict:
    """Read the whole chain and every line again. `publics`: the site's raw public keys, those of before included."""
    verdict, keys = Verdict(), {signing.key_id(public): public for public in publics}
    sealed_to: dict[str, int] = {}
    async with store.read() as session:
        async for seal in _seals(session):
            _check_seal(verdict, seal, keys)
            if checkpoint is not None and seal.position == checkpoint.position and seal.hash != checkpoint.hash:
                verdict.faults.append(
                    Fault("checkpoint", line("第 {n} 个封印与校验点不同：封印链被重写过", n=seal.position))
                )
            await _check_lines(session, verdict, seal, sealed_to)
            verdict.seals, verdict.sealed, verdict.last = verdict.seals + 1, seal.lines, seal
        if checkpoint is not None and checkpoint.position > (verdict.last.position if verdict.last else 0):
            verdict.faults.append(
                Fault(
                    "checkpoint", line("校验点是第 {n} 个封印，现在没有：封印链的末尾被截去了", n=checkpoint.position)
                )
            )
        await _check_unsealed(session, verdict, sealed_to)
    return verdict


async def _seals(session: AsyncSession) -> AsyncIterator[Seal]:
    at = 0
    while rows := (
        await session.exec(select(Seal).where(col(Seal.position) > at).order_by(col(Seal.position)).limit(200))
    ).all():
        for row in rows:
            yield row
        at = rows[-1].position
        session.expunge_all()


def _check_seal(verdict: Verdict, seal: Seal, keys: Mapping[str, bytes]) -> None:
    last, n = verdict.last, seal.position
    text = text_of(seal).encode()
    wrong: list[Line] = []
    if n != (last.position if last else 0) + 1:
        wrong.append(line("第 {n} 个封印前面少了封印", n=n))
    if seal.previous != (last.hash if last else NOTHING):
        wrong.append(line("第 {n} 个封印接不上前一个", n=n))
    if hashlib.sha256(text).hexdigest() != seal.hash:
        wrong.append(line("第 {n} 个封印的内容被改过", n=n))
    elif seal.key not in keys or not signing.holds(keys[seal.key], text, base64.b64decode(seal.signature)):
        wrong.append(line("第 {n} 个封印的签名不符", n=n))
    if len(seal.sums) != _SUM * sum(last - first + 1 for _, first, last in seal.ranges):
        wrong.append(line("第 {n} 个封印的内容被改过", n=n))
    verdict.faults += [Fault("seal", says) for n, says in enumerate(wrong) if says not in wrong[:n]]


async def _check_lines(session: AsyncSession, verdict: Verdict, seal: Seal, sealed_to: dict[str, int]) -> None:
    at = 0
    for writer, first, last in seal.ranges:
        expected = sealed_to.get(writer, 0) + 1
        for gone in range(expected, first):
            verdict.faults.append(Fault("unnumbered", _named(line("在封印以前就不见了"), writer, gone)))
        sealed_to[writer] = last
        rows = (
            await session.exec(
                select(AuditLine)
                .where(AuditLine.writer == writer, col(AuditLine.number) >= first, col(AuditLine.number) <= last)
                .order_by(col(AuditLine.number))
            )
        ).all()
        there = {row.number: row for row in rows}
        sums = {
            number: seal.sums[at + _SUM * (number - first) : at + _SUM * (number - first + 1)]
            for number in range(first, last + 1)
        }
        at += _SUM * (last - first + 1)
        verdict.faults += _compare(writer, there, sums)


def _compare(writer: str, there: Mapping[int, AuditLine], sums: Mapping[int, bytes]) -> Iterator[Fault]:
    wrong = [number for number in sums if number in there and sum_of(there[number]) != sums[number]]
    for number in sums:
        if number not in there:
            yield Fault("missing", _named(line("缺失"), writer, number))
    for number in wrong:
        row = there[number]
        as_other = (
            other
            for other in wrong
            if other != number and hashlib.sha256(_canonical([writer, other, *_content(row)])).digest() == sums[other]
        )
        other = next(as_other, None)
        if other is not None:
            yield Fault("moved", _named(line("次序被换：本来是第 {other} 行", other=other), writer, number))
        else:
            yield Fault("changed", _named(line("被改过"), writer, number))


async def _check_unsealed(session: AsyncSession, verdict: Verdict, sealed_to: Mapping[str, int]) -> None:
    known = dict((await session.exec(select(AuditWriter.writer, AuditWriter.sealed))).all())
    rows = await session.exec(select(AuditLine.writer, func.max(AuditLine.number)).group_by(AuditLine.writer))
    for writer, most in rows.all():
        if writer not in known:
            verdict.faults.append(Fault("unknown", line("书写者 {writer} 没有登记：这些行不是系统写的", writer=writer)))
            continue
        sealed = sealed_to.get(writer, 0)
        if known[writer] > sealed:
            verdict.faults.append(
                Fault("seal", line("书写者 {writer} 的封印到第 {n} 行，封印链里没有", writer=writer, n=known[writer]))
            )
        if most > sealed:
            count, since = (
                await session.exec(
                    select(func.count(), func.min(AuditLine.at)).where(
                        AuditLine.writer == writer, col(AuditLine.number) > sealed
                    )
                )
            ).one()
            verdict.unsealed += count
            if gone := most - sealed - count:
                verdict.faults.append(
                    Fault("unnumbered", line("书写者 {writer}：还没封印的行里少了 {gone} 行", writer=writer, gone=gone))
                )
            if since is not None:
                verdict.since = since if verdict.since is None else min(verdict.since, since)


def _named(what: Line, writer: str, number: int) -> Line:
    return line("书写者 {writer} 第 {number} 行：{what}", writer=writer, number=number, what=what)


@dataclass(frozen=True)
class Checkpoint:
    """Where the chain stood: the last seal's position and sum."""

    site: str
    position: int
    hash: str
    lines: int
    at: str


def checkpoint(ring: Keyring, site: str, seal: Seal) -> str:
    """The checkpoint at a seal as a signed text, to be kept elsewhere."""
    text = (
        f"hutong checkpoint 1\nsite {site}\nposition {seal.position}\nhash {seal.hash}\nlines {seal.lines}\n"
        f"at {seal.at.isoformat()}\n"
    )
    return signing.signed(ring, text)


def read_checkpoint(text: str, publics: Collection[bytes]) -> Checkpoint:
    """Raises signing.NotSigned when it is none of ours."""
    for public in publics:
        try:
            body = signing.verified(text, public)
        except signing.NotSigned:
            continue
        words = dict(each.partition(" ")[::2] for each in body.splitlines())
        try:
            return Checkpoint(words["site"], int(words["position"]), words["hash"], int(words["lines"]), words["at"])
        except (KeyError, ValueError):
            break
    raise signing.NotSigned("no checkpoint of this site")
