"""`kill -9` of the gateway at any point between finding and sending: nothing is lost, nothing doubled."""

import subprocess
import sys
from pathlib import Path

from contract.envelope import Lane
from contract.signatures import NO_HASH
from tests.integration.uplink import gateway_process
from tests.integration.uplink.brokers import Broker
from tests.integration.uplink.fake_cloud import FakeCloud
from tests.integration.uplink.harness import until
from tests.unit.outbox.makers import check_chain, numbers, store

ROOT = Path(__file__).parents[3]
KILLS = 4
A_LIFE = 30  # findings between two kills
FINDINGS = A_LIFE * (KILLS + 1)


async def test_a_gateway_killed_again_and_again_sends_each_finding_once(broker: Broker, tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    command = [sys.executable, "-m", gateway_process.__name__, str(path), broker.url]
    async with FakeCloud(broker.port).running() as cloud:
        for kill in range(KILLS + 1):
            before = len(cloud.arrivals)
            last = str(A_LIFE * (kill + 1))
            with subprocess.Popen([*command, last], cwd=ROOT) as process:  # noqa: ASYNC220 - starts at once
                try:
                    if kill < KILLS:
                        await until(lambda before=before: len(cloud.arrivals) > before + 15, 20)  # type: ignore[misc]
                    else:
                        await until(lambda: _complete(cloud), 60)
                finally:
                    process.kill()
        assert len(cloud.epochs) == 1
        (lanes,) = cloud.epochs.values()
        for lane in (Lane.ALARM, Lane.EVENT):
            check_chain([lanes[lane][seq] for seq in sorted(lanes[lane])], before=NO_HASH)
        stays = [body.split(b'"stay":"')[1].split(b'"')[0] for body in lanes[Lane.ALARM].values()]
        assert sorted(stays) == sorted(f"east.s1.{number}".encode() for number in range(1, FINDINGS + 1))
    with store(path) as outbox:
        assert outbox.state("east") == str(FINDINGS).encode()
        assert max(numbers(outbox, Lane.ALARM), default=FINDINGS) == FINDINGS


def _complete(cloud: FakeCloud) -> bool:
    return any(len(lanes[Lane.ALARM]) == len(lanes[Lane.EVENT]) == FINDINGS for lanes in cloud.epochs.values())
