"""`make check` refuses a protocol pack that repeats its parent, leaves a category to nobody, or names what does not exist."""

import shutil
from pathlib import Path

import pytest

from scripts.check_data import DATA, main


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "protocols").mkdir()
    shutil.copy(DATA / "keywords.txt", tmp_path)
    for path in (DATA / "protocols").iterdir():
        shutil.copy(path, tmp_path / "protocols")
    shutil.copytree(DATA / "platforms", tmp_path / "platforms")
    return tmp_path


def test_the_shipped_data_are_sound(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(data) == 0 and "sound" in capsys.readouterr().out


def plant(data: Path, file: str, old: str, new: str) -> None:
    path = data / "protocols" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


TAKES_OUT_OF_SCOPE = (
    '[[line]]\ncategory = "out_of_scope"\nlead = ["gov_service"]\nclauses = ["statute:F1", "statute:F3"]\n'
)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        # repeats its parent: a whole line, part of one, a number, the coordinator
        ("guangxi.toml", "\n[[line]]", '\n[[line]]\ncategory="dropout"\nwith=["police"]\nclauses=["statute:E3"]\n\n[[line]]',
         ["guangxi.toml:9", "与上级方案相同"]),
        ("chongqing.toml", 'with = ["education"]', 'with = ["education", "justice"]', ["chongqing.toml:", "with justice"]),
        ("gaotai.toml", 'instead = ["education"]', 'instead = ["education"]\nnine = []\ncopy = ["police"]', ["copy police"]),
        ("guangxi.toml", "\n[[line]]", '\n[deadlines.accept]\nurgent = "PT2H O"\n\n[[line]]', ["deadlines.accept.urgent"]),
        ("chongqing.toml", "\n[[line]]", 'coordinator = "working_committee"\n\n[[line]]', ["coordinator"]),
        # a category without a lead, everywhere or under one of its conditions
        ("national.toml", TAKES_OUT_OF_SCOPE, "", ["national", "out_of_scope", "没有牵头单位"]),
        ("siping_tiedong.toml", "\n[[line]]", '\n[[line]]\ncategory="dropout"\nwithout=["education"]\nclauses=["statute:E3"]\n\n[[line]]',
         ["siping_tiedong", "dropout", "没有牵头单位"]),
        ("national.toml", 'unless = { institution = "welfare" }\nlead = ["education"]',
         'unless = { institution = ["welfare", "nursery"] }\nlead = ["education"]', ["campus_safety", "没有牵头单位"]),
        # a clause that is nowhere, or not verified
        ("gaotai.toml", "gaotai:GT7", "gaotai:GT20", ["gaotai.toml:", "gaotai:GT20"]),
        ("national.toml", "statute:A10", "statute:A99", ["deadlines.three_day", "statute:A99"]),
        ("national.toml", 'clauses = ["statute:A12"]', 'clauses = ["statute:A13"]', ["[held]", "未能核验"]),
        ("siping_tiedong.toml", "siping_tiedong:T8", "siping_tiedong:T88", ["[registered]", "siping_tiedong:T88"]),
        # a department that does not exist
        ("guangxi.toml", '["youth_league"]', '["youth_leage"]', ["guangxi.toml:", "youth_leage"]),
        ("national.toml", 'school = "education"', 'school = "educatoin"', ["educatoin"]),
        ("national.toml", '[registered]\nwith = ["civil_affairs"]', '[registered]\nwith = ["civil"]', ["civil"]),
    ],
)  # fmt: skip
def test_it_is_refused(
    data: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, says: list[str]
) -> None:
    plant(data, file, old, new)
    assert main(data) == 1
    said = capsys.readouterr().out
    assert all(word in said for word in says), said
