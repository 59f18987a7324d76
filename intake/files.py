"""What files a reporter may send, judged by their first bytes: a name proves nothing."""

import io
import re
import zipfile
from dataclasses import dataclass

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.hear import find
from intake.said import Attachment
from records.tables import Attachment as AttachmentRow
from records.tables import Inbox, Statement
from words.language import Line, line

MOST = 20 * 1024 * 1024
MOST_FILES = 10  # of one report


class Unfit(Exception):
    """What was sent cannot be taken; the sentence says why and what to do."""

    def __init__(self, sentence: Line) -> None:
        super().__init__(sentence.zh)
        self.line = sentence


@dataclass(frozen=True)
class Kind:
    """`mark` must stand at `offset` of the content."""

    media_type: str
    kind: str
    mark: bytes
    offset: int = 0
    also: bytes = b""  # must stand somewhere in the first 64 bytes as well


KINDS = (
    Kind("image/jpeg", "photo", b"\xff\xd8\xff"),
    Kind("image/png", "photo", b"\x89PNG\r\n\x1a\n"),
    Kind("image/webp", "photo", b"WEBP", 8),
    Kind("image/gif", "photo", b"GIF8"),
    Kind("image/heic", "photo", b"ftyphei", 4),
    Kind("image/heic", "photo", b"ftypmif1", 4),
    Kind("audio/mp4", "voice", b"ftypM4A", 4),
    Kind("audio/3gpp", "voice", b"ftyp3g", 4, b"audio"),
    Kind("video/quicktime", "video", b"ftypqt", 4),
    Kind("video/mp4", "video", b"ftyp", 4),
    Kind("audio/mpeg", "voice", b"ID3"),
    Kind("audio/aac", "voice", b"\xff\xf1"),
    Kind("audio/aac", "voice", b"\xff\xf9"),
    Kind("audio/mpeg", "voice", b"\xff\xfb"),
    Kind("audio/mpeg", "voice", b"\xff\xf3"),
    Kind("audio/amr", "voice", b"#!AMR"),
    Kind("audio/ogg", "voice", b"OggS"),
    Kind("audio/wav", "voice", b"WAVE", 8),
    Kind("audio/webm", "voice", b"\x1a\x45\xdf\xa3"),
    Kind("application/pdf", "document", b"%PDF-"),
)


def attachment(name: str, content: bytes) -> Attachment:
    """A file taken in under the type it really has. Raises Unfit."""
    if len(content) > MOST:
        raise Unfit(line("太大了：每个文件最多 20 MB。"))
    for kind in KINDS:
        if content[kind.offset : kind.offset + len(kind.mark)] == kind.mark and kind.also in content[:64]:
            return Attachment(_plain_name(name), kind.media_type, content, kind.kind)
    raise Unfit(line("这种文件收不了。可以发照片、录音、视频或 PDF；也可以用文字说。"))


def scan(content: bytes) -> str:
    """The type of a sealed scan that a desk puts to a case: PDF, JPG or OFD (GB/T 33190: a zip with OFD.xml at its root, of which
    nothing is unpacked here). Raises Unfit."""
    if len(content) > MOST:
        raise Unfit(line("太大了：每个文件最多 20 MB。"))
    if content[:5] == b"%PDF-":
        return "application/pdf"
    if content[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if content[:4] == b"PK\x03\x04" and _holds(content, "OFD.xml"):
        return "application/ofd"
    raise Unfit(line("扫描件只收 PDF、JPG、OFD。"))


def _holds(content: bytes, name: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return name in packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def note(kind: str, text: str) -> Attachment:
    """A place or a person's card as a small file: values, not bytes, are what a messenger sends. `kind` is location or contact."""
    return Attachment(f"{kind}.txt", "text/plain; charset=utf-8", text.encode(), kind)


async def is_full(session: AsyncSession, channel: str, key: str, update: str) -> bool:
    """Whether this conversation's report has all the files it may have. One that was heard already is let through: it is
    a redelivery, and changes nothing."""
    conversation = await find(session, channel, key)
    if conversation is None or await session.get(Inbox, (channel, conversation.key_hash, update)):
        return False
    count = (
        select(func.count())
        .select_from(AttachmentRow)
        .join(Statement, col(Statement.id) == col(AttachmentRow.statement_id))
        .where(Statement.conversation_id == conversation.id, Statement.case_id == conversation.case_id)
    )
    return bool((await session.exec(count)).one() >= MOST_FILES)


def _plain_name(name: str) -> str:
    """The last part of a path, without anything a file system or a header could stumble over."""
    return re.sub(r"[^\w.\-（）() ]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1])[-80:] or "file"
