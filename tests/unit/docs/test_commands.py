"""What the documents tell people to type is there to be typed."""

import re
from collections.abc import Iterator

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cloud.__main__ import app as cloud
from deploy.onebox.__main__ import app as onebox
from edge.__main__ import app as edge
from firmware_bridge.__main__ import app as bridge
from models.__main__ import app as models
from tests.unit.docs.pages import PAGES, named, read

PROGRAMS = {
    "linli-edge": edge,
    "linli-cloud": cloud,
    "linli-models": models,
    "linli-bridge": bridge,
    "linli-onebox": onebox,
}


def commands(command: object, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    match command:
        case TyperGroup():
            for name, inner in command.commands.items():
                yield from commands(inner, (*words, name))
        case TyperCommand():
            yield words, command


COMMANDS = {words: command for name, app in PROGRAMS.items() for words, command in commands(get_command(app), (name,))}
TARGETS = set(re.findall(r"^([a-z]+):.*##", read("Makefile"), re.MULTILINE))


def typed() -> Iterator[tuple[str, ...]]:
    """The words of every command line in the documents, of our programs alone."""
    for page in PAGES:
        for line in (*read(page).splitlines(), *named(read(page))):
            for found in re.findall(rf"(?:^|/|`|\s)((?:{'|'.join(PROGRAMS)})(?:[ ][a-z]+(?:-[a-z]+)*)*)", line):
                yield tuple(found.split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_operators_handbook(words: tuple[str, ...]) -> None:
    assert any(
        each == " ".join(words) or each.startswith(f"{' '.join(words)} ") for each in named(read("docs/operators.md"))
    )


def test_commands_in_the_documents_exist() -> None:
    known = {words[:length] for words in COMMANDS for length in range(1, len(words) + 1)}
    unknown = [words for words in typed() if words not in known and not any(words[:n] in COMMANDS for n in (2, 3))]
    assert unknown == []


def test_options_in_the_documents_exist() -> None:
    options = {name for command in COMMANDS.values() for option in command.params for name in option.opts}
    options |= {name for command in COMMANDS.values() for option in command.params for name in option.secondary_opts}
    for page in ("docs/operators.md", "docs/installers.md", "docs/settings.md", "docs/errors.md"):
        for line in read(page).splitlines():
            if any(program in line for program in PROGRAMS):
                assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)) <= options, line


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_make_targets_in_the_documents_exist(page: object) -> None:
    said = set(re.findall(r"(?:^|`)make ([a-z]+)", read(str(page)), re.MULTILINE))
    assert said <= TARGETS


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_has_the_two_commands(readme: str) -> None:
    said = re.findall(r"^make ([a-z]+)", read(readme), re.MULTILINE)
    assert said == ["demo", "test"]
    assert set(said) <= TARGETS
