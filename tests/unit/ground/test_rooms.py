"""No room of the product appears without an import rule, a type check and a place in the wheel."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[3]
PYPROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Rooms that are run from a checkout only.
NOT_SHIPPED: Final = {"benchmarks"}
BROAD: Final = {"Exception", "BaseException"}
# Where a failure of any kind may be caught: the top of a process, which reports it and ends.
TOPS: Final = {"__main__.py"}
# Beside the tops of processes: what turns a program's known errors into sentences, the loop that takes messages in,
# what hands an error from a thread to whoever waits for it, and a library's own errors, whose text would tell a token.
LOOPS: Final = {
    "cloud/app/shell.py",
    "cloud/ingest/reception.py",
    "cloud/notify/threads.py",
    "cloud/notify/channels.py",
}


def rooms() -> set[str]:
    """Return the packages at the top of the checkout."""
    return {init.parent.name for init in ROOT.glob("*/__init__.py")} - {"tests"}


def test_every_room_is_under_the_import_rules() -> None:
    assert set(PYPROJECT["tool"]["importlinter"]["root_packages"]) == rooms()


def test_every_room_has_its_layer() -> None:
    contract = PYPROJECT["tool"]["importlinter"]["contracts"][0]
    assert contract["type"] == "layers"
    assert set(re.findall(r"\w+", " ".join(contract["layers"]))) == rooms()


def test_every_room_is_type_checked() -> None:
    assert set(PYPROJECT["tool"]["mypy"]["packages"]) == rooms() | {"tests"}


def test_every_room_but_the_benchmarks_is_shipped() -> None:
    assert set(PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == rooms() - NOT_SHIPPED


@pytest.mark.parametrize("room", ["edge", "cloud"])
def test_the_rules_inside_a_room_leave_no_part_out(room: str) -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    inside = [one for one in contracts if one["type"] == "layers" and one.get("containers") == [room]]
    assert [one["exhaustive"] for one in inside] == [True]


def sources() -> list[Path]:
    """Return every Python file of the rooms."""
    return sorted(path for room in rooms() for path in (ROOT / room).rglob("*.py"))


def broad_handlers(tree: ast.AST) -> Iterator[int]:
    """Yield the line of each handler that keeps whatever it catches; one that ends in a bare `raise` only tidies up."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and not _raises_again(node.body[-1]):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(one is None or (isinstance(one, ast.Name) and one.id in BROAD) for one in caught):
                yield node.lineno


def _raises_again(last: ast.stmt) -> bool:
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("try: pass\nexcept Exception: pass", [2]),
        ("try: pass\nexcept: pass", [2]),
        ("try: pass\nexcept (OSError, BaseException): pass", [2]),
        ("try: pass\nexcept Exception as e: raise ValueError from e", [2]),
        ("try: pass\nexcept BaseException:\n  undo()\n  raise", []),
        ("try: pass\nexcept OSError: pass", []),
    ],
)
def test_a_broad_handler_is_seen(code: str, lines: list[int]) -> None:
    assert list(broad_handlers(ast.parse(code))) == lines


def test_only_the_top_of_a_process_catches_everything() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        if path.name not in TOPS and str(path.relative_to(ROOT)) not in LOOPS
        for line in broad_handlers(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []
