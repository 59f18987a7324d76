"""Settings that several machines need: secrets in files, and whose word is taken for where a request came from."""

from pathlib import Path

import pytest

from app.problem import Problem
from app.settings import read

TOKEN = "0123456789abcdef"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    url = tmp_path / "database_url"
    url.write_text("postgresql://hutong:geheim@database/hutong\n")
    (tmp_path / "empty").write_text("\n")
    settings = read(
        {
            "HUTONG_DATABASE_FILE": str(url),
            "HUTONG_TELEGRAM_REPORTER_TOKEN_FILE": str(tmp_path / "empty"),
        }
    )
    assert settings.database == "postgresql://hutong:geheim@database/hutong"
    assert not settings.telegram.bots and settings.metrics_token == ""


def test_a_secret_has_one_place_and_a_file_that_is_away_is_named(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    with pytest.raises(Problem, match="只能写一个") as twice:
        read({"HUTONG_METRICS_TOKEN_FILE": str(file), "HUTONG_METRICS_TOKEN": TOKEN})
    assert TOKEN not in str(twice.value)
    with pytest.raises(Problem, match="nowhere"):
        read({"HUTONG_METRICS_TOKEN_FILE": str(tmp_path / "nowhere")})
    with pytest.raises(Problem, match="没有叫 HUTONG_HOST_FILE 的设置"):
        read({"HUTONG_HOST_FILE": str(file)})


def test_proxies_are_addresses_and_networks() -> None:
    assert read({"HUTONG_PROXIES": "127.0.0.1, 172.28.8.0/24,::1"}).proxies == (
        "127.0.0.1/32",
        "172.28.8.0/24",
        "::1/128",
    )
    assert read({}).proxies == ()
    for wrong in ("*", "proxy", "10.0.0.0/33", "172.28.8.1/24"):
        with pytest.raises(Problem, match="HUTONG_PROXIES"):
            read({"HUTONG_PROXIES": wrong})
