"""A case as a row of its table, and back; and what of it changed, as its history keeps it."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from operator import itemgetter
from typing import Final, cast

from pydantic import TypeAdapter
from sqlalchemy import Row

from cloud.cases.domain import Alarm, Case, Device, Extension, Report, Term
from cloud.cases.vocabulary import Alert, CaseKind, Found, Level, Priority, Source, Stage, Verification
from contract.plates import Permit, Plate
from contract.vehicle import SignHeld

# Columns that hold JSON, by what they hold.
_PARTS: Final[dict[str, TypeAdapter[object]]] = {
    "alarms": TypeAdapter(tuple[Alarm, ...]),
    "report": TypeAdapter(Report | None),
    "term": TypeAdapter(Term | None),
    "extension": TypeAdapter(Extension | None),
    "assisting": TypeAdapter(tuple[str, ...]),
}
_NAMES: Final[dict[str, type[Stage | Verification | Source | Priority | Level | Alert]]] = {
    "stage": Stage,
    "verification": Verification,
    "source": Source,
    "priority": Priority,
    "level": Level,
    "alert": Alert,
}
# As a case takes them by place: of keywords that a driver made, Python compares each with all the names there are.
_IN_ORDER: Final = itemgetter(*(field.name for field in fields(Case)))


def case_of(row: Row[tuple[object, ...]]) -> Case:
    """A row of `cases` as the case it holds."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    values |= {name: kind(values[name]) for name, kind in _NAMES.items()}
    values |= {name: part.validate_python(values[name]) for name, part in _PARTS.items()}
    values["found"] = tuple(Found(found) for found in cast("list[str]", values["found"]))
    values["plate"], values["permit"] = plate_of(values["plate"]), permit_of(values["permit"])
    values["signs"] = signs_of(values["signs"])
    if values["device"] is not None:
        kind, name, watches = (values[f"device_{part}"] for part in ("kind", "name", "watches"))
        values["device"] = Device(CaseKind(kind), values["device"], name, watches)
    return Case(*_IN_ORDER(values))  # without `kind`, the database's own, for lists: `Case.kind` says it


def values_of(case: Case) -> dict[str, object]:
    """A case as its row holds it."""
    device = {} if case.device is None else asdict(case.device)
    columns = {f"device_{part}": device.get(part) for part in ("kind", "name", "watches")}
    parts = {name: part.dump_python(getattr(case, name), mode="json") for name, part in _PARTS.items()}
    said = said_of(case.plate, case.permit, case.signs)
    plain = {field.name: getattr(case, field.name) for field in fields(Case)}
    return plain | said | columns | parts | {"device": device.get("id")}


def changes_of(before: Case, after: Case) -> dict[str, object]:
    """The columns in which two states of a case differ, as the row of the later one holds them."""
    was = values_of(before)
    return {name: value for name, value in values_of(after).items() if value != was[name]}


def said_of(plate: Plate | None, permit: Permit | None, signs: Sequence[SignHeld]) -> dict[str, object]:
    """Values of the contract as columns keep them."""
    return {
        "plate": None if plate is None else plate.model_dump(mode="json"),
        "permit": None if permit is None else permit.model_dump(mode="json"),
        "signs": [sign.model_dump(mode="json") for sign in signs],
    }


def plate_of(stored: object) -> Plate | None:
    """A plate as a column keeps it."""
    return None if stored is None else Plate.model_validate(stored)


def permit_of(stored: object) -> Permit | None:
    """What lists said of a plate, as a column keeps it."""
    return None if stored is None else Permit.model_validate(stored)


def signs_of(stored: object) -> tuple[SignHeld, ...]:
    """Signs of disuse as a column keeps them."""
    return tuple(SignHeld.model_validate(sign) for sign in cast("list[object]", stored))
