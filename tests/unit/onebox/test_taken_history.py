"""The box's gateway is given, before it runs for the first time, what its meters have shown; by the real program."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.onebox.errors import PartFailed
from deploy.onebox.gateway import Gateway

CONFIG = """
[gateway]
community = "demo"
id = "gw-1"
data = "data"
clock_synced = "yes"
[[lines]]
id = "l1"
port = "/dev/serial/by-id/none"
[[lines.meters]]
id = "w1"
device = "cjt188:10:00000000000001"
medium = "water"
"""


class Writer:
    """Writes the next of some files, and counts."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    async def __call__(self, path: Path) -> None:
        await asyncio.to_thread(path.write_text, self.texts.pop(0))


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    (tmp_path / "gateway.toml").write_text(CONFIG)
    return Gateway(tmp_path, "", "")


def history(many: int = 3) -> str:
    now = datetime.now(UTC)
    rows = [f"w1,{(now - timedelta(minutes=15 * back)).isoformat()},{100 - back}" for back in range(many)]
    return "meter,at,value\n" + "\n".join(rows)


async def test_it_is_taken_once_and_again_where_it_was_refused(gateway: Gateway) -> None:
    write = Writer("meter,at,value\nw9,2026-01-01T00:00:00Z,1\n", history())
    with pytest.raises(PartFailed, match=r"读数带入失败.*(?s:.*)没有这块表 the configuration has no such meter"):
        await gateway.take_history(write)
    await gateway.take_history(write)
    assert gateway.outbox.exists()
    await gateway.take_history(write)  # nothing is left to write
    assert write.texts == []
    assert not list(gateway.home.glob("*.new"))
