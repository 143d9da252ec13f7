"""The interface's document: published as it is, whole, and true in its examples."""

from collections.abc import Iterator
from typing import Any, cast

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from cloud.app.documents import FILE, made, main, text
from cloud.console.access import ACCESS
from cloud.console.docs_page import chapters
from cloud.console.list_query import CasesQuery
from cloud.console.openapi import OPEN, operations
from cloud.problems import MEDIA_TYPE, PROBLEMS
from tests.unit.docs.pages import read, section

DOCUMENT: Any = made()
OPERATIONS = [pytest.param(method, path, told, id=f"{method} {path}") for method, path, told in operations(DOCUMENT)]
PAGES = {"/api/openapi.json", "/api/docs"}  # what describes the interface, and is none of it
REGISTRY: Any = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))


def test_the_published_file_is_what_the_routes_say() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "python -m cloud.app.documents write"
    assert main(["check"]) == 0
    assert main(["cheque"]) == 2


def test_every_route_under_api_is_in_it() -> None:
    told = {(method, path) for method, path, _ in operations(DOCUMENT)}
    ours = {(method, path) for method, path in ACCESS if path.startswith("/api/") and path not in PAGES}
    assert told == ours | {("POST", "/api/login"), ("GET", "/api/gateway/permits")}


@pytest.mark.parametrize(("method", "path", "told"), OPERATIONS)
def test_each_operation_says_what_it_does_who_may_and_what_can_go_wrong(method: str, path: str, told: Any) -> None:
    assert told["summary"]
    assert told["description"]
    assert told["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert "503" in told["responses"]
    if path not in OPEN:
        assert told["security"]
        assert "401" in told["responses"]
    for status, answer in told["responses"].items():
        if int(status) >= 400:
            assert answer["description"]
            assert set(answer["content"]) == {MEDIA_TYPE}


@pytest.mark.parametrize(("method", "path", "told"), OPERATIONS)
def test_each_text_and_number_of_an_address_is_bounded(method: str, path: str, told: Any) -> None:
    for parameter in told.get("parameters", []):
        kinds = parameter["schema"].get("anyOf", [parameter["schema"]])
        for kind in kinds:
            if kind.get("type") == "string" and "enum" not in kind and "const" not in kind:
                assert {"maxLength", "pattern", "format"} & set(kind), parameter
            if kind.get("type") == "integer":
                assert {"minimum", "maximum"} <= set(kind), parameter


def examples(told: Any) -> Iterator[tuple[Any, Any]]:
    """Each example with its schema."""
    holders = [told.get("requestBody", {}), *told["responses"].values()]
    for holder in holders:
        for content in holder.get("content", {}).values():
            if "example" in content:
                yield content["example"], content["schema"]
            for named in content.get("examples", {}).values():
                yield named["value"], content["schema"]
    for parameter in told.get("parameters", []):
        if "example" in parameter:
            yield parameter["example"], parameter["schema"]


@pytest.mark.parametrize(("method", "path", "told"), OPERATIONS)
def test_each_example_is_what_its_schema_says(method: str, path: str, told: Any) -> None:
    for example, schema in examples(told):
        whole = {**schema, "$id": "urn:here"}
        pointed = _pointing(whole)
        validator = jsonschema.Draft202012Validator(pointed, registry=REGISTRY)
        assert [error.message for error in validator.iter_errors(example)] == []


def _pointing(schema: Any) -> Any:
    """A schema whose references lead into the document."""
    if isinstance(schema, dict):
        return {name: "urn:document" + value if name == "$ref" else _pointing(value) for name, value in schema.items()}
    return [_pointing(each) for each in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize(("method", "path", "told"), OPERATIONS)
def test_each_operation_has_an_example(method: str, path: str, told: Any) -> None:
    if "204" in told["responses"]:
        return
    answer = told["responses"].get("200") or told["responses"]["201"]
    answer = told["responses"].get("201", answer)
    assert answer["content"]
    assert all("example" in body for body in answer["content"].values())
    assert all("example" in body for body in told.get("requestBody", {}).get("content", {}).values())
    mute = [each["name"] for each in told.get("parameters", []) if "example" not in each]
    assert [name for name in mute if path == "/api/cases" or name in _required(told)] == []


def _required(told: Any) -> set[str]:
    return {each["name"] for each in told.get("parameters", []) if each["required"]}


def test_the_list_takes_the_examples_of_its_address() -> None:
    (told,) = (told for method, path, told in operations(DOCUMENT) if (method, path) == ("GET", "/api/cases"))
    asked = {each["name"]: each["example"] for each in cast("list[Any]", told["parameters"])}
    assert set(asked) == set(CasesQuery.model_fields)
    assert CasesQuery.model_validate(asked).cursor is not None


def test_the_page_has_every_operation() -> None:
    shown = [each.id for chapter in chapters(DOCUMENT) for each in chapter.operations]
    assert len(shown) == len(set(shown)) == len(OPERATIONS)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_has_a_row_in_the_handbook(name: str) -> None:
    kind = PROBLEMS[name]
    assert f"| `{name}` | {kind.status} |" in section(read("docs/errors.md"), "Problems")
    assert kind.title.zh in section(read("docs/errors.md"), "Problems")
