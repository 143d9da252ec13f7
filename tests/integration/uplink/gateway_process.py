"""A whole gateway in a process of its own, to be killed: it finds things, keeps them and sends them.

python -m tests.integration.uplink.gateway_process STORE BROKER_URL UNTIL
"""

import asyncio
import sys
from pathlib import Path

from tests.integration.uplink.harness import gateway, settings
from tests.unit.outbox.makers import alarm, notice


async def main(path: Path, url: str, last: int) -> None:
    """Find up to number `last`, going on from the state; then send for ever."""
    made = gateway(path, settings(url))
    async with made.running():
        number = int(made.outbox.state("east") or b"0")
        while number < last:
            number += 1
            drafts = (alarm(number), notice(number))
            await asyncio.to_thread(made.outbox.commit, drafts, state={"east": str(number).encode()})
            made.uplink.wake()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
