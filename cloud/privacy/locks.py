"""One at a time deletes, or forbids it: so a hold that is placed holds what had not gone by then."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_KEY: Final = "linli/privacy"


async def alone(connection: AsyncConnection) -> None:
    """Wait until nobody else deletes, places a hold or lifts one; held until the transaction ends.

    What is read afterwards is what they left: call it before anything else is read.
    """
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": _KEY})
