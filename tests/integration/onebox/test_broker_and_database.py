"""NATS and PostgreSQL out of their wheels, under the supervisor."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt
import nats as nats_client
import psycopg
import pytest
from nats.aio.client import Client

from deploy.onebox import nats, ports, postgres
from deploy.onebox.folder import Folder
from deploy.onebox.ports import HOST, Ports
from deploy.onebox.supervisor import Supervisor, supervising


@dataclass
class Notebook:
    lines: list[str] = field(default_factory=list)

    def ready(self, part: str, seconds: float) -> None:
        self.lines.append(f"{part} ready")

    def died(self, part: str, how: str, pause_s: float) -> None:
        self.lines.append(f"{part} {how}")

    def stopped(self, part: str) -> None:
        self.lines.append(f"{part} stopped")

    async def until(self, line: str, times: int, within_s: float = 30) -> None:
        deadline = time.monotonic() + within_s
        while self.lines.count(line) < times:
            assert time.monotonic() < deadline, self.lines
            await asyncio.sleep(0.05)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an unprivileged user can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="linli-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def told() -> Notebook:
    return Notebook()


@pytest.fixture
async def box(tmp_path: Path, told: Notebook) -> AsyncIterator[Supervisor]:
    async with supervising(tmp_path, told) as supervisor:
        yield supervisor


async def start_postgres(box: Supervisor, folder: Folder, shelter: Path) -> postgres.Postgres:
    server = await postgres.prepare(folder, ports.choose(folder).postgres, shelter)
    await box.start(server.part())
    await server.create_database()
    return server


async def answer(dsn: str, query: str) -> object:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        cursor = await connection.execute(query)
        row = await cursor.fetchone() if cursor.description else None
    return row[0] if row else None


async def test_the_database_keeps_what_it_committed_when_killed(
    box: Supervisor, told: Notebook, open_folder: Path
) -> None:
    server = await start_postgres(box, Folder(open_folder / "box"), open_folder / "shelter")
    await answer(server.dsn, "create table kept (n int)")
    await answer(server.dsn, "insert into kept values (7)")
    os.kill(box.process_ids()["postgres"], signal.SIGKILL)
    await told.until("postgres ready", 2)
    assert await answer(server.dsn, "select n from kept") == 7


async def test_the_database_asks_for_its_password(box: Supervisor, open_folder: Path) -> None:
    server = await start_postgres(box, Folder(open_folder / "box"), open_folder / "shelter")
    assert not list((open_folder / "box").rglob("password"))
    with pytest.raises(psycopg.OperationalError, match="password"):
        await answer(server.dsn.replace(server.password, "guess"), "select 1")


async def test_the_database_takes_utf8(box: Supervisor, open_folder: Path) -> None:
    server = await start_postgres(box, Folder(open_folder / "box"), open_folder / "shelter")
    assert await answer(server.dsn, "select upper('é') || '消防通道'") == "É消防通道"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
async def test_a_closed_folder_of_root_is_not_opened_for_the_database(
    box: Supervisor, tmp_path: Path, open_folder: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = await start_postgres(box, Folder(closed / "box"), open_folder / "shelter")
    assert server.home.is_relative_to(open_folder / "shelter")
    assert (closed / "box" / "postgres-lies-at.txt").read_text().strip() == str(server.home)
    assert closed.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
async def test_a_removed_folder_s_database_goes_with_the_next_folder(
    told: Notebook, tmp_path: Path, open_folder: Path
) -> None:
    closed = tmp_path / "closed"
    for _ in range(2):
        closed.mkdir(mode=0o700)
        async with supervising(tmp_path, told) as box:
            server = await start_postgres(box, Folder(closed / "box"), open_folder / "shelter")
            await answer(server.dsn, "create table fresh (n int)")
        shutil.rmtree(closed)
    assert len([path for path in (open_folder / "shelter").iterdir() if path.is_dir()]) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
async def test_programs_that_the_user_cannot_reach_are_copied(
    box: Supervisor, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_all_may_run", lambda installed: False)
    server = await start_postgres(box, Folder(open_folder / "box"), open_folder / "shelter")
    assert server.programs.is_relative_to(open_folder / "shelter")
    assert await answer(server.dsn, "select 1") == 1


async def test_files_begun_and_not_finished_are_made_anew(box: Supervisor, open_folder: Path) -> None:
    folder = Folder(open_folder / "box")
    (folder.root / "postgres.unfinished" / "base").mkdir(parents=True)
    server = await start_postgres(box, folder, open_folder / "shelter")
    assert await answer(server.dsn, "select 1") == 1


async def test_a_lock_file_whose_number_is_another_program_s_by_now(
    told: Notebook, tmp_path: Path, open_folder: Path
) -> None:
    folder = Folder(open_folder / "box")
    async with supervising(tmp_path, told) as box:
        server = await start_postgres(box, folder, open_folder / "shelter")
    user = server.account.uid if server.account else None
    stranger = await asyncio.create_subprocess_exec("sleep", "600", user=user)
    (server.home / "postmaster.pid").write_text(f"{stranger.pid}\n{server.home}\n")
    async with supervising(tmp_path, told) as box:
        await box.start(server.part())
        assert await answer(server.dsn, "select 1") == 1
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


@pytest.fixture
async def broker(box: Supervisor, tmp_path: Path) -> tuple[Folder, Ports]:
    folder = Folder(tmp_path / "box")
    chosen = ports.choose(folder, ports.free_port())
    await box.start(nats.part(folder, chosen, community="demo", gateway="gw"))
    return folder, chosen


def mqtt(broker: tuple[Folder, Ports], password: str = "", **more: object) -> aiomqtt.Client:
    folder, chosen = broker
    password = password or folder.secret("nats-gateway")
    return aiomqtt.Client(HOST, chosen.mqtt, username="gateway", password=password, timeout=5, **more)  # type: ignore[arg-type]


async def cloud(broker: tuple[Folder, Ports]) -> Client:
    folder, chosen = broker
    return await nats_client.connect(
        f"nats://{HOST}:{chosen.nats}", user="cloud", password=folder.secret("nats-cloud"), max_reconnect_attempts=2
    )


async def test_events_go_up_and_receipts_come_down(broker: tuple[Folder, Ports]) -> None:
    link = await cloud(broker)
    up = await link.subscribe("linli.v1.demo.gw.alarm")
    await link.flush()
    async with mqtt(broker) as gateway:
        await gateway.subscribe("linli/v1/demo/gw/receipt", qos=1)
        await gateway.publish("linli/v1/demo/gw/alarm", b"fire lane", qos=1)
        assert (await up.next_msg(5)).data == b"fire lane"
        await link.publish("linli.v1.demo.gw.receipt", b"committed")
        async with asyncio.timeout(5):
            assert (await anext(aiter(gateway.messages))).payload == b"committed"
    await link.close()


async def test_a_gateway_cannot_speak_for_another(broker: tuple[Folder, Ports]) -> None:
    link = await cloud(broker)
    heard = await link.subscribe("linli.v1.>")
    await link.flush()
    async with mqtt(broker) as gateway:
        # A violation is answered by silence or by closing the line, as MQTT 3.1.1 has no word for it.
        with contextlib.suppress(aiomqtt.MqttError):
            await gateway.publish("linli/v1/demo/other/alarm", b"forged", qos=1, timeout=2)
    async with mqtt(broker) as gateway:
        await gateway.publish("linli/v1/demo/gw/alarm", b"true", qos=1)
    assert (await heard.next_msg(5)).data == b"true"
    await link.close()


Complaints = asyncio.Queue[str]
"""What the broker says against a client; it may come after the answer to a ping, so it is waited for."""


async def reader(broker: tuple[Folder, Ports], complaints: Complaints) -> Client:
    folder, chosen = broker

    async def complain(error: Exception) -> None:
        complaints.put_nowait(str(error).lower())

    password = folder.secret("nats-reader")
    return await nats_client.connect(
        f"nats://{HOST}:{chosen.nats}", user="reader", password=password, error_cb=complain, max_reconnect_attempts=2
    )


async def test_a_reader_hears_all_gateways(broker: tuple[Folder, Ports]) -> None:
    folder, chosen = broker
    assert stat.S_IMODE(folder.secret_file("nats-reader").stat().st_mode) == 0o600
    link = await reader(broker, asyncio.Queue())
    heard = await link.subscribe("linli.v1.>")
    await link.flush()
    over_mqtt = aiomqtt.Client(HOST, chosen.mqtt, username="reader", password=folder.secret("nats-reader"), timeout=5)
    async with over_mqtt as listener, mqtt(broker) as gateway:
        await listener.subscribe("linli/v1/#", qos=1)
        await gateway.publish("linli/v1/demo/gw/alarm", b"fire lane", qos=1)
        assert (await heard.next_msg(5)).data == b"fire lane"
        async with asyncio.timeout(5):
            assert (await anext(aiter(listener.messages))).payload == b"fire lane"
    await link.close()


@pytest.mark.parametrize("subject", ["linli.v1.demo.gw.alarm", "linli.v1.demo.gw.receipt", "$JS.API.STREAM.NAMES", "x"])
async def test_a_reader_may_publish_nothing(broker: tuple[Folder, Ports], subject: str) -> None:
    complaints: Complaints = asyncio.Queue()
    link, control = await reader(broker, complaints), await cloud(broker)
    heard = await control.subscribe(">")
    await control.flush()
    await link.publish(subject, b"forged")
    assert f'publish to "{subject.lower()}"' in await asyncio.wait_for(complaints.get(), 5)
    await control.publish("linli.v1.demo.gw.cmd", b"the end")
    assert (await heard.next_msg(5)).data == b"the end"
    await link.close()
    await control.close()


async def test_a_reader_may_publish_nothing_over_mqtt(broker: tuple[Folder, Ports]) -> None:
    folder, chosen = broker
    control = await cloud(broker)
    heard = await control.subscribe("linli.v1.>")
    await control.flush()
    password = folder.secret("nats-reader")
    with contextlib.suppress(aiomqtt.MqttError):  # closed on it, or silence
        async with aiomqtt.Client(HOST, chosen.mqtt, username="reader", password=password, timeout=5) as link:
            await link.publish("linli/v1/demo/gw/alarm", b"forged", qos=1, timeout=2)
    async with mqtt(broker) as gateway:
        await gateway.publish("linli/v1/demo/gw/alarm", b"true", qos=1)
    assert (await heard.next_msg(5)).data == b"true"
    await control.close()


@pytest.mark.parametrize("subject", [">", "$SYS.>", "$JS.>", "_INBOX.>"])
async def test_a_reader_hears_nothing_else(broker: tuple[Folder, Ports], subject: str) -> None:
    complaints: Complaints = asyncio.Queue()
    link = await reader(broker, complaints)
    await link.subscribe(subject)
    assert f'subscription to "{subject.lower()}"' in await asyncio.wait_for(complaints.get(), 5)
    await link.close()


async def test_a_wrong_password_is_refused(broker: tuple[Folder, Ports]) -> None:
    with pytest.raises(aiomqtt.MqttError):
        async with mqtt(broker, "guess"):
            pass


async def test_a_stream_survives_the_death_of_the_broker(
    broker: tuple[Folder, Ports], box: Supervisor, told: Notebook
) -> None:
    link = await cloud(broker)
    await link.jetstream().add_stream(name="up", subjects=["linli.v1.*.*.alarm"])
    async with mqtt(broker) as gateway:
        for number in range(100):
            await gateway.publish("linli/v1/demo/gw/alarm", str(number), qos=1)
    await link.close()
    os.kill(box.process_ids()["nats"], signal.SIGKILL)
    await told.until("nats ready", 2)
    link = await cloud(broker)
    assert (await link.jetstream().stream_info("up")).state.messages == 100
    await link.close()


def test_no_secret_stands_in_a_command(broker: tuple[Folder, Ports], box: Supervisor) -> None:
    folder, _ = broker
    for pid in box.process_ids().values():
        words = Path(f"/proc/{pid}/cmdline").read_text()
        assert folder.secret("nats-cloud") not in words
        assert folder.secret("nats-gateway") not in words
