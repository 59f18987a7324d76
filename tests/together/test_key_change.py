"""The keys of a running house are changed: nobody is turned away, and the old key is gone in the end."""

import httpx
import pytest

from tests.browser.test_story import DANGER
from tests.support.house import House, hutong


def says(house: House, text: str) -> str:
    with httpx.Client(base_url=house.url, headers={"Origin": house.url}, timeout=60) as visitor:
        answer = visitor.post("/chat/say", json={"update": "u1", "text": text})
        answer.raise_for_status()
        return str(visitor.get("/").raise_for_status().text)


def test_keys_change_while_people_report(any_house: House) -> None:
    """Each cipher on one of the databases: neither knows of the other."""
    house = any_house.start()
    cipher = "aes-256-gcm" if "HUTONG_DATABASE" in house.env else "sm4-gcm"
    says(house, DANGER)
    old = hutong("keys", "list", env=house.env).split()[1]
    said = hutong("keys", "rotate", "--later", "--cipher", cipher, env=house.env)
    assert cipher in said and "备份密钥文件" in said
    says(house, DANGER)
    with pytest.raises(RuntimeError, match="还封着"):
        hutong("keys", "retire", old, env=house.env)
    hutong("keys", "reseal", env=house.env)
    says(house, DANGER)
    hutong("keys", "reseal", env=house.env)  # what the running house sealed before it looked
    assert "旧密钥" in hutong("keys", "reseal", env=house.env)
    hutong("keys", "retire", old, env=house.env)
    says(house, DANGER)
    new = hutong("keys", "list", env=house.env).split()
    assert old not in new and cipher in new
    house.restart()
    says(house, DANGER)
    assert "Traceback" not in "".join(house.said)
    assert "封印链完整" in hutong("audit", "verify", env=house.env)


def test_a_site_is_wrapped_under_a_master_key_and_goes_on(house: House) -> None:
    master = house.directory / "elsewhere.key"
    hutong("keys", "master", str(master), env=house.env)
    with pytest.raises(RuntimeError, match="HUTONG_MASTER"):
        hutong("keys", "list", env=house.env)
    house.env["HUTONG_MASTER"] = str(master)
    house.start()
    says(house, DANGER)
    hutong("keys", "sign", env=house.env)
    assert "密钥文件" in hutong("doctor", env=house.env)
