"""A person at the terminal: runs `hutong` commands in this process and reads what they said."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.__main__ import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class Terminal:
    """A fresh directory, and settings of its own. Whatever goes wrong must be a sentence: an exception fails the test."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.settings = {"HUTONG_DATA": str(directory / "data")}

    @property
    def data(self) -> Path:
        return Path(self.settings["HUTONG_DATA"])

    def hutong(self, *words: str, **settings: str) -> Said:
        with self._monkeypatch.context() as now:
            for name, value in {**self.settings, **settings}.items():
                now.setenv(name, value)
            self._capsys.readouterr()
            try:
                code = main(words)
            except SystemExit as usage:  # argparse
                code = int(usage.code or 0)
            said = self._capsys.readouterr()
        return Said(code, said.out, said.err)


async def hutong(*words: object) -> int:
    """A command of the house that the test has open (see `at_home`); its exit code."""
    return await asyncio.to_thread(main, [str(word) for word in words])
