"""Each setting stands in the documents, under its table, with the default that holds."""

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from cloud import config as cloud
from edge import config as edge
from tests.unit.docs.pages import read, section

TEXT = read("docs/settings.md")
TABLES: list[tuple[str, type[BaseModel], str]] = [
    ("gateway.toml", edge.Gateway, "`[gateway]`"),
    ("gateway.toml", edge.Uplink, "`[uplink]`"),
    ("gateway.toml", edge.Masking, "`[masking]`"),
    ("gateway.toml", edge.Plates, "`[plates]`"),
    ("gateway.toml", edge.Zombie, "`[zombie]`"),
    ("gateway.toml", edge.Throws, "`[throws]`"),
    ("gateway.toml", edge.Store, "`[store]`"),
    ("gateway.toml", edge.Models, "`[models]`"),
    ("gateway.toml", edge.Health, "`[health]`"),
    ("gateway.toml", edge.Camera, "`[[cameras]]`"),
    ("gateway.toml", edge.Zone, "`[[cameras.zones]]`"),
    ("gateway.toml", edge.Period, "`[[cameras.zones.allowed]]`"),
    ("gateway.toml", edge.Facade, "`[[cameras.facades]]`"),
    ("gateway.toml", edge.Grid, "`[cameras.facades.grid]`"),
    ("gateway.toml", edge.Line, "`[[lines]]`"),
    ("gateway.toml", edge.Meter, "`[[lines.meters]]`"),
    ("gateway.toml", edge.Board, "`[[boards]]`"),
    ("gateway.toml", edge.Gate, "`[[gates]]`"),
    ("gateway.toml", edge.Sensor, "`[[sensors]]`"),
    ("gateway.toml", edge.Household, "`[[households]]`"),
    ("gateway.toml", edge.Door, "`[households.door]`"),
    ("gateway.toml", edge.Away, "`[[households.away]]`"),
    ("cloud.toml", cloud.Config, "Top of the file"),
    ("cloud.toml", cloud.Database, "`[database]`"),
    ("cloud.toml", cloud.Source, "`[[source]]`"),
    ("cloud.toml", cloud.Deadline, "`[[deadlines]]`"),
    ("cloud.toml", cloud.Calendar, "`[calendar]`"),
    ("cloud.toml", cloud.Limits, "`[limits]`"),
    ("cloud.toml", cloud.History, "`[history]`"),
    ("cloud.toml", cloud.Points, "`[points]`"),
    ("cloud.toml", cloud.Accounts, "`[accounts]`"),
    ("cloud.toml", cloud.Oidc, "`[oidc]`"),
    ("cloud.toml", cloud.ClaimRule, "`[[oidc.rule]]`"),
    ("cloud.toml", cloud.Evaluation, "`[evaluation]`"),
    ("cloud.toml", cloud.Notices, "`[notices]`"),
    ("cloud.toml", cloud.Retention, "`[retention]`"),
    ("cloud.toml", cloud.Sealing, "`[sealing]`"),
]


def rows(file: str, heading: str) -> dict[str, list[str]]:
    """Cells by setting; a row may name several."""
    found = {}
    for line in re.findall(r"^\|.*$", section(section(TEXT, file), heading), re.MULTILINE):
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        for name in re.findall(r"`(\w+)`", cells[0]):
            found[name] = cells
    return found


def settings(model: type[BaseModel]) -> Iterator[str]:
    """Names of a table's own settings, without the tables in it."""
    for name, field in model.model_fields.items():
        is_table = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        if not is_table and name not in {"source", "points", "deadlines", "oidc"}:
            yield name


@pytest.mark.parametrize(("file", "model", "heading"), TABLES, ids=[f"{file} {where}" for file, _, where in TABLES])
def test_every_setting_of_a_table_is_explained_and_no_other(file: str, model: type[BaseModel], heading: str) -> None:
    assert set(rows(file, heading)) == set(settings(model))


def test_every_table_of_the_two_files_is_here() -> None:
    sections = {
        value
        for module in (edge, cloud)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, module.Section) and value is not module.Section
    }
    assert sections - {edge.Config} == {model for _, model, _ in TABLES}


DEFAULTS = [
    pytest.param(file, heading, name, field.default, id=f"{heading} {name}")
    for file, model, heading in TABLES
    for name, field in model.model_fields.items()
    if isinstance(field.default, bool | int | float | str) and name in set(settings(model))
]


@pytest.mark.parametrize(("file", "heading", "name", "default"), DEFAULTS)
def test_a_default_in_the_documents_is_the_default_that_holds(
    file: str, heading: str, name: str, default: bool | float | str
) -> None:
    said = rows(file, heading)[name][1].split(" (")[0].strip("`").strip('"')
    match default:
        case bool():
            assert said == str(default).lower()
        case str():
            assert said == default
        case _:
            assert edge.seconds(said) == default if re.search(r"[smhd]$", said) else float(said) == default


@pytest.mark.parametrize("name", ["LINLI_MODELS", "LINLI_CAMERA", "LINLI_CLOUD_CONFIG", "LINLI_SHARED"])
def test_environment_variables_are_explained(name: str) -> None:
    assert f"`{name}`" in section(TEXT, "Environment")
