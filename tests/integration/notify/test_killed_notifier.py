"""The very process that sends, killed with SIGKILL between its steps."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cloud.notify.channels import MESSAGE_HEADER
from contract.signatures import private_pem
from tests.integration.cloud.ground import until
from tests.integration.notify.office import KEY, Office
from tests.integration.notify.receivers import web


@contextmanager
def notifier(office: Office, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`linli-cloud notify` as a process of its own; killed at the end, whatever happened."""
    config, key = folder / "cloud.toml", folder / "cloud.key"
    key.write_bytes(private_pem(KEY))
    database = f'[database]\ndsn = "{office.ground.dsn}"\n'
    config.write_text(database + '[[source]]\nurl = "nats://127.0.0.1:1"\n[notices]\ninner_hosts = ["127.0.0.1"]\n')
    process = subprocess.Popen([sys.executable, "-m", "cloud", "notify", "--config", str(config)])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def _count(office: Office, query: str) -> int:
    found: int = await office.ground.one(query)
    return found


async def test_killed_after_the_destination_took_it_it_comes_again_with_the_same_id(
    office: Office, tmp_path: Path
) -> None:
    async with web(None) as server:
        await office.rule(await office.destination("群", server.address(), window_s=0))
        await office.car()
        await office.execute("update case_news set at = now()")
        with notifier(office, tmp_path) as process:
            await server.got(1, within_s=60)  # it has the message, and no answer was given
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert await _count(office, "select count(*) from case_news") == 0
        assert await office.ground.one("select state from notice_messages") == "waiting"
        server.status = 200
        await office.execute("update notice_messages set next_at = now()")  # its lease is over
        with notifier(office, tmp_path):
            await server.got(2, within_s=60)

            async def is_sent() -> bool:
                return bool(await office.ground.one("select state = 'sent' from notice_messages"))

            await until(is_sent, within_s=60)
        first, second = (request.headers[MESSAGE_HEADER.lower()] for request in server.requests)
        assert first == second


async def test_killed_at_any_moment_each_piece_of_news_is_noted_once(office: Office, tmp_path: Path) -> None:
    await office.rule(await office.destination(window_s=3600))
    case = await office.car()
    news = "insert into case_news (case_id, what, at, actor) select :id, 'collected', now(), 'x'"
    await office.execute("delete from case_news")
    await office.execute(f"{news} from generate_series(1, 500)", id=case.id)
    left = 500
    while left:
        with notifier(office, tmp_path):

            async def some_is_taken(before: int = left) -> bool:
                return await _count(office, "select count(*) from case_news") < before

            await until(some_is_taken, within_s=60)
        left = await _count(office, "select count(*) from case_news")
        assert await _count(office, "select count(*) from notice_items") == 500 - left
