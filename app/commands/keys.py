"""`hutong keys`: what may be known of the site's keys, and changing them while the service runs."""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any

from app import site
from app.clock import SystemClock
from app.problem import Problem
from app.settings import Settings
from app.start import open_settings
from app.terminal import say
from records import resealing, signing
from records.batch import Batch
from records.keyfile import new_master, read_master, replace_keyring
from records.secrets import AES, CIPHERS, LOOK_SECONDS, Keyring, install
from records.store import open_store

GRACE_SECONDS = LOOK_SECONDS + 1  # after that every running process seals with the new key


def arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    public = acts.add_parser("public", help="本站公钥：别人用它核验回执和证据包")
    public.add_argument("file", metavar="FILE", nargs="?", type=Path, help="写到这个文件，不写则打印")
    acts.add_parser("list", help="有哪些数据密钥，各封着多少内容")
    rotate = acts.add_parser("rotate", help="换新的数据密钥，不停服务；已有内容随后换封")
    rotate.add_argument(
        "--cipher", default=AES, choices=tuple(CIPHERS), help="算法：aes-256-gcm 或 sm4-gcm（商用密码）"
    )
    rotate.add_argument("--later", action="store_true", help="只换密钥，已有内容以后用 hutong keys reseal 换封")
    acts.add_parser("reseal", help="把旧密钥封着的内容换成现在的密钥")
    retire = acts.add_parser("retire", help="把不再使用的密钥移出密钥文件")
    retire.add_argument("key", metavar="编号", help="密钥编号（hutong keys list）")
    acts.add_parser("sign", help="换新的签名密钥；以前签的仍然有效")
    master = acts.add_parser("master", help="用另放一处的主密钥包住密钥文件；再用一次就是换主密钥")
    master.add_argument("file", metavar="FILE", type=Path, help="新的主密钥文件")


def run(parsed: argparse.Namespace) -> int:
    settings = open_settings()
    ring = site.open_keys(settings)
    match parsed.act:
        case "public":
            _public(ring, parsed.file)
        case "list":
            _list(settings, ring)
        case "rotate":
            ring = _rotate(settings, ring, parsed.cipher)
            if not parsed.later:
                time.sleep(GRACE_SECONDS)
                _reseal(settings, ring)
        case "reseal":
            _reseal(settings, ring)
        case "retire":
            _retire(settings, ring, parsed.key)
        case "sign":
            _sign(settings, ring)
        case "master":
            _master(settings, ring, parsed.file)
    return 0


def _public(ring: Keyring, path: Path | None) -> None:
    pem = signing.public_pem(ring)
    if path is None:
        print(pem, end="")
        return
    path.write_text(pem, encoding="ascii")
    say("公钥 {id} 已写到 {path}。", id=signing.key_id(signing.public_key(ring)), path=path.absolute())


def _list(settings: Settings, ring: Keyring) -> None:
    used = resealing.in_use(settings.database)
    for key_id in ring.keys:
        mark = "*" if key_id == ring.current else " "
        print(f"{mark} {key_id}  {ring.cipher_of(key_id)}  {used.get(key_id, 0)}")


def _rotate(settings: Settings, ring: Keyring, cipher: str) -> Keyring:
    new = ring.with_new_key(cipher)
    replace_keyring(new, settings.keys, read_master(settings.master))
    install(new)
    _note(settings, "keys.rotate", key=new.current, cipher=cipher)
    say(
        "新的数据密钥 {id}（{cipher}）已经启用。请现在重新备份密钥文件：{path}",
        id=new.current,
        cipher=cipher,
        path=settings.keys,
    )
    return new


def _reseal(settings: Settings, ring: Keyring) -> None:
    count = resealing.reseal(settings.database, ring)
    _note(settings, "keys.reseal", key=ring.current, values=count)
    say("已换封 {count} 项内容。", count=count)
    used = resealing.in_use(settings.database)
    for key_id in ring.keys:
        if key_id != ring.current and not used.get(key_id):
            say("旧密钥 {id} 不再封着任何内容，可以移出：hutong keys retire {id}", id=key_id)


def _retire(settings: Settings, ring: Keyring, key_id: str) -> None:
    if key_id not in ring.keys:
        raise Problem("密钥文件里没有 {id}。有哪些密钥：hutong keys list", id=key_id)
    if key_id == ring.current:
        raise Problem("{id} 正在使用。请先换新的：hutong keys rotate", id=key_id)
    if count := resealing.in_use(settings.database).get(key_id):
        raise Problem("{id} 还封着 {count} 项内容。请先换封：hutong keys reseal", id=key_id, count=count)
    replace_keyring(ring.without_key(key_id), settings.keys, read_master(settings.master))
    _note(settings, "keys.retire", key=key_id)
    say(
        "密钥 {id} 已移出。以前的备份要用以前的密钥文件才能恢复：请把它和那些备份分开保存，或在备份到期后销毁。",
        id=key_id,
    )


def _sign(settings: Settings, ring: Keyring) -> None:
    new = ring.with_new_signature()
    replace_keyring(new, settings.keys, read_master(settings.master))
    public = signing.key_id(signing.public_key(new))
    _note(settings, "keys.sign", key=public)
    say("新的签名公钥 {id}。请重新公布：hutong keys public FILE；以前的公钥也要留着，核验以前的文件。", id=public)


def _master(settings: Settings, ring: Keyring, path: Path) -> None:
    try:
        master = new_master(path.absolute())
    except FileExistsError:
        raise Problem("{path} 已经有了，主密钥从不覆盖旧文件。请换一个文件名。", path=path) from None
    replace_keyring(ring, settings.keys, master)
    _note(settings, "keys.master")
    say("密钥文件已由 {path} 包住。请把它存到别处，并设置：HUTONG_MASTER={path}", path=path.absolute())


def _note(settings: Settings, action: str, **detail: Any) -> None:
    async def write() -> None:
        store = open_store(settings.database)
        try:
            batch = Batch()
            batch.audit(SystemClock().now(), "command:keys", action, "site", **detail)
            await store.write(batch)
        finally:
            await store.close()

    if site.has_data(settings):
        asyncio.run(write())
