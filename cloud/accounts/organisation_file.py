"""A tree of organisations as a person writes it: CSV with a line of headings, or TOML with a table for each."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloud.accounts.organisations import MAX_ORGANISATIONS, Given, Kind, UnusableOrganisation, checked

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_FAULTS: Final = 5  # lines told at once
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "编号"),
    "kind": ("kind", "类别"),
    "parent": ("parent", "上级"),
    "name_zh": ("name", "name_zh", "名称"),
    "name_en": ("name_en", "英文名"),
    "community": ("community", "小区"),
}
HEADINGS: Final = (
    "line 1: 第一行是列名：编号 类别 上级 名称 英文名 小区 the headings are id, kind, parent, name, name_en, community"
)
KINDS: Final[Mapping[str, Kind]] = {
    "市": Kind.CITY,
    "区": Kind.DISTRICT,
    "街道": Kind.STREET,
    "小区": Kind.COMMUNITY,
    "物业": Kind.PROPERTY,
} | {kind.value: kind for kind in Kind}


class _Line(BaseModel):
    """One organisation, as written."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(min_length=1, max_length=63)
    kind: str = Field(max_length=20)
    parent: str = Field(default="", max_length=63)
    name_zh: str = Field(min_length=1, max_length=200)
    name_en: str = Field(default="", max_length=200)
    community: str = Field(default="", max_length=63)


def read_organisations(raw: bytes, *, is_toml: bool) -> list[Given]:
    """What a file says, each organisation right in itself; whether its parent is there, the database knows.

    Raises:
        UnusableOrganisation: it cannot be read; the text names up to `MAX_FAULTS` lines with what is wrong in each.
    """
    if len(raw) > MAX_BYTES:
        raise UnusableOrganisation(f"文件太大 a list has at most {MAX_BYTES} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableOrganisation("要用 UTF-8 保存 the file is not in UTF-8") from None
    given, faults = [], []
    for number, (where, fields) in enumerate(_toml(text) if is_toml else _csv(text)):
        if number >= MAX_ORGANISATIONS:
            raise UnusableOrganisation(f"at most {MAX_ORGANISATIONS} organisations")
        try:
            given.append(_given(fields))
        except UnusableOrganisation as error:
            faults.append(f"{where}: {error}")
    faults += _twice(given)
    if faults:
        more = len(faults) - MAX_FAULTS
        raise UnusableOrganisation("; ".join(faults[:MAX_FAULTS]) + (f"; and {more} more" if more > 0 else ""))
    return given


def _csv(text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    column_of = {heading: column for column, headings in COLUMNS.items() for heading in headings}
    try:
        lines = csv.reader(io.StringIO(text, newline=""), strict=True)
        named = [heading.strip().casefold() for heading in next(lines, [])]
        columns = [column_of.get(heading) for heading in named]
        if not {"id", "kind", "name_zh"} <= set(columns) or None in columns:
            raise UnusableOrganisation(HEADINGS)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield f"line {lines.line_num}", _named(columns, cells)
    except csv.Error as error:
        raise UnusableOrganisation(f"不是 CSV not a CSV: {error}") from None


def _named(columns: list[str | None], cells: list[str]) -> Mapping[str, object]:
    """A line's cells by their columns; what is beyond the headings is no column, and so refused."""
    named = {column: cell for column, cell in zip(columns, cells, strict=False) if column is not None}
    surplus = cells[len(columns) :]
    return named | ({"cells beyond the headings": "".join(surplus)} if surplus else {})


def _toml(text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    try:
        tables = tomllib.loads(text).get("organisation", [])
    except tomllib.TOMLDecodeError as error:
        raise UnusableOrganisation(f"不是 TOML not TOML: {error}") from None
    if not isinstance(tables, list) or not tables:
        raise UnusableOrganisation("每个机构写一个 [[organisation]] each stands in a table [[organisation]] of its own")
    for number, table in enumerate(tables, start=1):
        fields = dict(table) if isinstance(table, dict) else {"": table}
        if "name" in fields and "name_zh" not in fields:
            fields["name_zh"] = fields.pop("name")
        yield f"[[organisation]] {number}", fields


def _given(fields: Mapping[str, object]) -> Given:
    try:
        line = _Line.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UnusableOrganisation(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    kind = KINDS.get(line.kind.casefold())
    if kind is None:
        raise UnusableOrganisation(f"kind: 市、区、街道、小区、物业 one of {', '.join(Kind)}")
    return checked(Given(line.id, kind, line.parent or None, line.name_zh, line.name_en, line.community or None))


def _twice(given: list[Given]) -> list[str]:
    seen: set[str] = set()
    faults = []
    for each in given:
        if each.id in seen:
            faults.append(f"{each.id}: 出现了两次 stands there twice")
        seen.add(each.id)
    return faults
