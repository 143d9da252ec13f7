"""The OpenAPI 3.1 document of everything under `/api`, made from the routes themselves.

FastAPI tells parameters, bodies and answers; here come who may ask, what can go wrong, and an example of each.
`openapi_extra=problems("stale", "refused")` beside a route names what it may answer beyond what every route does.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Final, cast

from fastapi.openapi.utils import get_openapi
from pydantic import JsonValue
from starlette.routing import BaseRoute

from cloud.console.api_examples import examples
from cloud.console.guard import CSRF_HEADER
from cloud.console.headers import API, SAFE
from cloud.console.openapi_words import ABOUT, TAGS
from cloud.console.problem_documents import MARK, ProblemOut
from cloud.problems import MEDIA_TYPE, PROBLEMS, Fault, body_of
from contract.evidence import GATEWAY_HEADER, SIGNATURE_HEADER

Object = dict[str, JsonValue]

OPEN: Final = frozenset({"/api/login"})  # for those not logged in
GATEWAYS: Final = "/api/gateway/"  # signed by a gateway, not for people
VERSION: Final = "1.0.0"

SCHEMES: Final[Object] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "linli_session",
        "description": "Set by `POST /api/login`. Over HTTPS its name is `__Host-linli_session`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "`csrf` of the login, with whatever changes something and comes with the cookie.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of `linli-cloud token add`: for another system, no cookie and no csrf.",
    },
    "gateway": {
        "type": "apiKey",
        "in": "header",
        "name": SIGNATURE_HEADER,
        "description": f"A gateway's signature beside `{GATEWAY_HEADER}`; docs/contract.md has its form.",
    },
}


def document(routes: Sequence[BaseRoute]) -> Object:
    """The document of the routes under `/api`.

    Args:
        routes: all of the app's.
    """
    made = cast("Object", json.loads(json.dumps(get_openapi(title="Linli 邻里", version=VERSION, routes=routes))))
    paths = {path: _object(item) for path, item in _object(made["paths"]).items() if path.startswith(API)}
    for path, item in paths.items():
        for method, operation in item.items():
            _complete(path, method.upper(), _object(operation))
    schemas = _object(_object(made["components"])["schemas"]) | _schemas_of_problems()
    told: Object = {
        "openapi": made["openapi"],
        "info": {"title": "Linli 邻里", "version": VERSION, "description": ABOUT, "license": {"name": "Apache-2.0"}},
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": cast("Object", paths),
    }
    told["components"] = {"schemas": _used(told, schemas), "securitySchemes": deepcopy(SCHEMES)}
    return told


def operations(told: Object) -> Iterator[tuple[str, str, Object]]:
    """Method, path and content of each operation, in the document's order."""
    for path, item in _object(told["paths"]).items():
        for method, operation in _object(item).items():
            yield method.upper(), path, _object(operation)


def _complete(path: str, method: str, operation: Object) -> None:
    operation["security"] = _security(path, method)
    answers = _object(operation["responses"])
    answers.pop("422", None)  # what FastAPI says of it is not what is answered
    for name in (*_common(path, method, operation), *cast("list[str]", operation.pop(MARK, []))):
        _add_problem(answers, name, path)
    operation["responses"] = {status: answers[status] for status in sorted(answers)}
    _add_examples(path, method, operation)


def _security(path: str, method: str) -> JsonValue:
    if path in OPEN:
        return []
    if path.startswith(GATEWAYS):
        return [{"gateway": []}]
    return [{"session": []} if method in SAFE else {"session": [], "csrf": []}, {"token": []}]


def _common(path: str, method: str, operation: Object) -> Iterator[str]:
    """What any route of its sort may answer."""
    if path.startswith(GATEWAYS):
        yield from ("not-signed", "unavailable")
        return
    changes, body = method not in SAFE, "requestBody" in operation
    if path not in OPEN:
        yield from ("login-needed", "not-allowed")
    if changes:
        yield from (("another-site", "too-large") if path in OPEN else ("no-form-token", "another-site", "too-large"))
    if body:
        yield "malformed"
    if "{" in path:
        yield "not-found"
    if body or operation.get("parameters"):
        yield "invalid"
    yield "unavailable"


def _add_problem(answers: Object, name: str, path: str) -> None:
    kind = PROBLEMS[name]
    said = f"{kind.title.zh} {kind.title.en}"
    found = _object(answers.setdefault(str(kind.status), {"description": "", "content": {}}))
    found["description"] = f"{found['description']} · {said}" if found["description"] else said
    content = _object(_object(found["content"]).setdefault(MEDIA_TYPE, {}))
    content["schema"] = {"$ref": "#/components/schemas/Problem"}
    faults = (Fault("body", "/version", "Input should be a valid integer"),) if name == "invalid" else ()
    _object(content.setdefault("examples", {}))[name] = {"value": body_of(name, path, faults=faults)}
    if kind.status in {429, 503}:
        found["headers"] = {"Retry-After": {"description": "seconds", "schema": {"type": "integer", "minimum": 0}}}


def _add_examples(path: str, method: str, operation: Object) -> None:
    example = examples().get((method, path))
    if example is None:
        return
    if example.given is not None:
        _example(_object(operation["requestBody"]), example.given)
    if example.answer is not None:
        for status in ("200", "201"):
            if status in _object(operation["responses"]):
                _example(_object(_object(operation["responses"])[status]), example.answer)
    for parameter in cast("list[Object]", operation.get("parameters", [])):
        if str(parameter["name"]) in example.parameters:
            parameter["example"] = example.parameters[str(parameter["name"])]


def _example(holder: Object, value: JsonValue) -> None:
    for content in _object(holder["content"]).values():
        _object(content)["example"] = value


def _schemas_of_problems() -> Object:
    made = ProblemOut.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schema = _object(cast("JsonValue", made))
    return {**_object(schema.pop("$defs")), "Problem": schema | {"title": "Problem"}}


def _used(told: Object, schemas: Object) -> Object:
    """Those schemas that the document names, and those that these name."""
    seen: Object = {}
    waiting = list(_references(told))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = schemas[name]
            waiting += _references(schemas[name])
    return {name: seen[name] for name in sorted(seen)}


def _references(value: JsonValue) -> Iterator[str]:
    if isinstance(value, Mapping):
        found = value.get("$ref")
        if isinstance(found, str):
            yield found.rpartition("/")[2]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _object(value: JsonValue) -> Object:
    assert isinstance(value, dict)  # noqa: S101 - the document's own shape
    return value
