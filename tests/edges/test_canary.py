"""Unique names, numbers and stories go in through every channel, and are then looked for wherever something leaves the house
or lies in it: in logs, figures, letters, addresses, error pages, the database, backups and exports."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import json
import logging
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pyrage
import pytest

from app import logs
from app.__main__ import main
from app.logs import Discreet
from bot.edge import REPORTER
from intake.said import Reply, Said
from records.secrets import keyring
from records.tables import Letter
from tests.edges.canaries import (
    CHILDREN,
    REPORTERS,
    WORDS,
    Overheard,
    knock_everywhere,
    tell_everything,
    work_on,
)
from tests.edges.messenger import Exchange, exchange
from tests.edges.visitor import Street
from tests.support.canary import Search, forms
from web.site import build

TOKEN = "0123456789abcdef"
SEARCH = Search(WORDS)


@pytest.fixture
async def line(county: dict[str, str]) -> AsyncIterator[Exchange]:
    async with exchange(county, REPORTER) as line:
        yield line


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What `hutong serve` writes to standard error, as lines and as JSON."""
    root, told = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    with redirect_stderr(told):
        logs.to_stderr("json")
    lines = logging.StreamHandler(told)
    lines.setFormatter(Discreet("%(levelname)s %(name)s %(message)s"))
    root.addHandler(lines)
    yield told
    root.handlers[:] = before
    root.setLevel(level)


async def broken(said: Said) -> list[Reply]:
    raise ValueError(f"could not hear {said.text}")


async def test_no_private_word_is_anywhere_but_behind_the_door(
    county: dict[str, str], line: Exchange, log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    town, edge = line.town, replace(line.town.house.edge(), metrics_token=TOKEN, pulse_seconds=0.01)
    site, overheard, asked = build(edge), Overheard(), list[tuple[str, Any]]()

    async def note(method: str, values: dict[str, Any], moment: str) -> None:
        asked.append((method, values))

    line.api.watch = note
    street = Street(site, town)
    told = await tell_everything(line, site, street, overheard)
    await work_on(line, street, overheard, told)
    await town.house.seal()
    everything = Search([*WORDS, *told.codes])
    where: dict[str, bytes] = {}

    where |= await knock_everywhere(site, build(replace(edge, hear=broken)), overheard, told)
    others = overheard.follow(street.visitor())
    await others.opens("/receipt")
    await others.posts("/receipt", update=others.hidden("update"), code=told.codes[0])
    where["receipt"] = others.page.replace(told.codes[0], "").encode()
    for login, paths in {"duban": ("/console/board",), "guanli": ("/console/accounts", "/console/directory")}.items():
        staff = overheard.follow(await street.staff(login))
        for path in paths:
            where[path] = (await staff.opens(path)).content
    where["figures"] = (await others.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).content
    assert b"hutong_" in where["figures"]
    where["addresses"] = "\n".join(overheard.addresses).encode()
    letters = await town.rows(Letter)
    assert len(letters) > 6
    where["letters"] = json.dumps([[each.kind, each.recipient, each.params] for each in letters]).encode()
    theirs = [values for _, values in asked if str(values.get("chat_id", "")) != "7391846250"]
    where["messenger, to anybody else"] = json.dumps(theirs, ensure_ascii=False, default=str).encode()

    where |= await asyncio.to_thread(database, county)
    for name, value in county.items():
        if name.startswith("HUTONG_"):
            monkeypatch.setenv(name, value)
    out = tmp_path / "out"
    out.mkdir()
    capsys.readouterr()
    for words in (
        ("backup", out / "site.age"),
        ("audit", "export", out / "audit.jsonl"),
        ("audit", "checkpoint", out / "checkpoint"),
        ("audit", "statement", out / "statement"),
        ("audit", "--jsonl"),
        ("audit", "verify"),
        ("doctor",),
        ("keys", "list"),
    ):
        await asyncio.to_thread(main, [str(word) for word in words])
        said = capsys.readouterr()
        where[f"said by {words[0]} {words[-1]}"] = (said.out + said.err).encode()
    where |= {path.name: path.read_bytes() for path in out.iterdir()}
    assert {"site.age", "audit.jsonl", "checkpoint"} <= set(where)
    identity = pyrage.x25519.Identity.from_str(keyring().backup)
    where["backup, opened"] = pyrage.decrypt(where["site.age"], [identity])
    where["log"] = log.getvalue().encode()
    assert b"ValueError" in where["log"] and b"/console/case/{reference}" in where["log"]

    found = set().union(*(everything.through(content, name) for name, content in where.items()))
    assert not found, "\n".join(map(str, sorted(found)))

    # What is handed to a procurator, or written out by order, tells of the child; of the reporter only in its sealed envelope.
    for words in (("evidence", told.references["web"], "--to", out), ("child", "export", *told.references.values(), "--order", "罗检〔2026〕1号", "--to", out)):  # fmt: skip
        assert await asyncio.to_thread(main, [str(word) for word in words]) == 0
    reporters = Search([*(word for words in REPORTERS.values() for word in words), *told.codes])
    packets = list(out.glob("*.zip"))
    assert len(packets) == 2
    for packet in packets:
        content = packet.read_bytes()
        assert not (seen := reporters.through(content, packet.name)), seen
        assert Search([CHILDREN["web"][3]]).through(content, packet.name), "the search can read what is in a packet"
    await street.close()


def database(county: dict[str, str]) -> dict[str, bytes]:
    """The files of SQLite, its log included; of PostgreSQL every table as it lies there."""
    url = county.get("HUTONG_DATABASE", "")
    if not url.startswith("postgresql"):
        files = {path.name: path.read_bytes() for path in Path(county["HUTONG_DATA"]).iterdir() if path.is_file()}
        assert len(files["hutong.db"]) > 100_000
        return files
    tables: dict[str, bytes] = {}
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            with connection.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)'.encode()) as copied:
                tables[f"table {name}"] = b"".join(map(bytes, copied))
    assert sum(map(len, tables.values())) > 20_000
    return tables


@pytest.mark.parametrize("word", ["钱芮瞳", "13907550318", "拧着耳朵往柜角上磕"])
def test_the_search_finds_each_form_in_a_planted_file(word: str) -> None:
    """Every form is written by somebody else's code than that which looks for it."""
    around = "甲乙丙"
    told = f"{around}{word}{around}"
    planted = {
        "utf-8": told.encode(),
        "gb18030": told.encode("gb18030"),
        "utf-16, little": told.encode("utf-16"),
        "utf-16, big": told.encode("utf-16-be"),
        "json": json.dumps([told]).encode(),
        "percent": quote(told).encode(),
        "percent, small": quote(told).lower().encode(),
        "percent of GBK": quote(told.encode("gb18030")).encode(),
        "html": told.encode("ascii", "xmlcharrefreplace"),
        "hex": told.encode().hex().encode(),
        **{f"base64 at {offset}": base64.b64encode(b"x" * offset + told.encode()) for offset in range(3)},
        **{f"base64, url, at {offset}": base64.urlsafe_b64encode(b"x" * offset + told.encode()) for offset in range(3)},
        **{
            f"base64 of GBK at {offset}": base64.b64encode(b"x" * offset + word.encode("gb18030"))
            for offset in range(3)
        },
    }
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", told * 9)
    planted |= {
        "gzip": b"head" + gzip.compress(planted["json"]) + b"tail",
        "zlib": b"%PDF stream\n" + zlib.compress(planted["utf-16, little"]) + b"\nendstream",
        "zip": b"before" + zipped.getvalue(),
        "gzip in a zip": gzip.compress(zipped.getvalue()),
        "cut gzip": gzip.compress(planted["utf-8"] + bytes(range(256)) * 40)[:-20],
    }
    search = Search([word])
    for name, content in planted.items():
        noise = bytes(range(256))
        assert search.through(noise + content + noise, name), f"not found: {name}"
    assert not search.through(told.replace(word[-1], "").encode() + noise, "without its last letter")
    assert set(forms(word)) >= {"utf-8", "utf-16", "gb18030", "\\u", "percent", "base64 at 0", "base64 at 1", "base64 at 2"}  # fmt: skip
