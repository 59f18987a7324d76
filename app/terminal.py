"""What is said at the terminal, in the language of HUTONG_LANGUAGE."""

import sys

from words.language import CHINESE, Catalogue, Line, line

_catalogue: Catalogue = CHINESE


def speak(language: str) -> None:
    """Choose the language of this process's terminal. Called once, when the settings are read."""
    global _catalogue
    if language != "zh":
        from app.languages import catalogue

        _catalogue = catalogue(language)


def render(text: Line) -> str:
    return text.render(_catalogue)


def say(zh: str, /, **values: object) -> None:
    """A line on standard output."""
    print(render(line(zh, **values)), flush=True)


def warn(text: Line | str) -> None:
    """A line on standard error."""
    print(render(text) if isinstance(text, Line) else text, file=sys.stderr, flush=True)
