"""What ends the box is told in Chinese first, with English beside."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[3] / "deploy" / "onebox"
HANDED_ON = "str(error)"  # another room's sentence


def raised() -> Iterator[tuple[str, str]]:
    """Each sentence of an error that is raised in the room, and where."""
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                call = node.exc
                if isinstance(call.func, ast.Name) and call.func.id in {"Misconfigured", "PartFailed"}:
                    yield f"{path.name}:{node.lineno}", ast.unparse(call.args[0])


@pytest.mark.parametrize("words", [pytest.param(words, id=place) for place, words in raised() if words != HANDED_ON])
def test_an_error_is_told_in_chinese_first(words: str) -> None:
    chinese, english = (
        re.search(r"[\u4e00-\u9fff]", words),
        re.search(r"\b(?!data|port|once)[a-z]{2,} [a-z]{2,}", words),
    )
    if "{why}" in words:  # the gateway's configuration says it in both
        return
    assert chinese
    assert not english or chinese.start() < english.start()
