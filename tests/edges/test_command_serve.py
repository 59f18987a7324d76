"""`hutong serve` as a process: says where it is, shares nothing it must not, and pays for no messenger it has no token for."""

import subprocess
import sys

import httpx
import pytest

from tests.support.house import House, hutong
from tests.support.tools import CHECKOUT


def test_it_prints_its_addresses_and_the_demonstration_logins(house: House) -> None:
    house.start()
    assert httpx.get(f"{house.url}/alive").text == "ok"
    assert httpx.get(f"{house.url}/").status_code == 200
    house.hears("停止：Ctrl-C")
    told = "".join(house.said)
    assert f"{house.url}/console" in told and "gongan" in told and "密码" in told and "Traceback" not in told


def test_a_second_service_on_the_same_sqlite_is_refused_and_a_taken_port_named(house: House) -> None:
    house.start()
    with pytest.raises(RuntimeError, match="SQLite 只容许一个"):
        hutong("serve", env=house.env | {"HUTONG_PORT": "1"})
    with pytest.raises(RuntimeError, match=f"端口 {house.port} 已被占用.*HUTONG_PORT={house.port + 1}"):
        hutong("serve", "--roles", "web", env=house.env)
    with pytest.raises(RuntimeError, match="SQLite 只容许一个"):
        hutong("init", "--demo", "--reset", env=house.env)


def test_a_killed_service_leaves_no_lock_behind(house: House) -> None:
    house.start().kill()
    house.start()
    assert httpx.get(f"{house.url}/alive").text == "ok"


def test_the_two_sites_are_switched_on_apart(house: House) -> None:
    house.env["HUTONG_SITES"] = "chat"
    house.start()
    assert httpx.get(f"{house.url}/").status_code == 200
    assert httpx.get(f"{house.url}/console/login").status_code == 404


def test_a_run_without_a_token_never_imports_a_messenger() -> None:
    """aiogram alone costs seconds and 165 MB."""
    code = (
        "import app.commands.serve, sys;"
        "print([name for name in ('aiogram', 'telegram') if any(m.split('.')[0] == name for m in sys.modules)])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_bench_measures_both_rates_in_one_run(house: House) -> None:
    said = hutong("bench", "intake", "--reports", "8", "--at-once", "2", env=house.env)
    assert said.count("件/秒") == 2 and said.count("两者之比：") == 1


def test_tickets_are_measured_on_postgresql_too_round_by_round(house: House, postgres_url: str) -> None:
    said = hutong(
        "bench",
        "intake",
        "--tickets",
        "--reports",
        "4",
        "--at-once",
        "1",
        "2",
        "--database",
        postgres_url,
        env=house.env,
    )
    assert "PostgreSQL" in said and said.count("两者之比：") == 2 and said.count("件/秒") == 3


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from app.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'fastapi', 'jieba', 'rjieba', 'pyrage'} & {m.split('.')[0] for m in sys.modules}\n"
        "sys.exit(' '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
