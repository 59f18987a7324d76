"""A site on this machine: its directory, its keys, the one worker beside an SQLite database, and its own rows."""

import fcntl
import os
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from app.problem import Problem
from app.settings import SHIPPED, Settings
from records import schema
from records.batch import Batch
from records.columns import new_id
from records.keyfile import load_keyring, read_master, save_keyring, watching
from records.passwords import hash_password, new_password
from records.secrets import Keyring, install, new_keyring
from records.store import Store
from records.tables import Account, Place, Setting

# Keys of the settings rows made here.
DEMONSTRATION = "demonstration"  # marks the data of a demonstration
SITE = "site"  # {"home": code of the place whose site this is}
KEYWORDS = "keywords"  # the active rules: {"text": …, "origin": "shipped" or "site"}


def open_keys(settings: Settings) -> Keyring:
    """Load the site's keys and make them this process's. Raises KeyProblem."""
    if not settings.keys.exists() and not has_data(settings):
        raise Problem("这里还没有建立站点（{path} 不存在）。请先运行：hutong init", path=settings.keys)
    ring = load_keyring(settings.keys, read_master(settings.master))
    install(ring, watching(settings.keys, lambda: read_master(settings.master)))
    return ring


def open_site(settings: Settings) -> Keyring:
    """The keys, installed, of a site whose database this version can work with. Raises KeyProblem, SchemaProblem."""
    ring = open_keys(settings)
    if not has_data(settings):
        raise Problem("数据库还没有建立。请运行：hutong init；有备份的请恢复：hutong restore FILE")
    schema.check(settings.database)
    return ring


def has_data(settings: Settings) -> bool:
    """Whether the database holds our tables. A file that is not there yet is not made by asking."""
    if settings.database_file and not settings.database_file.exists():
        return False
    return schema.revision(settings.database) is not None


def make_keys(settings: Settings) -> None:
    """The site's keys, made when there are none and no data that they should open."""
    if settings.keys.exists() or has_data(settings):
        open_keys(settings)
        return
    ring = new_keyring()
    settings.keys.parent.mkdir(parents=True, exist_ok=True)
    save_keyring(ring, settings.keys, read_master(settings.master))
    install(ring)


def make_directory(settings: Settings) -> None:
    """The data directory, closed to other users."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.database_file:
        settings.database_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Be the only worker (or restorer) on an SQLite database. The lock goes with the process, however that ends.

    PostgreSQL serves any number of workers: the guarded writes keep them apart.
    """
    if settings.database_file is None:
        yield
        return
    path = settings.database_file.with_name(settings.database_file.name + ".worker")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise Problem(
                "这份数据已经有一个服务在用（进程 {pid}）：SQLite 只容许一个。请先停掉它（kill {pid}）；"
                "要多台机器一起跑，请改用 PostgreSQL：HUTONG_DATABASE=postgresql://…",
                pid=holder or "?",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)


async def check_mode(store: Store, settings: Settings) -> None:
    """Demonstration data is never served as real, and real data never as a demonstration. Raises Problem."""
    async with store.read() as session:
        demonstration = await session.get(Setting, DEMONSTRATION)
        people = (await session.exec(select(Account.id, Account.demo))).all()
    if not settings.demo and (demonstration or any(demo for _, demo in people)):
        raise Problem(
            "{data} 里是演示数据（虚构的县、公开的密码），不能正式运行。演示请用：HUTONG_MODE=demo hutong serve；"
            "正式站点请换一个目录：HUTONG_DATA=目录 hutong init",
            data=settings.data,
        )
    if settings.demo and people and not demonstration:
        raise Problem(
            "{data} 里是正式数据，不能当作演示来运行。正式运行请用：hutong serve；演示请换一个目录：HUTONG_DATA=目录",
            data=settings.data,
        )


NewPlace = tuple[str, str, str | None]  # code, name, text-message police number


@dataclass(frozen=True)
class FirstLogin:
    """An account made just now; the password is known nowhere else."""

    login: str
    password: str


async def settle(store: Store, places: Sequence[NewPlace], login: str, now: datetime) -> FirstLogin | None:
    """What every site needs in its database, added where it is missing: its places, the keyword rules, an admin.

    The first of `places` is the site's own, the others lie above it. Safe to run again. Raises Problem when there is no
    home yet and none is given.
    """
    batch = Batch()
    async with store.read() as session:
        known = (await session.exec(select(Place))).all()
        keywords = await session.get(Setting, KEYWORDS)
        row = await session.get(Setting, SITE)
        has_admin = (await session.exec(select(Account.id).where(Account.role == "admin"))).first()
    codes = {place.code for place in known}
    lay_places(batch, [place for place in places if place[0] not in codes], codes)
    renew_keywords(batch, keywords, now)
    home = row.value["home"] if row else places[0][0] if places else None
    if home is None:
        raise no_home()
    if not row:
        batch.add(Setting(key=SITE, value={"home": home}, updated_at=now))
    first = None
    if not has_admin:
        first = FirstLogin(login, new_password())
        admin = Account(
            id=new_id(now),
            login=login,
            name="管理员",
            role="admin",
            place_code=home,
            password_hash=hash_password(first.password),
            created_at=now,
        )
        batch.add(admin)
        batch.audit(now, "command:init", "account_made", admin.id, role="admin")
    await store.write(batch)
    return first


def no_home() -> Problem:
    return Problem("第一次建立站点要写明所在地（行政区划代码=名称）。例如：hutong init --place 458821=罗岭县")


def lay_places(batch: Batch, places: Sequence[NewPlace], known: Set[str] = frozenset()) -> None:
    """New places, each under the nearest one above it by the shape of its code."""
    codes = known | {code for code, *_ in places}
    for code, name, text_police in places:
        above = [other for other in codes if other != code and code.startswith(_stem(other))]
        parent = max(above, key=lambda other: len(_stem(other)), default=None)
        batch.add(Place(code=code, name=name, parent=parent, text_police=text_police))


def _stem(code: str) -> str:
    """The digits that every code below shares: province 2, city 4, county 6, town 9 (GB/T 2260, GB/T 10114)."""
    return next((code[:length] for length in (2, 4, 6, 9) if not code[length:].strip("0")), code)


def renew_keywords(batch: Batch, row: Setting | None, now: datetime) -> None:
    """The shipped rules, until the site has activated its own."""
    shipped = SHIPPED / "keywords.txt"
    if not shipped.exists():
        return
    value = {"text": shipped.read_text(encoding="utf-8-sig"), "origin": "shipped"}
    if row is None:
        batch.add(Setting(key=KEYWORDS, value=value, updated_at=now))
    elif row.value["origin"] == "shipped" and row.value["text"] != value["text"]:
        batch.change(row, value=value, updated_at=now)


def database_files(settings: Settings) -> list[Path]:
    """The files of an SQLite database, those of its log included."""
    file = settings.database_file
    return [file.with_name(file.name + end) for end in ("", "-wal", "-shm")] if file else []
