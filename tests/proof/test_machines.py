"""The services of docker-compose.yml, started from that file as processes of one machine, behind a real nginx with TLS.

What each is started with (command, settings, secrets in files, the proxy's configuration) is read out of the file; only addresses,
ports and directories are put in the place of the containers'. Writes docs/proof/machines.md.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.proof.figures import write_down
from tests.support import tools
from tests.support.house import free_port
from tests.support.telegram import BotApi, Phone, serving
from tests.together.filing import Street

pytestmark = pytest.mark.proof

HEADING = """
# Several machines: the services of docker-compose.yml, restarted one after another

Written by `make proof`. Every service of the product is started from `docker-compose.yml` (its command, its settings, its secrets as
files that `deploy/secrets` made) as a process of this machine, against a real PostgreSQL and behind Debian's nginx with
`deploy/nginx.conf` and TLS. While reporters file through the proxy, each service is ended by SIGTERM and started again, one after
another; messages are sent during each restart of a web process. No request may be answered with an error or left without an
answer, every receipt must open, cookies must be Secure, the audit chain must hold. The images themselves were not built: no container engine was at hand.
"""

COMPOSE: dict[str, Any] = yaml.safe_load((tools.CHECKOUT / "docker-compose.yml").read_text())
OURS = {name: each for name, each in COMPOSE["services"].items() if each["image"] == "hutong:local"}
TOKEN = "700001:" + "R" * 35
STORY = "邻居家男的又在打孩子，孩子一直哭着喊救命，就在罗岭县和平里{number}号，已经打了快半个小时"
REPORTS = 20
HEALTHY = 300  # seconds that a service may take until it answers, on a busy machine


@dataclass
class Machines:
    """`ports` by service; the proxy's are `https` and `http`."""

    place: Path
    database: str
    telegram: str
    ports: Mapping[str, int]
    running: dict[str, subprocess.Popen[bytes]]

    def here(self, text: str, name: str) -> str:
        """A value of the file, with this machine's places in it."""
        text = text.replace("/tmp/pulse", str(self.place / f"pulse-{name}")).replace(
            "/run/secrets/", f"{self.place}/secrets/"
        )
        return text.replace("/var/lib/hutong", f"{self.place}/data").replace("/etc/hutong", f"{self.place}/keys")

    def env(self, name: str) -> dict[str, str]:
        told = {key: self.here(str(value), name) for key, value in OURS[name]["environment"].items()}
        told["HUTONG_HOST"], told["HUTONG_PORT"] = "127.0.0.1", str(self.ports.get(name, 1))
        told["HUTONG_PROXIES"] += ",127.0.0.1"
        if name == "telegram":
            told["HUTONG_TELEGRAM_API"] = self.telegram
        return {key: value for key, value in os.environ.items() if not key.startswith("HUTONG_")} | told

    def hutong(self, *words: str) -> str:
        """`docker compose run --rm hutong WORDS`."""
        command = [sys.executable, "-m", "app", *words]
        done = subprocess.run(command, cwd=tools.CHECKOUT, env=self.env("hutong"), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        command = [sys.executable, "-m", "app", *OURS[name]["command"]]
        with open(self.place / f"{name}.log", "ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=tools.CHECKOUT, env=self.env(name), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def stop(self, name: str) -> None:
        self.running[name].send_signal(signal.SIGTERM)
        self.running[name].wait(60)

    async def healthy(self, name: str) -> None:
        """As its health check says: over HTTP, or by its pulse."""
        began = time.time()
        while time.time() < began + HEALTHY:
            assert self.running[name].poll() is None, (self.place / f"{name}.log").read_text()[-3000:]
            if name in self.ports:
                with suppress(httpx.TransportError):
                    async with httpx.AsyncClient() as http:
                        if (await http.get(f"http://127.0.0.1:{self.ports[name]}/alive")).status_code == 200:
                            return
            elif (pulse := self.place / f"pulse-{name}").exists() and pulse.stat().st_mtime > began - 1:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{name} is not healthy: {(self.place / f'{name}.log').read_text()[-3000:]}")

    def proxy(self) -> None:
        """nginx with the configuration of the file."""
        told = (tools.CHECKOUT / "deploy" / "nginx.conf").read_text()
        for name, port in self.ports.items():
            told = told.replace(f"server {name}:8800", f"server 127.0.0.1:{port}")
        told = told.replace("listen 8443", f"listen 127.0.0.1:{self.ports['https']}")
        told = told.replace("listen 8080", f"listen 127.0.0.1:{self.ports['http']}").replace(
            "/tmp/", f"{self.place}/nginx/"
        )
        (self.place / "nginx").mkdir()
        (self.place / "nginx.conf").write_text(self.here(told, "proxy"))
        command = [nginx(), "-c", str(self.place / "nginx.conf"), "-g", "daemon off;"]
        with open(self.place / "proxy.log", "ab") as log:
            self.running["proxy"] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not found:
        with suppress(tools.NotFetched):
            tools.apt(["nginx-light"])
        found = shutil.which("/usr/sbin/nginx")
    return found or pytest.skip("no nginx on this machine: apt-get install nginx-light")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A directory that nginx's workers may enter, with the secrets that `deploy/secrets` makes."""
    place = Path("/tmp") / f"hutong-machines-{os.getpid()}"
    (place / "deploy").mkdir(parents=True)
    place.chmod(0o755)
    shutil.copy(tools.CHECKOUT / "deploy" / "secrets", place / "deploy")
    subprocess.run([place / "deploy" / "secrets"], check=True, capture_output=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)


def test_the_services_of_the_file_restart_one_after_another_and_nothing_is_lost(place: Path, postgres_url: str) -> None:
    asyncio.run(_told(place, postgres_url))


async def _told(place: Path, url: str) -> None:
    (place / "secrets" / "database_url").write_text(url + "\n")
    (place / "secrets" / "telegram_reporter_token").write_text(TOKEN + "\n")
    web = [name for name in OURS if OURS[name]["command"][-1] == "web"]
    services = [name for name in OURS if OURS[name]["command"][0] == "serve"]
    ports = {name: free_port() for name in (*web, "https", "http")}
    began = time.monotonic()
    async with serving(BotApi()) as api:
        api.bot(TOKEN, "hutong_report_bot")
        machines = Machines(place, url, api.url, ports, {})
        with ExitStack() as stack:
            stack.callback(_end, machines)
            machines.hutong("init", "--place", "458821=罗岭县")
            for name in services:
                machines.start(name)
            machines.proxy()
            await asyncio.gather(*(machines.healthy(name) for name in services))
            base = f"https://127.0.0.1:{ports['https']}"
            trusted = ssl.create_default_context(cafile=str(place / "secrets" / "tls_certificate"))

            def browser() -> httpx.AsyncClient:
                return httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=120, verify=trusted)

            await _as_a_visitor_sees_it(browser, ports, place)
            street = Street(browser)
            filing = asyncio.create_task(street.file_all([STORY.format(number=number) for number in range(REPORTS)], 3))
            restarts = 0
            for name in services:
                before = street.sent
                await asyncio.to_thread(machines.stop, name)
                machines.start(name)
                await machines.healthy(name)
                restarts += 1
                assert name not in web or street.sent > before, f"nobody wrote while {name} was away: it shows nothing"
            filed = await filing
            assert street.repeated == 0, "every message was answered at once, by one process or the other"
            assert len({each.reference for each in filed}) == REPORTS
            for each in filed:
                assert each.reference in await street.reads(each)
            await _by_messenger(api)
            assert "封印链完整" in await asyncio.to_thread(machines.hutong, "audit", "verify")
            said = {name: (place / f"{name}.log").read_text() for name in services}
            assert not [name for name, text in said.items() if "Traceback" in text]
    figures = {
        "Services": len(services), "Restarts": restarts, "Reports": len(filed), "Messages": street.sent,
        "Sent again": street.repeated, "Lost": REPORTS - len(filed), "Seconds": round(time.monotonic() - began),
    }  # fmt: skip
    write_down("machines.md", HEADING, "nginx, PostgreSQL", figures)


async def _as_a_visitor_sees_it(browser: Any, ports: Mapping[str, int], place: Path) -> None:
    async with browser() as visitor:
        answer = await visitor.post("/chat/say", json={"update": "u", "text": "孩子身上有伤"})
        assert answer.status_code == 200 and "strict-transport-security" in answer.headers
        assert "secure" in answer.headers["set-cookie"].lower()
        assert (await visitor.get("/metrics")).status_code == 404
        plain = await visitor.get(f"http://127.0.0.1:{ports['http']}/receipt")
        assert plain.status_code == 308 and plain.headers["location"].startswith("https://")
    token = (place / "secrets" / "metrics_token").read_text().strip()
    async with httpx.AsyncClient() as inside:
        figures = await inside.get(
            f"http://127.0.0.1:{ports['web1']}/metrics", headers={"Authorization": f"Bearer {token}"}
        )
        assert figures.status_code == 200 and "hutong_" in figures.text


async def _by_messenger(api: BotApi) -> None:
    phone = Phone(api.bot(TOKEN), "李老师")
    phone.says("我班上一个8岁的女孩刚才被她爸爸拿刀砍伤了，正在流血，在罗岭县青禾镇家里")
    for _ in range(HEALTHY * 10):
        if any("查询码" in text for text in phone.texts):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the bot did not answer:\n{phone.screen}")


def _end(machines: Machines) -> None:
    names: Sequence[str] = [name for name, each in machines.running.items() if each.poll() is None]
    for name in names:
        machines.running[name].send_signal(signal.SIGTERM)
    for name in names:
        with suppress(subprocess.TimeoutExpired):
            machines.running[name].wait(30)
            continue
        machines.running[name].kill()


@pytest.mark.parametrize("profile", ["", "commands"])
def test_the_file_is_read_by_compose(profile: str) -> None:
    program = shutil.which("docker-compose")
    if not program:
        pytest.skip("no docker-compose on this machine: apt-get install --no-install-recommends docker-compose")
    command = [program, *(["--profile", profile] if profile else []), "-f", "docker-compose.yml", "config", "-q"]
    subprocess.run(command, cwd=tools.CHECKOUT, check=True, capture_output=True)
