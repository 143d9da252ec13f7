"""What the point store's answers come to; its token stands in no text."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cloud.config import Points, PointStoreKind
from cloud.errors import Misconfigured, PointStoreLost
from cloud.telemetry.drain import PointsRefused
from cloud.telemetry.point_rows import QueuedPoint
from cloud.telemetry.point_store import store_of

NOW = datetime(2026, 11, 21, 2, 0, 0, 250_000, tzinfo=UTC)
POINT = QueuedPoint(
    1, NOW, "demo", "gw-1", "w-1", "water", "m³", "live", False, NOW, Decimal("12.345"), None, Decimal("0.5"), None
)
SNAPSHOT = "20261122190516-18EA736D9B39D10C"


@asynccontextmanager
async def answering(*answers: tuple[int, str]) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that gives these answers, one a connection, and notes what it was asked."""
    waiting, asked = list(answers), []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:")), 0)
        asked.append(head + await reader.readexactly(length))
        status, body = waiting.pop(0)
        text = f"HTTP/1.1 {status} Told\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        writer.write(text.encode(errors="surrogateescape"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()


def settings(url: str, folder: Path, kind: PointStoreKind = PointStoreKind.INFLUXDB) -> Points:
    (folder / "token").write_text("hunter2\n")
    return Points(kind=kind, url=url, org="o", bucket="b", token_file=folder / "token")


async def test_a_made_up_reading_is_called_so(tmp_path: Path) -> None:
    async with answering((204, "")) as (url, asked):
        await store_of(settings(url, tmp_path)).write([replace(POINT, simulated=True)])
    assert b",simulated=simulated," in asked[0]


async def test_a_point_as_it_is_written(tmp_path: Path) -> None:
    async with answering((204, "")) as (url, asked):
        await store_of(settings(url, tmp_path)).write([POINT])
    (request,) = asked
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v2/write?org=o&bucket=b&precision=ns ")
    assert b"authorization: token hunter2" in head.lower()
    assert body.decode() == (
        "linli_meter,community=demo,gateway=gw-1,medium=water,meter=w-1,origin=live,unit=m³ "
        "current_a=0.5,value=12.345 1795226400250000000"
    )


FAULTS = [
    # status, body, error, text
    (400, '{"message": "bad line"}', PointsRefused, "it answered 400 .bad line"),
    (413, "", PointsRefused, "413"),
    (422, '{"message": "beyond retention"}', PointsRefused, "beyond retention"),
    (401, '{"message": "unauthorized"}', PointStoreLost, r"points\.token_file: the token is not accepted"),
    (403, "", PointStoreLost, r"points\.token_file"),
    (404, '{"message": "bucket not found"}', PointStoreLost, r"points\.bucket: .*bucket not found"),
    (429, "", PointStoreLost, "429"),
    (500, "x" * 5000, PointStoreLost, "500"),
    (302, "", PointStoreLost, "302"),
    (503, "\udcff", PointStoreLost, "UnicodeDecodeError"),
]


@pytest.mark.parametrize(("status", "body", "error", "text"), FAULTS, ids=[str(status) for status, *_ in FAULTS])
async def test_a_store_that_says_no(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, status: int, body: str, error: type[Exception], text: str
) -> None:
    caplog.set_level(logging.DEBUG)
    async with answering((status, body)) as (url, _):
        with pytest.raises(error, match=text) as told:
            await store_of(settings(url, tmp_path)).write([POINT])
    assert len(str(told.value)) <= 300
    assert "hunter2" not in f"{told.value!r} {told.value} {caplog.text}"


async def test_a_store_that_is_away(tmp_path: Path) -> None:
    async with answering() as (url, _):
        pass
    with pytest.raises(PointStoreLost):
        await store_of(settings(url, tmp_path)).write([POINT])


SETTLED = [
    # name, answers, whether it is settled
    ("a snapshot is made and taken away", [(200, f'{{"status":"ok","snapshot":"{SNAPSHOT}"}}'), (200, "{}")], True),
    ("none is made", [(200, '{"status":"error","msg":"no room"}')], False),
    ("an odd name", [(200, '{"status":"ok","snapshot":"../../x"}')], False),
    ("no JSON", [(200, "<html>")], False),
    ("another kind of JSON", [(200, "[]")], False),
    ("it may not be asked", [(401, "")], False),
    ("it cannot be taken away", [(200, f'{{"status":"ok","snapshot":"{SNAPSHOT}"}}'), (500, "")], False),
]


@pytest.mark.parametrize(("name", "answers", "settled"), SETTLED, ids=[name for name, *_ in SETTLED])
async def test_victoria_metrics_has_points_for_good_once_it_has_made_a_snapshot(
    tmp_path: Path, *, name: str, answers: list[tuple[int, str]], settled: bool
) -> None:
    async with answering(*answers) as (url, asked):
        store = store_of(settings(url, tmp_path, PointStoreKind.VICTORIAMETRICS))
        if settled:
            await store.settle()
        else:
            with pytest.raises(PointStoreLost):
                await store.settle()
    assert [request.split(b" ")[1] for request in asked] == [
        b"/snapshot/create", b"/snapshot/delete?snapshot=" + SNAPSHOT.encode()
    ][: len(answers)], name  # fmt: skip


async def test_a_snapshot_that_could_not_be_taken_away_is_taken_away_next_time(tmp_path: Path) -> None:
    made = (200, f'{{"status":"ok","snapshot":"{SNAPSHOT}"}}')
    async with answering(made, (500, ""), (200, "{}"), made, (200, "{}")) as (url, asked):
        store = store_of(settings(url, tmp_path, PointStoreKind.VICTORIAMETRICS))
        with pytest.raises(PointStoreLost):
            await store.settle()
        await store.settle()
    assert [b"delete" in request.split(b" ")[1] for request in asked] == [False, True, True, False, True]


async def test_influxdb_is_asked_nothing_more() -> None:
    await store_of(Points(kind=PointStoreKind.INFLUXDB, url="http://127.0.0.1:9")).settle()


def test_what_a_person_must_put_right_is_named(tmp_path: Path) -> None:
    points = settings("http://127.0.0.1:9", tmp_path)
    (tmp_path / "token").write_text("\n")
    with pytest.raises(Misconfigured, match=r"points\.token_file: .* is empty"):
        store_of(points)
    (tmp_path / "token").unlink()
    with pytest.raises(Misconfigured, match=r"points\.token_file: .* cannot be read"):
        store_of(points)
    with pytest.raises(Misconfigured, match=r"points\.ca_file"):
        store_of(Points(kind=PointStoreKind.INFLUXDB, url="https://h", ca_file=tmp_path / "nowhere.pem"))
