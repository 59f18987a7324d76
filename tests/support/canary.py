"""Looking for words where they must not be, whatever they were turned into on the way.

A word is looked for as it is written in UTF-8, UTF-16 and GB18030, as `\\u`, percent, HTML and hex escapes, and as the part of
base64 that is the same whatever stands around it, at each of the three offsets; in the bytes themselves and in everything
compressed that lies in them.
"""

from __future__ import annotations

import base64
import bz2
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick

DEPTH = 3  # of things compressed inside things compressed
MOST_UNPACKED = 64 << 20  # bytes of one compressed thing

# What begins like this may be compressed: gzip, a member of a zip, zlib (PDF, git), bzip2, xz.
_STARTS = re.compile(rb"\x1f\x8b\x08|PK\x03\x04|\x78[\x01\x5e\x9c\xda]|BZh[1-9]|\xfd7zXZ\x00")


@dataclass(frozen=True, order=True)
class Found:
    """`where` names the haystack and what was unpacked on the way to it, `form` how the word was written there."""

    word: str
    form: str
    where: str


def forms(word: str) -> dict[str, set[bytes]]:
    """How it may be written, by the name of the form."""
    utf8, gb = word.encode(), word.encode("gb18030")
    units = [f"{int.from_bytes(pair, 'big'):04x}" for pair in _pairs(word.encode("utf-16-be"))]
    plain = [character if character.isascii() else "" for character in word]
    found = {
        "utf-8": {utf8},
        "gb18030": {gb},
        "utf-16": {word.encode("utf-16-le"), word.encode("utf-16-be")},
        "\\u": {
            "".join(f"\\u{unit}" for unit in units).encode(),
            "".join(f"\\u{unit.upper()}" for unit in units).encode(),
            "".join(ascii(character)[1:-1] for character in word).encode(),
        },
        "percent": {each for content in (utf8, gb) for each in (_percent(content), _percent(content).lower())},
        "html": {
            "".join(kept or f"&#{ord(character)};" for kept, character in zip(plain, word, strict=True)).encode(),
            "".join(kept or f"&#x{ord(character):x};" for kept, character in zip(plain, word, strict=True)).encode(),
        },
        "hex": {utf8.hex().encode(), utf8.hex().upper().encode()},
    }  # fmt: skip
    for offset in range(3):
        found[f"base64 at {offset}"] = {
            whole.replace(b"+", plus).replace(b"/", slash)
            for whole in (_core(each, offset) for each in (utf8, gb, word.encode("utf-16-le")))
            for plus, slash in ((b"+", b"/"), (b"-", b"_"))
        }
    return found


class Search:
    """Looks for all these words in all their forms at once."""

    def __init__(self, words: Iterable[str]) -> None:
        known: dict[bytes, tuple[str, str]] = {}
        for word in words:
            for form, needles in forms(word).items():
                for needle in needles:
                    known.setdefault(needle, (word, form))  # digits are the same in most forms: the plainest names them
        self._needles = list(known)
        self._names = [known[needle] for needle in self._needles]
        self._machine = BytesAhoCorasick(self._needles)

    def through(self, haystack: bytes, where: str) -> set[Found]:
        """Every word that can be found, in the bytes and in what is compressed in them."""
        return {
            Found(*self._names[number], place)
            for place, content in _layers(haystack, where, DEPTH)
            for number, _, _ in self._machine.find_matches_as_indexes(content, overlapping=True)
        }


def _layers(content: bytes, where: str, depth: int) -> Iterator[tuple[str, bytes]]:
    yield where, content
    if depth:
        for start in _STARTS.finditer(content):
            for inside in _unpacked(content, start.start()):
                yield from _layers(inside, f"{where} > {start.group()[:2]!r}", depth - 1)


def _unpacked(content: bytes, start: int) -> Iterator[bytes]:
    """What the compressed thing that may begin here holds; as much as can be read of one that is cut."""
    head = content[start : start + 30]
    if head.startswith(b"PK"):
        begin = start + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        machine = zlib.decompressobj(-15)
    elif head.startswith(b"BZh"):
        begin, machine = start, bz2.BZ2Decompressor()
    elif head.startswith(b"\xfd7zXZ"):
        begin, machine = start, lzma.LZMADecompressor()
    else:
        begin, machine = start, zlib.decompressobj(31 if head.startswith(b"\x1f") else 15)
    made = bytearray()
    try:
        for at in range(begin, len(content), 1 << 16):
            made += machine.decompress(content[at : at + (1 << 16)])
            if machine.eof or len(made) > MOST_UNPACKED:
                break
    except (zlib.error, lzma.LZMAError, OSError, EOFError):
        pass  # not compressed after all, or cut off
    if made:
        yield bytes(made)


def _percent(content: bytes) -> bytes:
    return "".join(chr(each) if each < 128 and chr(each).isalnum() else f"%{each:02X}" for each in content).encode()


def _core(content: bytes, offset: int) -> bytes:
    """What base64 makes of it when so many bytes stand before it, without the letters that depend on the neighbours."""
    whole = base64.b64encode(b"\0" * offset + content)
    first = -(-offset * 8 // 6)
    last = (offset + len(content)) * 8 // 6
    return whole[first:last]


def _pairs(content: bytes) -> Iterator[bytes]:
    return (content[at : at + 2] for at in range(0, len(content), 2))
