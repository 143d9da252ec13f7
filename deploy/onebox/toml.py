"""Writing TOML: tables of plain values, which is all that the configuration files here need."""

import json
from collections.abc import Mapping, Sequence

Value = str | int | float | bool | Sequence["Value"]
Table = Mapping[str, Value]


def render(table: Table) -> str:
    """Lines `name = value`. Strings are JSON's, which TOML reads alike."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in table.items())


def section(name: str, table: Table) -> str:
    """A table under its header: `[name]`, or `[[name]]` where `name` stands in brackets itself."""
    return f"\n[{name}]\n{render(table)}"


def _value(value: Value) -> str:
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "[" + ", ".join(_value(each) for each in value) + "]"
