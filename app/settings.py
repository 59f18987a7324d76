"""Settings: taken from the environment, read once, typed, and refused rather than guessed. A secret may stand in a file instead:
`HUTONG_METRICS_TOKEN_FILE` names the file that holds it."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.problem import Problem
from bot.messenger import OFFICIAL, Messenger

SHIPPED = Path(__file__).resolve().parent.parent / "data"  # defaults that come with the program, never written

ROLES = ("web", "worker", "telegram")
SITES = ("chat", "console", "api")
LANGUAGES = ("zh", "en")

_NAMES = (
    "HUTONG_DATA", "HUTONG_HOST", "HUTONG_PORT", "HUTONG_DATABASE", "HUTONG_MODE", "HUTONG_CLOCK_FILE", "HUTONG_KEYS",
    "HUTONG_SITES", "HUTONG_LANGUAGE", "HUTONG_CONSOLE", "HUTONG_TELEGRAM_REPORTER_TOKEN", "HUTONG_TELEGRAM_DUTY_TOKEN",
    "HUTONG_TELEGRAM_API", "HUTONG_TELEGRAM_WEBHOOK", "HUTONG_HEARTBEAT", "HUTONG_MASTER", "HUTONG_METRICS_TOKEN", "HUTONG_LOG",
    "HUTONG_PROXIES", "HUTONG_PULSE",
)  # fmt: skip
_IN_FILES = tuple(  # secrets, which may stand in files: NAME_FILE
    f"{name}_FILE"
    for name in (
        "HUTONG_DATABASE",
        "HUTONG_TELEGRAM_REPORTER_TOKEN",
        "HUTONG_TELEGRAM_DUTY_TOKEN",
        "HUTONG_METRICS_TOKEN",
    )
)


_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,80}")


class Mode(StrEnum):
    """`demo`: an invented county, public passwords, a clock that can be pushed. `production`: none of these."""

    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Settings:
    """All that the environment decides. Paths are absolute."""

    data: Path  # HUTONG_DATA: the directory of everything a site changes
    host: str  # HUTONG_HOST
    port: int  # HUTONG_PORT
    database: str  # HUTONG_DATABASE: sqlite:///PATH or postgresql://…
    mode: Mode  # HUTONG_MODE
    clock_file: Path | None  # HUTONG_CLOCK_FILE, or the demonstration's own; None is the real time
    keys: Path  # HUTONG_KEYS
    sites: frozenset[str]  # HUTONG_SITES: which of the web sites this process serves
    language: str  # HUTONG_LANGUAGE: of what the terminal says
    console: str  # HUTONG_CONSOLE: the address at which staff open the workplace, for links in messages
    telegram: Messenger  # HUTONG_TELEGRAM_…
    master: Path | None = None  # HUTONG_MASTER: the file of the master key that wraps the key file, if it is wrapped
    heartbeat: str = ""  # HUTONG_HEARTBEAT: asked every minute while all promises are kept
    metrics_token: str = ""  # HUTONG_METRICS_TOKEN: who may read /metrics; empty: nobody
    log: str = "text"  # HUTONG_LOG: text, or json (a line each)
    proxies: tuple[
        str, ...
    ] = ()  # HUTONG_PROXIES: whose word is taken for where a request came from, and that it was https
    pulse: Path | None = None  # HUTONG_PULSE: a file that is touched while the process is alive, for a health check

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None for PostgreSQL."""
        return Path(self.database.removeprefix("sqlite:///")) if self.database.startswith("sqlite:///") else None


def read(environ: Mapping[str, str], *, demo: bool = False) -> Settings:
    """The settings as the environment has them; `demo` asks for demonstration mode whatever HUTONG_MODE says.

    Raises Problem, naming the setting and what it may be.
    """
    ours = [name for name in environ if name.startswith("HUTONG_") and not name.startswith("HUTONG_TEST_")]
    unknown = sorted(set(ours) - set(_NAMES) - set(_IN_FILES))  # a misspelt setting would otherwise be a silent default
    if unknown:
        raise Problem("没有叫 {name} 的设置。可用的有：{names}", name=unknown[0], names=" ".join(_NAMES))
    given = _from_files(environ) | {name: environ[name].strip() for name in _NAMES if environ.get(name, "").strip()}
    mode = Mode.DEMO if demo else Mode(_one_of("HUTONG_MODE", given.get("HUTONG_MODE", "production"), tuple(Mode)))
    data = _path(given.get("HUTONG_DATA", "var"))
    clock_file = _path(given["HUTONG_CLOCK_FILE"]) if "HUTONG_CLOCK_FILE" in given else None
    if clock_file and mode is Mode.PRODUCTION:
        raise Problem(
            "正式运行不用时钟文件。请去掉设置：unset HUTONG_CLOCK_FILE；只想演示时请用：HUTONG_MODE=demo hutong serve"
        )
    return Settings(
        data=data,
        host=given.get("HUTONG_HOST", "127.0.0.1"),
        port=_port(given.get("HUTONG_PORT", "8800")),
        database=_database(given.get("HUTONG_DATABASE", f"sqlite:///{data / 'hutong.db'}")),
        mode=mode,
        clock_file=clock_file or (data / "clock" if mode is Mode.DEMO else None),
        keys=_path(given["HUTONG_KEYS"]) if "HUTONG_KEYS" in given else data / "keys.json",
        sites=frozenset(several_of("HUTONG_SITES", given.get("HUTONG_SITES", ",".join(SITES)), SITES)),
        language=_one_of("HUTONG_LANGUAGE", given.get("HUTONG_LANGUAGE", "zh"), LANGUAGES),
        console=_address(given, "HUTONG_CONSOLE", ("http", "https")),
        telegram=_telegram(given),
        master=_path(given["HUTONG_MASTER"]) if "HUTONG_MASTER" in given else None,
        heartbeat=_address(given, "HUTONG_HEARTBEAT", ("http", "https")),
        metrics_token=_secret(given, "HUTONG_METRICS_TOKEN"),
        log=_one_of("HUTONG_LOG", given.get("HUTONG_LOG", "text"), ("text", "json")),
        proxies=_networks(given.get("HUTONG_PROXIES", "")),
        pulse=_path(given["HUTONG_PULSE"]) if "HUTONG_PULSE" in given else None,
    )


def _from_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Secrets that stand in files. An empty file is a setting that is not set. Raises Problem, and never shows a secret."""
    found = {}
    for name in _IN_FILES:
        if not (path := environ.get(name, "").strip()):
            continue
        plain = name.removesuffix("_FILE")
        if environ.get(plain, "").strip():
            raise Problem("{name} 和 {plain} 只能写一个。", name=name, plain=plain)
        try:
            value = _path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise Problem("{name} 指的文件读不了：{path}。请检查它在不在、谁可以读。", name=name, path=path) from None
        if value:
            found[plain] = value
    return found


def _networks(value: str) -> tuple[str, ...]:
    """Addresses and networks, separated by commas. Raises Problem."""
    found = []
    for part in filter(None, (part.strip() for part in value.split(","))):
        try:
            found.append(str(ipaddress.ip_network(part)))
        except ValueError:
            raise Problem(
                "HUTONG_PROXIES 要写代理的地址或网段，用逗号分开，例如 127.0.0.1,172.28.8.0/24，现在是“{value}”。",
                value=part,
            ) from None
    return tuple(found)


def _secret(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "")
    if value and (len(value) < 16 or not value.isascii()):  # the value itself is a secret and is not repeated
        raise Problem("{name} 太短：要 16 个以上的字母数字，例如 openssl rand -hex 16 的输出。", name=name)
    return value


def _telegram(given: Mapping[str, str]) -> Messenger:
    reporter, duty = given.get("HUTONG_TELEGRAM_REPORTER_TOKEN", ""), given.get("HUTONG_TELEGRAM_DUTY_TOKEN", "")
    for name in ("HUTONG_TELEGRAM_REPORTER_TOKEN", "HUTONG_TELEGRAM_DUTY_TOKEN"):
        if name in given and not _TOKEN.fullmatch(given[name]):  # the value itself is a secret and is not repeated
            raise Problem("{name} 不像令牌：应是 BotFather 给的“数字:字母”。", name=name)
    if reporter and reporter == duty:
        raise Problem(
            "两个机器人要各有自己的令牌：HUTONG_TELEGRAM_REPORTER_TOKEN 和 HUTONG_TELEGRAM_DUTY_TOKEN 现在一样。"
        )
    api = _address(given, "HUTONG_TELEGRAM_API", ("http", "https")) or OFFICIAL
    # The messenger itself calls back by https only; a server of one's own may stand in the same house.
    webhook = _address(given, "HUTONG_TELEGRAM_WEBHOOK", ("https",) if api == OFFICIAL else ("http", "https"))
    return Messenger(reporter, duty, api, webhook)


def _address(given: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    """A web address without its last slash; empty when it is not set. Raises Problem."""
    value = given.get(name, "").rstrip("/")
    if value and not (value.startswith(tuple(f"{scheme}://" for scheme in schemes)) and len(value.split("://")[1]) > 2):
        raise Problem(
            "{name} 要写成 {scheme}://主机 这样的地址，现在是“{value}”。", name=name, scheme=schemes[-1], value=value
        )
    return value


def several_of(name: str, value: str, allowed: tuple[str, ...]) -> list[str]:
    """`a,b` as a list, each of them allowed. Raises Problem."""
    return [_one_of(name, part.strip(), allowed) for part in value.split(",")]


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise Problem("{name} 只能是 {allowed}，现在是“{value}”。", name=name, allowed=" / ".join(allowed), value=value)
    return value


def _port(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise Problem("HUTONG_PORT 要是 1 到 65535 的整数，现在是“{value}”。例如：HUTONG_PORT=8801", value=value)
    return int(value)


def _path(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _database(value: str) -> str:
    if value.startswith("sqlite:///") and value != "sqlite:///":
        return f"sqlite:///{_path(value.removeprefix('sqlite:///'))}"
    if value.startswith(("postgresql://", "postgres://")):
        return "postgresql://" + value.partition("://")[2]
    raise Problem(  # the value itself may hold a password and is not repeated
        "HUTONG_DATABASE 要写成 sqlite:///文件路径 或 postgresql://用户:密码@主机/库名。不设置时用数据目录里的 SQLite。"
    )
