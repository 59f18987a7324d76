"""What is said at the terminal, in the language of HUTONG_LANGUAGE."""

import re
import shutil
import sys
from pathlib import Path

from words.language import CHINESE, Catalogue, Line, line

_catalogue: Catalogue = CHINESE
_NAMED = re.compile(r"(?<![\w./-])hutong(?= [a-z])")  # a command in a sentence


def speak(language: str) -> None:
    """Choose the language of this process's terminal. Called once, when the settings are read."""
    global _catalogue
    if language != "zh":
        from app.languages import catalogue

        _catalogue = catalogue(language)


def render(text: Line) -> str:
    return pasteable(text.render(_catalogue))


def pasteable(text: str) -> str:
    """With each command as this one was called, so that it works when it is pasted: 「.venv/bin/hutong init」 where `hutong` is
    not on PATH."""
    called = sys.argv[0]
    if Path(called).name != "hutong" or shutil.which("hutong"):
        return text
    return _NAMED.sub(lambda found: called, text)


def say(zh: str, /, **values: object) -> None:
    """A line on standard output."""
    print(render(line(zh, **values)), flush=True)


def warn(text: Line | str) -> None:
    """A line on standard error."""
    print(render(text) if isinstance(text, Line) else pasteable(text), file=sys.stderr, flush=True)
