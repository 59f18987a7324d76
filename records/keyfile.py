"""The key file: all keys of a site in one JSON file, readable by its owner only; plain, or wrapped under a master key that lies
somewhere else (envelope encryption). Changing the master rewraps this file and touches no data.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from records.secrets import KeyProblem, Keyring

MASTER_BYTES = 32
_WRAP = b"hutong key file"
_NONCE = 12


def save_keyring(ring: Keyring, path: Path, master: bytes | None = None) -> None:
    """A new file; refuses to overwrite, because the old keys would be lost with their data."""
    _write(path, _text(ring, master))


def replace_keyring(ring: Keyring, path: Path, master: bytes | None = None) -> None:
    """Whole or not at all: a process that reads at this moment finds the old file or the new one."""
    part = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        _write(part, _text(ring, master))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_keyring(path: Path, master: bytes | None = None) -> Keyring:
    """Raises KeyProblem, saying what to do, when the file is missing or broken, or the master key does not open it."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] == 2:
            body = _unwrapped(path, body, master)
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


def watching(path: Path, master: Callable[[], bytes | None]) -> Callable[[], Keyring | None]:
    """A function that gives the ring when the file has changed since it was asked last. A file that can't be read at this moment is
    asked for again."""
    seen = _mark(path)

    def again() -> Keyring | None:
        nonlocal seen
        now = _mark(path)
        if now is None or now == seen:
            return None
        try:
            ring = load_keyring(path, master())
        except KeyProblem:
            return None
        seen = now
        return ring

    return again


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def new_master(path: Path) -> bytes:
    """A fresh master key in a file of its own. Raises FileExistsError."""
    key = os.urandom(MASTER_BYTES)
    _write(path, base64.b64encode(key).decode("ascii") + "\n")
    return key


def read_master(path: Path | None) -> bytes | None:
    """The master key of a file; None when the site has none. Raises KeyProblem."""
    if path is None:
        return None
    try:
        key = base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
    except FileNotFoundError:
        raise KeyProblem(f"找不到主密钥文件 {path}（HUTONG_MASTER）。没有它，密钥文件打不开。") from None
    except ValueError:
        raise KeyProblem(f"主密钥文件 {path} 读不懂。") from None
    if len(key) != MASTER_BYTES:
        raise KeyProblem(f"主密钥文件 {path} 读不懂。")
    return key


def _text(ring: Keyring, master: bytes | None) -> str:
    body: dict[str, Any] = {
        "format": 1,
        "current": ring.current,
        "keys": {key_id: base64.b64encode(key).decode() for key_id, key in ring.keys.items()},
        "index": base64.b64encode(ring.index).decode(),
        "backup": ring.backup,
        "signing": base64.b64encode(ring.signing).decode(),
        "signed": [base64.b64encode(seed).decode() for seed in ring.signed],
    }
    if master is not None:
        nonce = os.urandom(_NONCE)
        wrapped = nonce + AESGCM(master).encrypt(nonce, json.dumps(body).encode(), _WRAP)
        body = {"format": 2, "master": _name(master), "wrapped": base64.b64encode(wrapped).decode()}
    return json.dumps(body, indent=1)


def _unwrapped(path: Path, body: dict[str, Any], master: bytes | None) -> dict[str, Any]:
    if master is None:
        raise KeyProblem(f"密钥文件 {path} 由主密钥包着。请用 HUTONG_MASTER 写明主密钥文件在哪里。")
    wrapped = base64.b64decode(body["wrapped"])
    try:
        found: dict[str, Any] = json.loads(AESGCM(master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _WRAP))
    except InvalidTag:
        raise KeyProblem(f"主密钥（{_name(master)}）打不开密钥文件 {path}，它要的是 {body['master']}。") from None
    return found


def _name(master: bytes) -> str:
    return hashlib.sha256(b"hutong master\0" + master).hexdigest()[:8]


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
