"""Making a site, looking it over, and every way of getting it wrong: a sentence with the next command, never a traceback."""

import os
import re
import stat

import pytest
from sqlalchemy import text

from app.clock import FileClock
from records.schema import sync_engine
from tests.support.terminal import Terminal

PLACE = ("--place", "458821=罗岭县")


def test_a_new_site_gets_its_keys_its_database_and_its_first_admin(terminal: Terminal) -> None:
    said = terminal.hutong("init", *PLACE)
    assert said.code == 0
    assert "请现在就备份这个文件" in said.out and str(terminal.data / "keys.json") in said.out
    assert re.search(r"管理员登录名 admin，初始密码 (?:[A-Z0-9]{4}-){3}[A-Z0-9]{4} （只显示这一次）", said.out)
    assert said.out.strip().endswith("下一步：hutong serve")
    for path in (terminal.data, terminal.data / "keys.json", terminal.data / "hutong.db"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_init_again_changes_nothing_and_shows_no_second_password(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    keys = (terminal.data / "keys.json").read_bytes()
    again = terminal.hutong("init")
    assert again.code == 0 and "已是最新版本" in again.out and "密码" not in again.out
    assert (terminal.data / "keys.json").read_bytes() == keys


def test_a_site_needs_a_place_and_a_well_formed_one(terminal: Terminal) -> None:
    assert "hutong init --place 458821=罗岭县" in terminal.hutong("init").err
    assert not (terminal.data / "keys.json").exists()
    assert "行政区划代码=名称" in terminal.hutong("init", "--place", "罗岭县").err


def test_a_lost_key_file_is_not_replaced_by_a_new_one(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    (terminal.data / "keys.json").unlink()
    for command in ("init", "serve", "doctor", "backup"):
        said = terminal.hutong(*([command, "x.age"] if command == "backup" else [command]))
        assert said.code == 1 and "请把备份的密钥文件放回" in said.err + said.out, command
        assert "密钥还没有装入" not in said.out, "what follows from it is not said in other words"
    assert not (terminal.data / "keys.json").exists()


def test_a_key_file_of_another_site_is_found_out_by_the_doctor(terminal: Terminal) -> None:
    terminal.hutong("init", "--demo")
    mine = terminal.settings
    terminal.settings = mine | {"HUTONG_DATA": str(terminal.directory / "other")}
    terminal.hutong("init", *PLACE)
    foreign = (terminal.data / "keys.json").read_bytes()
    terminal.settings = mine
    (terminal.data / "keys.json").write_bytes(foreign)
    said = terminal.hutong("doctor", HUTONG_MODE="demo")
    assert said.code == 1 and "密钥文件里没有它" in said.out


@pytest.mark.parametrize(("revision", "says"), [("9999", "比本程序新"), (None, "hutong init")])
def test_a_database_of_another_version_is_a_sentence_with_the_next_command(
    terminal: Terminal, revision: str | None, says: str
) -> None:
    terminal.hutong("init", *PLACE)
    engine = sync_engine(f"sqlite:///{terminal.data / 'hutong.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    engine.dispose()
    for command in ("serve", "doctor"):
        said = terminal.hutong(command)
        assert said.code == 1 and says in said.err + said.out, command


def test_nothing_made_yet_says_init(terminal: Terminal) -> None:
    assert "hutong init" in terminal.hutong("serve").err
    said = terminal.hutong("doctor")
    assert said.code == 1 and "hutong init" in said.out


def test_production_refuses_the_demonstration_and_its_clock(terminal: Terminal) -> None:
    assert terminal.hutong("init", "--demo").code == 0
    said = terminal.hutong("serve")
    assert said.code == 1 and "演示数据" in said.err and "HUTONG_MODE=demo hutong serve" in said.err
    said = terminal.hutong("serve", HUTONG_CLOCK_FILE=str(terminal.directory / "clock"))
    assert said.code == 1 and "unset HUTONG_CLOCK_FILE" in said.err
    assert terminal.hutong("doctor").code == 1


def test_real_data_is_never_run_or_reset_as_a_demonstration(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    before = (terminal.data / "hutong.db").read_bytes()
    for words in (["serve"], ["init", "--demo"], ["init", "--demo", "--reset"]):
        said = terminal.hutong(*words, HUTONG_MODE="demo")
        assert said.code == 1 and "正式数据" in said.err, words
    assert "只用于演示数据" in terminal.hutong("init", "--reset").err
    assert (terminal.data / "hutong.db").read_bytes() == before


def test_the_demonstration_starts_over_with_its_clock_on_the_real_time(terminal: Terminal) -> None:
    terminal.hutong("init", "--demo", "--bare")
    (terminal.data / "clock").write_text("+3600")
    said = terminal.hutong("init", "--demo", "--reset", "--bare")
    assert said.code == 0 and "已建立数据库" in said.out
    assert not (terminal.data / "clock").exists()


def test_an_unreadable_clock_file_is_a_sentence(terminal: Terminal) -> None:
    terminal.hutong("init", "--demo", "--bare")
    (terminal.data / "clock").write_text("tomorrow")
    said = terminal.hutong("init", "--demo", "--reset", "--bare", HUTONG_CLOCK_FILE=str(terminal.data / "clock"))
    assert said.code == 0  # it is thrown away with the rest
    (terminal.data / "clock").write_text("2026-11-22T03:10:00")
    with pytest.raises(Exception, match="时钟文件"):
        FileClock(terminal.data / "clock").now()


def test_the_doctor_of_a_healthy_site_finds_nothing_bad(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    said = terminal.hutong("doctor", HUTONG_PORT="18799")
    assert said.code == 0, said.out
    for looked in ("Python", "锁定版本", "密钥文件", "数据库可写", "关键词规则", "处置规程", "端口", "还没有备份过"):
        assert looked in said.out


def test_the_doctor_sees_files_that_others_can_read(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    os.chmod(terminal.data / "keys.json", 0o644)
    said = terminal.hutong("doctor")
    assert said.code == 1 and f"chmod 600 {terminal.data / 'keys.json'}" in said.out


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HUTONG_PORT", "http", "1 到 65535"),
        ("HUTONG_PORT", "70000", "1 到 65535"),
        ("HUTONG_MODE", "prod", "demo / production"),
        ("HUTONG_DATABASE", "mysql://root:secret@here/x", "sqlite:///文件路径 或 postgresql://"),
        ("HUTONG_SITES", "chat,admin", "chat / console"),
        ("HUTONG_LANGUAGE", "fr", "zh / en"),
        ("HUTONG_DATABSE", "x", "没有叫 HUTONG_DATABSE 的设置"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_it_may_be(terminal: Terminal, name: str, value: str, says: str) -> None:
    said = terminal.hutong("doctor", **{name: value})
    assert said.code == 1 and says in said.err and "secret" not in said.err


def test_a_database_that_does_not_answer_is_a_sentence(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    said = terminal.hutong("serve", HUTONG_DATABASE="postgresql://nobody@127.0.0.1:9/nothing")
    assert said.code == 1 and "数据库用不了" in said.err and "HUTONG_DATABASE" in said.err


def test_help_names_every_command_and_each_has_its_own(terminal: Terminal) -> None:
    from app.__main__ import COMMANDS

    said = terminal.hutong("--help")
    assert said.code == 0
    for command in COMMANDS:
        assert command in said.out
        own = terminal.hutong(command, "--help")
        assert own.code == 0 and COMMANDS[command].rstrip("。") in own.out, command
    assert terminal.hutong("no-such-command").code == 2
    assert re.fullmatch(r"hutong \d+\.\d+\.\d+\n", terminal.hutong("version").out)
