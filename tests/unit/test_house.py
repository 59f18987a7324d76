"""Rules of the house that no linter knows: short files, no circles, pure modules pure, words a reporter never meets."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
ROOMS = PROJECT["tool"]["importlinter"]["root_packages"]
[PURE] = [one["source_modules"] for one in PROJECT["tool"]["importlinter"]["contracts"] if one["id"] == "pure"]
OURS = [*ROOMS, "tests", "scripts", "data", "docs", ".ci"]

LONGEST = 400
ASKS_OR_READS = {"now", "utcnow", "today", "open", "read_text", "read_bytes", "write_text", "write_bytes", "getenv"}
# A reporter is not accused, not stored as a case, not promised what nobody can keep, not told to wait, not chatted up.
NEVER_TO_REPORTERS = re.compile(
    r"嫌疑人|举报人|结案|案件|免责|绝对匿名|严肃查处|请耐心等待|(?:^|[\s，。！？!“])亲(?:[，,！!～~\s]|爱的|$)"
)


def files(*endings: str) -> Iterator[Path]:
    """All files of the project's own with such an ending; not what was copied in as data, nor what tools leave."""
    for place in OURS:
        for path in sorted((CHECKOUT / place).rglob("*")):
            if path.suffix in endings and "tests/data" not in path.as_posix() and "__pycache__" not in path.parts:
                yield path


def modules() -> dict[str, Path]:
    """Every module of the rooms by its dotted name."""
    found = {}
    for path in files(".py"):
        parts = path.relative_to(CHECKOUT).with_suffix("").parts
        if parts[0] in ROOMS:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def where(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(CHECKOUT)}{f':{line}' if line else ''}"


def pure_modules() -> dict[str, Path]:
    return {name: path for name, path in modules().items() if any(f"{name}.".startswith(f"{one}.") for one in PURE)}


def test_no_file_is_longer_than_one_can_read_at_a_sitting() -> None:
    long = {
        where(path): lines
        for path in files(".py", ".html", ".js", ".css", ".sh")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert not long, f"over {LONGEST} lines: {long}"


def test_there_is_no_circle_of_imports() -> None:
    known = modules()
    graph = {name: set(imported(tree(path), known)) - {name} for name, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"these import each other in a circle: {' → '.join(reversed(circle.args[1]))}")


def imported(module: ast.Module, known: dict[str, Path]) -> Iterator[str]:
    """What a module imports of the rooms when it is loaded; not what a function imports late or types alone need."""
    for node in at_load(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full in known or node.module in known:
                    yield full if full in known else node.module


def at_load(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        late = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        types_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not late and not types_only:
            yield child
            yield from at_load(child)


def test_pure_modules_neither_ask_the_time_nor_read_anything() -> None:
    found = []
    for path in pure_modules().values():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ASKS_OR_READS:
                    found.append(f"{where(path, node.lineno)} {ast.unparse(node.func)}()")
    assert not found, f"a pure module is handed its time and its data: {found}"


def test_every_pure_module_is_checked_for_types() -> None:
    files_of = {file.removesuffix(".py").replace("/", ".") for file in PROJECT["tool"]["mypy"]["files"]}
    assert files_of == set(PURE)


def test_reporters_never_meet_certain_words() -> None:
    found = [f"{place} {text}" for place, text in said_to_reporters() if NEVER_TO_REPORTERS.search(text)]
    assert not found, "\n".join(found)


def said_to_reporters() -> Iterator[tuple[str, str]]:
    """Every sentence of the conversation, of the chat's pages and of the reporter's bot, with its place."""
    for path in files(".py"):
        if path.relative_to(CHECKOUT).as_posix().startswith(("intake/", "bot/reporter/")):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"line", "Line", "Button", "Reply"}:
                    for part in ast.walk(node):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield where(path, part.lineno), part.value
    for path in files(".html", ".js"):
        if "chat" in path.relative_to(CHECKOUT).as_posix():
            for number, text in enumerate(path.read_text().splitlines(), 1):
                yield where(path, number), text


def test_the_forbidden_words_are_found_and_kin_are_not() -> None:
    assert all(map(NEVER_TO_REPORTERS.search, ["亲，您好", "您好，亲！", "此案件已结案", "请耐心等待"]))
    assert not any(
        map(NEVER_TO_REPORTERS.search, ["孩子的母亲在哪", "，亲属", "亲自去看", "父亲，母亲", "可以拨打110"])
    )


def test_nothing_names_a_place_of_the_machine_it_was_written_on() -> None:
    private = re.compile("|".join([r"(?<![\w.])/wor" + r"k/", r"\.\./share" + "d/", r"\.librar" + "y/"]))
    top = [
        CHECKOUT / name for name in ("README.md", "Makefile", "pyproject.toml", "CHANGELOG.md", "docker-compose.yml")
    ]
    every = [*top, *files(".py", ".html", ".js", ".css", ".md", ".toml", ".json", ".txt", ".po", ".sh", "", ".patch")]
    found = [where(path) for path in every if path.is_file() and private.search(path.read_text(errors="replace"))]
    assert not found


def test_every_test_that_a_promise_names_is_there() -> None:
    told = (CHECKOUT / "docs/security.md").read_text()
    named = re.findall(r"`(tests/[\w/.]+)`", told)
    assert len(named) > 20
    assert [path for path in named if not (CHECKOUT / path).exists()] == []
