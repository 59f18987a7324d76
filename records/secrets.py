"""Keys and what they lock: sealed columns and keyed blind indexes.

Everything about a child or a reporter is sealed with AES-256-GCM before it reaches the database. The keys live in one
file outside the database (`hutong init` makes it and says "back up this file"); every ciphertext names its key, so
that keys can be added without rewriting rows. Where a sealed value must be found again, its HMAC-SHA256 stands beside
it: whoever holds the database but not the key can neither read nor guess it.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

_FORMAT = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12  # random: far below 2**32 messages a key before the next rotation


class KeyProblem(Exception):
    """A key is missing, unreadable or not the one the data was sealed with. The text says what to do."""


@dataclass(frozen=True)
class Keyring:
    """All keys of one site. `current` names the key new values are sealed with; `index` is the HMAC key.

    `signing` is the seed of the Ed25519 key that vouches for what leaves the site (`records.signing`). A key file from
    before there was one has none; then it is derived from `index`, so that every process and every copy of the file agree.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    backup: str = field(repr=False)  # age identity (X25519) that opens this site's backups
    signing: bytes = field(default=b"", repr=False)
    signed: tuple[bytes, ...] = field(default=(), repr=False)  # seeds of before: what they signed still holds
    _ciphers: dict[str, AESGCM] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.signing:
            derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"hutong signing ed25519").derive(self.index)
            object.__setattr__(self, "signing", derived)

    def cipher(self, key_id: str) -> AESGCM:
        if key_id not in self._ciphers:
            if key_id not in self.keys:
                raise KeyProblem(
                    f"数据是用密钥 {key_id} 加密的，但密钥文件里没有它。请把备份的密钥文件放回原处，再运行 hutong doctor。"
                )
            self._ciphers[key_id] = AESGCM(self.keys[key_id])
        return self._ciphers[key_id]

    def seal(self, plain: bytes, context: str) -> bytes:
        """Ciphertext bound to `context` (table.column): moved to another column, it no longer opens."""
        nonce = os.urandom(_NONCE_BYTES)
        head = _FORMAT + bytes.fromhex(self.current)
        return head + nonce + self.cipher(self.current).encrypt(nonce, plain, head + context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """The plain bytes. Raises KeyProblem when the key is absent or the bytes were changed."""
        head, rest = sealed[: 1 + _KEY_ID_BYTES], sealed[1 + _KEY_ID_BYTES :]
        if head[:1] != _FORMAT:
            raise KeyProblem(f"{context} 的内容不是本系统的加密格式。请运行 hutong doctor。")
        try:
            cipher = self.cipher(head[1:].hex())
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head + context.encode())
        except InvalidTag:
            raise KeyProblem(f"{context} 的内容打不开：密钥不对，或数据被改过。请运行 hutong doctor。") from None

    def blind(self, kind: str, value: str) -> str:
        """Keyed HMAC of a value, for looking it up: 32 hex characters. `kind` keeps phone and ID spaces apart."""
        return hmac.new(self.index, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]


def new_keyring() -> Keyring:
    """Fresh random keys."""
    import pyrage

    key_id = random.token_hex(_KEY_ID_BYTES)
    identity = str(pyrage.x25519.Identity.generate())
    return Keyring(key_id, {key_id: AESGCM.generate_key(256)}, os.urandom(32), identity, os.urandom(32))


def save_keyring(ring: Keyring, path: Path) -> None:
    """Written readable by its owner only; refuses to overwrite, because the old keys would be lost with their data."""
    body = {
        "format": 1,
        "current": ring.current,
        "keys": {key_id: base64.b64encode(key).decode() for key_id, key in ring.keys.items()},
        "index": base64.b64encode(ring.index).decode(),
        "backup": ring.backup,
        "signing": base64.b64encode(ring.signing).decode(),
        "signed": [base64.b64encode(seed).decode() for seed in ring.signed],
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def load_keyring(path: Path) -> Keyring:
    """Raises KeyProblem, saying what to do, when the file is missing or broken."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return Keyring(
            body["current"],
            {key_id: base64.b64decode(key) for key_id, key in body["keys"].items()},
            base64.b64decode(body["index"]),
            body["backup"],
            base64.b64decode(body.get("signing", "")),
            tuple(base64.b64decode(seed) for seed in body.get("signed", ())),
        )
    except FileNotFoundError:
        raise KeyProblem(f"找不到密钥文件 {path}。没有它，已有的数据打不开：请把备份的密钥文件放回这里。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyProblem(f"密钥文件 {path} 读不懂。请换回备份的那一份。") from None


_installed: Keyring | None = None


def install(ring: Keyring) -> None:
    """Make this the process's keyring. Called once by the composition, before anything is read or written."""
    global _installed
    _installed = ring


def keyring() -> Keyring:
    if _installed is None:
        raise KeyProblem("密钥还没有装入。请先运行 hutong init。")
    return _installed


class Sealed(TypeDecorator[Any]):
    """A column sealed at rest. `kind` is what comes out: text, json or bytes. None stays NULL."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str, kind: str = "text") -> None:
        super().__init__()
        self.context = context
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        if value is None:
            return None
        if self.kind == "json":
            plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        elif self.kind == "text":
            plain = value.encode("utf-8", "surrogatepass")  # a lone surrogate is odd, not a reason to lose a report
        else:
            plain = value
        return keyring().seal(plain, self.context)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        plain = keyring().open(bytes(value), self.context)
        if self.kind == "json":
            return json.loads(plain.decode("utf-8", "surrogatepass"))
        return plain.decode("utf-8", "surrogatepass") if self.kind == "text" else plain
