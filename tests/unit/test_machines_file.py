"""docker-compose.yml as a file: what it promises of users, file systems, secrets and settings. `make proof` runs its services."""

import re
from typing import Any

import pytest
import yaml

from app import settings
from tests.support.tools import CHECKOUT

FILE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "hutong:local"]


def test_two_of_each_that_may_be_two() -> None:
    roles = sorted(" ".join(SERVICES[name]["command"]) for name in OURS)
    web, worker, telegram = (f"serve --roles {role}" for role in ("web", "worker", "telegram"))
    assert roles == ["doctor", telegram, web, web, worker, worker]
    assert {"database", "proxy"} <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_is_root_and_nothing_but_volumes_is_written(name: str) -> None:
    service = SERVICES[name]
    assert int(service["user"].split(":")[0]) > 0 and service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "test" in service["healthcheck"] or name == "hutong"
    assert name == "proxy" or "ports" not in service, "only the proxy is reached from outside"


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_files_that_are_declared_and_made(name: str) -> None:
    service, made = SERVICES[name], (CHECKOUT / "deploy" / "secrets").read_text()
    for secret in service.get("secrets", []):
        assert FILE["secrets"][secret]["file"] == f"./secrets/{secret}" and secret in made
    for variable, value in service.get("environment", {}).items():
        assert not re.search("TOKEN$|PASSWORD$", variable), (
            "a secret in the environment is seen by whoever lists processes"
        )
        if variable.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in service["secrets"]


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_of_ours(name: str) -> None:
    plain = {key: value for key, value in SERVICES[name]["environment"].items() if not key.endswith("_FILE")}
    read = settings.read(plain)
    assert not read.demo and read.host == "0.0.0.0"
    (inside,) = FILE["networks"]["inside"]["ipam"]["config"]
    assert read.proxies == (inside["subnet"],), "the proxy is believed, and it alone stands in that network with us"


def test_the_proxy_knows_the_web_processes_and_believes_nobody() -> None:
    told = (CHECKOUT / "deploy" / "nginx.conf").read_text()
    web = {name for name in OURS if SERVICES[name]["command"][-1] == "web"}
    assert set(re.findall(r"server (\w+):8800", told)) == web
    assert "X-Forwarded-For $remote_addr;" in told and "access_log off;" in told
