"""Keys and what they lock: sealed columns and keyed blind indexes.

Everything about a child or a reporter is sealed before it reaches the database, with AES-256-GCM, or SM4-GCM where the rules for
商用密码 ask for it. The data keys live in one file outside the database (`hutong init` makes it and says "back up this file"); a
site may wrap that file under a master key kept elsewhere (`records.keyfile`). Every ciphertext names its key, so that a key can
be added, used and taken out of use while the service runs: a process that meets a key it does not know reads the file again.
Where a sealed value must be found again, its HMAC-SHA256 stands beside it: whoever holds the database but not the key can
neither read nor guess it.
"""

import hashlib
import hmac
import json
import os
import secrets as random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

_FORMAT = b"\x01"
_KEY_ID_BYTES = 4
HEAD_BYTES = 1 + _KEY_ID_BYTES  # of every sealed value: the format, and the key it was sealed with
_NONCE_BYTES = 12  # random: far below 2**32 messages a key before the next rotation
_TAG_BYTES = 16
LOOK_SECONDS = 2.0  # how soon a running process uses a key that was added elsewhere

AES, SM4 = "aes-256-gcm", "sm4-gcm"
CIPHERS: Mapping[str, int] = {AES: 32, SM4: 16}  # with the bytes of their keys


class KeyProblem(Exception):
    """A key is missing, unreadable or not the one the data was sealed with. The text says what to do."""


class Sealer(Protocol):
    """An authenticated cipher under one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class _Sm4:
    """SM4 (GB/T 32907) in Galois counter mode, with the tag at the end as AESGCM has it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        worker = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(associated_data or b"")
        return worker.update(data) + worker.finalize() + worker.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        if len(data) < _TAG_BYTES:
            raise InvalidTag
        worker = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, data[-_TAG_BYTES:])).decryptor()
        worker.authenticate_additional_data(associated_data or b"")
        return worker.update(data[:-_TAG_BYTES]) + worker.finalize()


def _sealer(key: bytes) -> Sealer:
    """A key tells its cipher by its length."""
    return _Sm4(key) if len(key) == CIPHERS[SM4] else AESGCM(key)


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
    _ciphers: dict[str, Sealer] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.signing:
            derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"hutong signing ed25519").derive(self.index)
            object.__setattr__(self, "signing", derived)

    def cipher(self, key_id: str) -> Sealer:
        if key_id not in self._ciphers:
            if key_id not in self.keys:
                raise KeyProblem(
                    f"数据是用密钥 {key_id} 加密的，但密钥文件里没有它。请把备份的密钥文件放回原处，再运行 hutong doctor。"
                )
            self._ciphers[key_id] = _sealer(self.keys[key_id])
        return self._ciphers[key_id]

    def seal(self, plain: bytes, context: str) -> bytes:
        """Ciphertext bound to `context` (table.column): moved to another column, it no longer opens."""
        nonce = os.urandom(_NONCE_BYTES)
        head = self.head
        return head + nonce + self.cipher(self.current).encrypt(nonce, plain, head + context.encode())

    @property
    def head(self) -> bytes:
        """How every value begins that is sealed now."""
        return _FORMAT + bytes.fromhex(self.current)

    def with_new_key(self, cipher: str = AES) -> "Keyring":
        """A ring that seals with a fresh key and opens what was sealed before. Raises KeyProblem when the installed library has
        no such cipher."""
        try:
            key = os.urandom(CIPHERS[cipher])
            _sealer(key).encrypt(bytes(_NONCE_BYTES), b"", None)
        except UnsupportedAlgorithm:
            raise KeyProblem(f"已安装的加密库没有 {cipher}。请用 {AES}。") from None
        key_id = random.token_hex(_KEY_ID_BYTES)
        return replace(self, current=key_id, keys={**self.keys, key_id: key}, _ciphers={})

    def with_new_signature(self) -> "Keyring":
        """A ring that signs with a fresh key; what was signed before still holds."""
        return replace(self, signing=os.urandom(32), signed=(*self.signed, self.signing), _ciphers={})

    def without_key(self, key_id: str) -> "Keyring":
        return replace(self, keys={id: key for id, key in self.keys.items() if id != key_id}, _ciphers={})

    def cipher_of(self, key_id: str) -> str:
        """The name of the cipher that a key is for."""
        return next(name for name, size in CIPHERS.items() if size == len(self.keys[key_id]))

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


_installed: Keyring | None = None
_again: Callable[[], Keyring | None] | None = None
_looked = float("-inf")


def install(ring: Keyring, again: Callable[[], Keyring | None] | None = None) -> None:
    """Make this the process's keyring. Called once by the composition, before anything is read or written. `again` gives the ring
    anew when its file has changed, else None."""
    global _installed, _again
    _installed, _again = ring, again


def keys_are_here() -> bool:
    """Whether this process has keys at all."""
    return _installed is not None


def keyring() -> Keyring:
    """The keys in force. Looks at the file now and then, so that keys can be changed while the service runs."""
    if _installed is None:
        raise KeyProblem("密钥还没有装入。请先运行 hutong init。")
    if _again is not None and time.monotonic() - _looked >= LOOK_SECONDS:
        _look()
    return _installed


def _look() -> None:
    global _installed, _looked
    _looked = time.monotonic()
    if _again is not None and (ring := _again()) is not None:
        _installed = ring


def _knowing(sealed: bytes) -> Keyring:
    """The keyring for opening a value; read again when it does not know the value's key."""
    ring = keyring()
    if _again is not None and sealed[1:HEAD_BYTES].hex() not in ring.keys:
        _look()
        ring = keyring()
    return ring


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
        plain = _knowing(bytes(value)).open(bytes(value), self.context)
        if self.kind == "json":
            return json.loads(plain.decode("utf-8", "surrogatepass"))
        return plain.decode("utf-8", "surrogatepass") if self.kind == "text" else plain
