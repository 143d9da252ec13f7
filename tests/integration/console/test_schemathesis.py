"""The whole interface as its OpenAPI document has it, asked by Schemathesis: no 500, nothing that is not documented.

Against the real app and a real PostgreSQL, as several roles. `LINLI_FUZZ_EXAMPLES` asks more of each operation.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any, Final, cast

import httpx
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cloud.accounts import Role
from cloud.accounts.token_service import TokenService
from cloud.console.openapi import document, operations
from tests.integration.console.scene import street
from tests.integration.console.site import PASSWORD, Site, World

EXAMPLES: Final = int(os.environ.get("LINLI_FUZZ_EXAMPLES", "12"))  # of each operation, sound ones and others
TIMEOUT: Final = 300 if EXAMPLES <= 100 else 7200
URL: Final = "http://linli.test"
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REPORT: Final = {
    "source": "hotline",
    "reference": "R-1",
    "community": "lantian",
    "text": "三号楼前堆了垃圾",
    "place": "三号楼前",
}
ENDS_THE_STAY: Final = "/api/logout"  # asked with a token alone: it would end the others' stay for what comes after


async def people(site: Site) -> list[httpx.AsyncClient]:
    """A token of another system, and sessions of several roles; the token first."""
    program = site.visitor()
    program.headers["Authorization"] = f"Bearer {await TokenService(site.world.engine).add('city', by='test')}"
    found = [program]
    for role in (Role.STAFF, Role.STREET, Role.AUDITOR):
        await site.services.accounts.add(f"as.{role.value}", PASSWORD, role)
        found.append(await site.staff(f"as.{role.value}"))
    return [*found, site.visitor()]


async def known(site: Site, world: World, program: httpx.AsyncClient) -> dict[str, list[str]]:
    """What stands in addresses and is there, so that not every question is about nothing."""
    car = await world.car_stands()
    picture = await world.picture_arrives(street())
    await site.services.devices.register("lantian", "gw-east", "A" * 43 + "=")
    report = await program.post("/api/reports", json=REPORT)
    assert report.status_code == 201, report.text
    return {
        "case_id": [car.id, report.json()["case"]["id"]],
        "sha256": [picture],
        "source": ["hotline"],
        "reference": ["R-1"],
        "community": ["lantian"],
    }


async def test_nothing_breaks_and_nothing_is_undocumented(site: Site, world: World) -> None:
    clients, loop = await people(site), asyncio.get_running_loop()
    there = await known(site, world, clients[0])
    schema = openapi.from_dict(cast("dict[str, Any]", document(site.app.routes)))

    def asked(client: httpx.AsyncClient, case: Case[Any]) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(send(client, case), loop).result()

    found: list[Exception] = []
    for method, path, _ in operations(document(site.app.routes)):
        try:
            await asyncio.to_thread(ask, schema[path][method], path, clients, there, asked)
        except Exception as error:  # noqa: BLE001 - each operation is asked, and all that was found is told
            found.append(error)
    if found:
        raise ExceptionGroup("what the interface should not do", found)


def ask(
    operation: Any,
    path: str,
    clients: list[httpx.AsyncClient],
    there: dict[str, list[str]],
    asked: Callable[[httpx.AsyncClient, Case[Any]], httpx.Response],
) -> None:
    """Ask one operation many times over, soundly and not."""
    who = st.sampled_from(clients[:1] if path == ENDS_THE_STAY else clients)
    sound = operation.as_strategy(GenerationMode.POSITIVE)
    takes = operation.body or operation.query or operation.path_parameters
    cases = st.one_of(sound, operation.as_strategy(GenerationMode.NEGATIVE)) if takes else sound

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases, client=who, real=st.sampled_from((True, False)), number=st.integers(0, 1))
    def answers(case: Case[Any], client: httpx.AsyncClient, real: bool, number: int) -> None:
        for name, values in there.items():
            if real and name in (case.path_parameters or {}):
                case.path_parameters[name] = values[number % len(values)]
        case.validate_response(asked(client, case), checks=CHECKS)

    answers()


async def send(client: httpx.AsyncClient, case: Case[Any]) -> httpx.Response:
    """A case as bytes on the line, to the app."""
    made = case.as_transport_kwargs(base_url=URL)
    made.pop("timeout", None)
    prepared = requests.Request(**{name: made[name] for name in made if name in REQUEST}).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    assert body is None or isinstance(body, bytes)
    own = {"authorization", "cookie", "x-csrf-token", "content-length"}  # who asks is the client's to say
    headers = [(name, str(value)) for name, value in prepared.headers.items() if name.lower() not in own]
    return await client.request(prepared.method or "GET", prepared.url or "", headers=headers, content=body)


REQUEST: Final = {"method", "url", "headers", "files", "data", "params", "json"}
pytestmark = pytest.mark.timeout(TIMEOUT)
