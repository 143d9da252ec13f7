"""The community's list comes over real HTTP, is believed only from the cloud, and never makes way for a worse one."""

import asyncio
import base64
import contextlib
import gzip
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from contract.evidence import GATEWAY_HEADER, SIGNATURE_HEADER, TIME_HEADER
from contract.permits import MAX_LIST_BYTES, PATH, PermitList, etag, signed_permits_request
from contract.plates import PermitState, Plate, PlateState
from contract.signatures import key_id, sign
from edge.config import Plates
from edge.errors import UplinkLost
from edge.permits import Register, open_register
from edge.permits.storage import MAX_LISTS
from edge.uplink.permits import PermitClient
from tests.integration.uplink.fake_cloud import CLOUD_KEY
from tests.integration.uplink.harness import HURRIED, now, running, settings, until
from tests.unit.outbox.makers import IDENTITY, KEY

STRANGER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
MADE: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def document(version: int, *plates: str, key: Ed25519PrivateKey = CLOUD_KEY, **changes: Any) -> bytes:
    entries = [{"plate": plate, "kind": "resident"} for plate in plates]
    fields = {"community": IDENTITY.community, "version": version, "issued_at": MADE, "entries": entries}
    made = PermitList.model_validate({**fields, "keyid": key_id(key.public_key()), "sig": "AA==", **changes})
    return sign(made.model_dump(mode="json"), key)


@dataclass
class FakePermits:
    """The cloud's endpoint: `answers` are given first, one a request, then `body` with its ETag."""

    body: bytes = b""
    version: int = 0
    answers: list[Response] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    asked_for: list[str | None] = field(default_factory=list)
    url: str = ""

    def publish(self, version: int, *plates: str) -> None:
        self.version, self.body = version, document(version, *plates)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["FakePermits"]:
        app = Starlette(routes=[Route("/cloud" + PATH, self._answer)])
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server.serve())
        try:
            await until(lambda: server.started)
            self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/cloud"
            yield self
        finally:
            server.should_exit = True
            await task

    async def _answer(self, request: Request) -> Response:
        answer = self._chosen(request)
        self.statuses.append(answer.status_code)
        return answer

    def _chosen(self, request: Request) -> Response:
        community, _, gateway = request.headers[GATEWAY_HEADER].partition("/")
        time_s = int(request.headers[TIME_HEADER])
        signed = signed_permits_request(community=community, gateway=gateway, time_s=time_s)
        KEY.public_key().verify(base64.b64decode(request.headers[SIGNATURE_HEADER]), signed)  # else it answers 500
        assert abs(time_s - now().seen_at.timestamp()) < 60
        self.asked_for.append(request.headers.get("If-None-Match"))
        if self.answers:
            return self.answers.pop(0)
        if not self.body:
            return Response(status_code=404)
        if self.asked_for[-1] == etag(self.version):
            return Response(status_code=304)
        return Response(self.body, headers={"ETag": etag(self.version)})


def register(data: Path) -> Register:
    return open_register(Plates(from_cloud=True), data=data, key=KEY, timezone="Asia/Shanghai", now=MADE)


def client(url: str, store: Register, ask_every_s: float = 0.05) -> PermitClient:
    return PermitClient(
        settings(evidence_url=url),
        community=IDENTITY.community,
        gateway=IDENTITY.gateway,
        key=KEY,
        store=store,
        clock=now,
        pace=HURRIED,
        ask_every_s=ask_every_s,
    )


def state(store: Register, text: str) -> PermitState | None:
    permit = store.permit(Plate(state=PlateState.READ, text=text, looks=8), now())
    return permit.state if permit is not None else None


async def test_a_list_comes_changes_and_is_not_sent_twice(tmp_path: Path) -> None:
    store = register(tmp_path)
    async with FakePermits().running() as cloud, running(client(cloud.url, store)):
        await until(lambda: cloud.statuses.count(404) >= 1)
        assert state(store, "京A12345") is PermitState.UNSURE, "nobody is accused before the list is there"
        cloud.publish(7, "京A12345")
        await until(lambda: state(store, "京A12345") is PermitState.VALID)
        assert state(store, "京B77777") is PermitState.NONE
        await until(lambda: cloud.statuses.count(304) >= 2)
        cloud.publish(8, "京B77777")
        await until(lambda: state(store, "京B77777") is PermitState.VALID)
        assert state(store, "京A12345") is PermitState.NONE
        await until(lambda: etag(8) in cloud.asked_for)
        assert cloud.statuses.count(200) == 2
        assert set(cloud.asked_for) == {None, '"7"', '"8"'}


async def test_a_list_that_finds_no_room_among_others_is_in_force_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = register(tmp_path)
    (tmp_path / "permits").mkdir()
    for number in range(MAX_LISTS):
        (tmp_path / "permits" / f"{number}.list").touch()
    async with FakePermits().running() as cloud, running(client(cloud.url, store)):
        cloud.publish(7, "京A12345")
        await until(lambda: state(store, "京A12345") is PermitState.VALID)
        before = len(cloud.statuses)
        await until(lambda: len(cloud.statuses) > before + 1)  # it goes on asking
    assert "in force but not kept" in caplog.text


async def test_after_a_restart_it_goes_on_from_the_list_kept(tmp_path: Path) -> None:
    async with FakePermits().running() as cloud:
        cloud.publish(7, "京A12345")
        async with running(client(cloud.url, register(tmp_path))):
            await until(lambda: 304 in cloud.statuses)
        again = register(tmp_path)
        assert state(again, "京A12345") is PermitState.VALID
        before = len(cloud.statuses)
        async with running(client(cloud.url, again)):
            await until(lambda: len(cloud.statuses) > before)
        assert cloud.statuses.count(200) == 1


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 65_536
        await asyncio.sleep(0)  # else the server never learns that nobody listens any more


GOOD: Final = document(9, "京B77777")
ANSWERS: list[tuple[str, Response]] = [
    ("signed by somebody else", Response(document(9, "京B77777", key=STRANGER))),
    ("said to be of the cloud's key", Response(document(9, key=STRANGER, keyid=key_id(CLOUD_KEY.public_key())))),
    ("of another key by its name", Response(document(9, keyid="0" * 16))),
    ("changed on the way", Response(GOOD.replace(b"B77777", b"B77778"))),
    ("cut short", Response(GOOD[:-20])),
    ("not signed", Response(b"{}")),
    ("no JSON", Response(b"<html>")),
    ("of another community", Response(document(9, "京B77777", community="another"))),
    ("older than the one kept", Response(document(6, "京B77777"))),
    ("the same number with something else in it", Response(document(7, "京B77777"))),
    ("a byte too long", Response(b" " * (MAX_LIST_BYTES + 1))),
    ("packed, though plain was asked for", Response(gzip.compress(GOOD), headers={"Content-Encoding": "gzip"})),
    ("without an end", StreamingResponse(_endless())),
    ("not let in", Response(status_code=403)),
    ("ill", Response(status_code=503)),
    ("elsewhere", RedirectResponse("http://127.0.0.1:9/")),
]


@pytest.mark.parametrize(("label", "answer"), ANSWERS, ids=[row[0] for row in ANSWERS])
async def test_what_is_not_a_newer_list_of_the_cloud_leaves_the_kept_one(
    tmp_path: Path, label: str, answer: Response
) -> None:
    store = register(tmp_path)
    async with FakePermits().running() as cloud:
        cloud.publish(7, "京A12345")
        made = client(cloud.url, store)
        async with httpx.AsyncClient(timeout=5) as http:
            assert await made.ask(http)
            cloud.answers = [answer]
            with contextlib.suppress(UplinkLost, ValueError):
                assert not await made.ask(http)
            assert state(store, "京A12345") is PermitState.VALID
            assert state(store, "京B77777") is PermitState.NONE
            cloud.publish(10, "京B77777")
            assert await made.ask(http), "and the next good one is taken"


async def test_it_says_once_that_it_goes_wrong_and_once_that_it_goes_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="edge")
    store = register(tmp_path)
    async with FakePermits().running() as cloud:
        cloud.answers = [Response(document(9, "京B77777", key=STRANGER)) for _ in range(5)]
        cloud.publish(10, "京A12345")
        async with running(client(cloud.url, store)):
            await until(lambda: len(cloud.statuses) >= 8)
    said = [record.getMessage() for record in caplog.records if record.name == "edge.uplink.permits"]
    assert [line.split(":")[1].split(",")[0].strip() for line in said] == [
        "no new list from the cloud",
        "list 10 of the cloud is in force",
        "the cloud's list comes again",
    ]
    assert "B77777" not in caplog.text
    assert "A12345" not in caplog.text


async def test_it_starts_without_a_cloud(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = register(tmp_path)
    async with running(client("http://127.0.0.1:9", store)):
        await asyncio.sleep(0.5)  # several tries
    assert sum("no new list" in record.getMessage() for record in caplog.records) == 1
    assert state(store, "京A12345") is PermitState.UNSURE
