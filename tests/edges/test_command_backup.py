"""`hutong backup` and `hutong restore`, as the county's IT person types them."""

import pytest

from tests.support.terminal import Terminal

PLACE = ("--place", "458821=罗岭县")


def test_a_site_moves_to_another_machine_with_its_backup_and_its_keys(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    made = terminal.hutong("backup", str(terminal.directory / "site.age"))
    assert made.code == 0 and "已读回核对" in made.out and "keys.json" in made.out
    assert "上一次备份在" in terminal.hutong("doctor").out
    keys = (terminal.data / "keys.json").read_bytes()
    terminal.settings["HUTONG_DATA"] = str(terminal.directory / "new machine")
    terminal.data.mkdir()
    (terminal.data / "keys.json").write_bytes(keys)
    (terminal.data / "keys.json").chmod(0o600)
    said = terminal.hutong("restore", str(terminal.directory / "site.age"))
    assert said.code == 0 and "下一步：hutong doctor" in said.out
    terminal.data.chmod(0o700)
    assert terminal.hutong("doctor").code == 0
    assert "已是最新版本" in terminal.hutong("init").out


def test_a_directory_gets_a_dated_file(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    assert terminal.hutong("backup", str(terminal.directory)).code == 0
    assert len(list(terminal.directory.glob("hutong-20??????-??????.age"))) == 1


def test_restoring_over_data_must_be_asked_for(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    terminal.hutong("backup", str(terminal.directory / "site.age"))
    said = terminal.hutong("restore", str(terminal.directory / "site.age"))
    assert said.code == 1 and "--replace" in said.err
    assert terminal.hutong("restore", str(terminal.directory / "site.age"), "--replace").code == 0


def test_without_the_keys_there_is_no_restore(terminal: Terminal) -> None:
    terminal.hutong("init", *PLACE)
    terminal.hutong("backup", str(terminal.directory / "site.age"))
    terminal.settings["HUTONG_DATA"] = str(terminal.directory / "elsewhere")
    said = terminal.hutong("restore", str(terminal.directory / "site.age"))
    assert said.code == 1 and "密钥文件" in said.err
    terminal.hutong("init", *PLACE)
    said = terminal.hutong("restore", str(terminal.directory / "site.age"), "--replace")
    assert said.code == 1 and "不是用本站密钥写的" in said.err


@pytest.mark.parametrize("words", [["backup", "no/such/dir/x.age"], ["restore", "nothing.age"]])
def test_a_path_that_is_not_there_is_a_sentence(terminal: Terminal, words: list[str]) -> None:
    terminal.hutong("init", *PLACE)
    said = terminal.hutong(words[0], str(terminal.directory / words[1]))
    assert said.code == 1 and "没有" in said.err


def test_a_site_grows_from_sqlite_to_postgresql_by_backup_and_restore(terminal: Terminal, postgres_url: str) -> None:
    terminal.hutong("init", *PLACE)
    terminal.hutong("backup", str(terminal.directory / "site.age"))
    terminal.settings["HUTONG_DATABASE"] = postgres_url
    assert "hutong init" in terminal.hutong("serve").err
    assert terminal.hutong("restore", str(terminal.directory / "site.age")).code == 0
    said = terminal.hutong("doctor")
    assert said.code == 0 and "密钥能打开数据库里的内容" in said.out
    assert "已是最新版本" in terminal.hutong("init").out
    assert "--replace" in terminal.hutong("restore", str(terminal.directory / "site.age")).err
    assert terminal.hutong("backup", str(terminal.directory / "again.age")).code == 0
