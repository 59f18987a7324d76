"""The file of a backup: rows of tables, compressed and encrypted with age to the site's own identity.

Inside the encryption lies a zlib stream of frames. A frame is a line of JSON and, after it, the bytes that stood in it,
one after another: `["desks", [["id1", …], {"bytes": 61}, …]]`. The first frame is the head, the last the foot with
the number of rows of every table. Written and read in bounded memory.
"""

import hashlib
import json
import os
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyrage  # type: ignore[import-untyped]  # it ships none

from records.secrets import Keyring

FORMAT = 1
_CHUNK = 1 << 16


class BackupProblem(Exception):
    """A backup can't be made, read or restored. The text says what to do. Nothing was changed."""


@dataclass(frozen=True)
class Head:
    """`revision` of the schema; `tables` with their columns, parents before children; when it was made (ISO, UTC)."""

    format: int
    revision: str
    made_at: str
    tables: dict[str, list[str]]


Row = Sequence[Any]
Frames = Iterator[tuple[str, Row]]


def write(path: Path, ring: Keyring, head: Head, rows: Iterable[tuple[str, Row]]) -> None:
    """All rows, then the foot, on the disk when this returns. `path` must not exist."""
    identity = pyrage.x25519.Identity.from_str(ring.backup)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        pyrage.encrypt_io(_Source(_packed(_frames(head, rows))), file, [identity.to_public()])
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def reading(path: Path, ring: Keyring) -> Iterator[tuple[Head, Frames]]:
    """The head, and the rows with the name of their table. Raises BackupProblem for a file that was altered, cut or
    made with other keys; what came before the fault must then not be kept."""
    try:
        with _decrypted(path, ring) as (file, faults):
            frames = _Frames(file)
            try:
                head = Head(**frames.next())
            except (TypeError, ValueError, zlib.error):
                raise _unreadable(path) from None
            if head.format != FORMAT:
                raise BackupProblem(f"{path} 是更新的程序写的备份。请换用更新的程序来恢复。")
            yield head, _rows(path, head, frames, faults)
    except FileNotFoundError:
        raise BackupProblem(f"没有 {path} 这个文件。请写明备份文件的位置：hutong restore FILE") from None


def _unreadable(path: Path) -> BackupProblem:
    return BackupProblem(
        f"{path} 打不开：不是用本站密钥写的备份，或者文件不完整、被改过。什么都没有改动。"
        "请把备份时的密钥文件放回原处，或换一份备份文件。"
    )


def _frames(head: Head, rows: Iterable[tuple[str, Row]]) -> Iterator[bytes]:
    yield _line(asdict(head))
    counts = dict.fromkeys(head.tables, 0)
    digest = hashlib.sha256()
    for table, row in rows:
        plain, blobs = _split(row)
        frame = b"".join([_line([table, plain]), *blobs])
        digest.update(frame)
        counts[table] += 1
        yield frame
    yield _line({"counts": counts, "sha256": digest.hexdigest()})


def _rows(path: Path, head: Head, frames: "_Frames", faults: Sequence[Exception]) -> Frames:
    counts = dict.fromkeys(head.tables, 0)
    digest = hashlib.sha256()
    try:
        while isinstance(frame := frames.next(digest), list):
            table, row = frame
            counts[table] += 1
            yield table, row
    except (TypeError, ValueError, KeyError, zlib.error):
        raise _unreadable(path) from None
    if frame != {"counts": counts, "sha256": digest.hexdigest()} or not frames.at_end() or faults:
        raise _unreadable(path)


def _line(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode("ascii") + b"\n"


def _split(row: Row) -> tuple[list[Any], list[bytes]]:
    plain: list[Any] = []
    blobs: list[bytes] = []
    for value in row:
        if isinstance(value, datetime):
            value = (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
        elif isinstance(value, bytes | memoryview):
            blobs.append(bytes(value))
            value = {"bytes": len(blobs[-1])}
        elif isinstance(value, dict | list):
            value = {"json": value}
        plain.append(value)
    return plain, blobs


def _packed(frames: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(1)  # most of it is ciphertext, which no level makes smaller
    for frame in frames:
        if packed := packer.compress(frame):
            yield packed
    yield packer.flush()


class _Source:
    """An iterator of bytes, read as age reads a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def read(self, size: int = _CHUNK) -> bytes:
        while not self._left:
            if (chunk := next(self._chunks, None)) is None:
                return b""
            self._left = memoryview(chunk)
        taken, self._left = self._left[:size], self._left[size:]
        return bytes(taken)


class _Frames:
    """Takes frame after frame out of the compressed stream. Raises ValueError or zlib.error when it is cut or odd."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unpacker = zlib.decompressobj()
        self._held = bytearray()

    def next(self, digest: "hashlib._Hash | None" = None) -> Any:
        while (end := self._held.find(b"\n")) < 0:
            self._more()
        line = self._take(end + 1)
        body = json.loads(line)
        if isinstance(body, dict):
            return body
        table, plain = body
        blobs = [self._take(value["bytes"]) if _is(value, "bytes") else None for value in plain]
        if digest:
            digest.update(b"".join([line, *(blob for blob in blobs if blob is not None)]))
        row = [
            blob if blob is not None else value["json"] if _is(value, "json") else value
            for value, blob in zip(plain, blobs, strict=True)
        ]
        return [table, row]

    def at_end(self) -> bool:
        """Whether nothing follows. The rest of the encryption, which vouches for the whole, has then been read too."""
        return self._unpacker.eof and not self._held and not self._file.read(1)

    def _take(self, size: int) -> bytes:
        while len(self._held) < size:
            self._more()
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def _more(self) -> None:
        chunk = self._file.read(_CHUNK)
        if not chunk:
            raise ValueError("the stream ends too early")
        self._held += self._unpacker.decompress(chunk)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, dict) and kind in value


@contextmanager
def _decrypted(path: Path, ring: Keyring) -> Iterator[tuple[BinaryIO, Sequence[Exception]]]:
    """The plain stream, decrypted by a thread at the far end of a pipe: it never lies on a disk. A fault is in the list
    before the stream ends."""
    identity = pyrage.x25519.Identity.from_str(ring.backup)
    faults: list[Exception] = []
    with path.open("rb") as sealed:
        out, into = os.pipe()

        def pump() -> None:
            with suppress(BrokenPipeError), os.fdopen(into, "wb") as sink:  # the reader may want no more
                try:
                    pyrage.decrypt_io(sealed, sink, [identity])
                except (pyrage.DecryptError, OSError) as fault:
                    faults.append(fault)

        thread = threading.Thread(target=pump, name="hutong-decrypt", daemon=True)
        thread.start()
        try:
            with os.fdopen(out, "rb") as file:
                yield file, faults
        finally:
            thread.join()
