"""The OpenAPI document as a person reads it: chapters of operations, each with what it takes and answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from cloud.console.openapi import Object, operations
from cloud.console.openapi_words import TAGS

BOUNDS: Final = ("minimum", "maximum", "minLength", "maxLength", "pattern", "default", "format")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an address."""

    name: str
    place: str
    required: bool
    wanted: str
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status that an operation may answer with."""

    status: str
    words: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask for."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    parameters: tuple[Parameter, ...]
    given: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What belongs together."""

    name: str
    words: str
    operations: tuple[Operation, ...]


def chapters(told: Object) -> tuple[Chapter, ...]:
    """The document by its tags."""
    found: dict[str, list[Operation]] = {name: [] for name in TAGS}
    for method, path, operation in operations(told):
        tags = operation.get("tags")
        name = str(tags[0]) if isinstance(tags, list) and tags else "reference"
        found.setdefault(name, []).append(_operation(method, path, operation))
    return tuple(Chapter(name, TAGS.get(name, name), tuple(each)) for name, each in found.items() if each)


def _operation(method: str, path: str, operation: Object) -> Operation:
    parameters = operation.get("parameters", [])
    answers = operation["responses"]
    return Operation(
        id=str(operation["operationId"]),
        method=method,
        path=path,
        summary=str(operation.get("summary", "")),
        words=str(operation.get("description", "")),
        parameters=tuple(_parameters(parameters)),
        given=_example(operation.get("requestBody")),
        answers=tuple(_answers(answers)),
    )


def _parameters(told: JsonValue) -> Iterator[Parameter]:
    for each in told if isinstance(told, list) else ():
        if isinstance(each, dict):
            schema, words = each.get("schema"), str(each.get("description", ""))
            yield Parameter(str(each["name"]), str(each["in"]), each.get("required") is True, _wanted(schema), words)


def _wanted(schema: JsonValue) -> str:
    """A parameter's type and bounds on one line."""
    if not isinstance(schema, Mapping):
        return ""
    several = schema.get("anyOf")
    if isinstance(several, list):
        kinds = [each for each in several if isinstance(each, dict) and each.get("type") != "null"]
        return " | ".join(_wanted(each) for each in kinds)
    reference = schema.get("$ref")
    kind = reference.rpartition("/")[2] if isinstance(reference, str) else str(schema.get("type", ""))
    bounds = (f"{name} {schema[name]}" for name in BOUNDS if schema.get(name) is not None)
    return " · ".join([kind, *bounds])


def _answers(told: JsonValue) -> Iterator[Answer]:
    for status, answer in told.items() if isinstance(told, dict) else ():
        if isinstance(answer, dict):
            example = _example(answer) if status.startswith("2") else ""
            yield Answer(status, str(answer.get("description", "")), example)


def _example(holder: JsonValue) -> str:
    content = holder.get("content") if isinstance(holder, dict) else None
    for each in content.values() if isinstance(content, dict) else ():
        if isinstance(each, dict) and "example" in each:
            return json.dumps(each["example"], ensure_ascii=False, indent=2)
    return ""
