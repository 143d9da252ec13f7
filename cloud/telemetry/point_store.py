"""Where each single reading is kept: InfluxDB 2, or VictoriaMetrics by the same interface."""

import asyncio
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from cloud.config import Points, PointStoreKind
from cloud.errors import Misconfigured, PointStoreLost
from cloud.telemetry.drain import PointsRefused, PointStore
from cloud.telemetry.point_rows import QueuedPoint

MEASUREMENT: Final = "linli_meter"
TAGS: Final = ("community", "gateway", "meter", "medium", "unit", "origin")
SIMULATED: Final = {"simulated": "simulated"}  # a tag that only made-up readings have, in words for a chart's legend
FIELDS: Final = ("value", "voltage_v", "current_a", "power_kw")
TIMEOUT_MS: Final = 10_000  # of one request
REFUSES: Final = frozenset({400, 413, 422})  # the points themselves, not whoever brings them
_SNAPSHOT: Final = re.compile(r"[0-9]{14}-[0-9A-F]{16}")
_WHY: Final = {
    401: "points.token_file: the token is not accepted",
    403: "points.token_file: the token may not write there",
    404: "points.url, points.org, points.bucket: there is no such place",
}


class _Api(Protocol):
    """What is used of the client's own HTTP, which has no types."""

    def call_api(
        self, path: str, method: str, /, *, query_params: object, response_type: type, _return_http_data_only: bool
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Account:
    """Where a store answers, and who writes. `token`: empty where none is wanted; `trust`: None for plain HTTP."""

    url: str
    org: str
    bucket: str
    token: str
    trust: ssl.SSLContext | None

    def __repr__(self) -> str:
        return f"Account({self.url})"


class InfluxStore:
    """InfluxDB 2. Its answer to a write means that the points stand in its log on disk, so nothing is left to settle.

    Writes are synchronous: the client's own batching keeps points in memory and tells of those it gives up in a log.
    """

    def __init__(self, account: Account) -> None:
        self.name = f"the point store at {account.url}"
        self._account = account
        self._client = InfluxDBClient(
            account.url, account.token, org=account.org, timeout=TIMEOUT_MS, ssl_context=account.trust
        )
        self._writer = self._client.write_api(write_options=SYNCHRONOUS)

    async def write(self, points: Sequence[QueuedPoint]) -> None:
        try:
            await asyncio.to_thread(self._write, points)
        except ApiException as error:
            if error.status in REFUSES:
                raise PointsRefused(_told(error)) from None
            raise PointStoreLost(_told(error)) from None
        except (HTTPError, UnicodeDecodeError) as error:
            raise PointStoreLost(_told(error)) from None

    async def settle(self) -> None:
        """Nothing to do."""

    def _write(self, points: Sequence[QueuedPoint]) -> None:
        records = [_record(point) for point in points]
        self._writer.write(self._account.bucket, self._account.org, records)

    async def _get(self, path: str, **query: str) -> dict[str, object]:
        """What the store answers to a question that is not about points."""
        try:
            answer = await asyncio.to_thread(self._ask, path, query)
        except (ApiException, HTTPError, ValueError) as error:
            raise PointStoreLost(f"{path}: {_told(error)}") from None
        return answer if isinstance(answer, dict) else {}

    def _ask(self, path: str, query: dict[str, str]) -> object:
        api: _Api = self._client.api_client
        return api.call_api(path, "GET", query_params=query, response_type=object, _return_http_data_only=True)


class VictoriaStore(InfluxStore):
    """VictoriaMetrics, one node. Its answer to a write means that it holds the points in memory, no more.

    Making a snapshot is the one thing that brings all of memory to disk before it answers; with `/internal/force_flush`
    points can be read and are lost all the same when it is killed (both tried on 1.79.5). The snapshot itself is taken
    away again; one is left where this process is killed just then: `-snapshotsMaxAge=1d` sees to those.
    """

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._snapshots: list[str] = []

    async def settle(self) -> None:
        await self._clear()
        made = await self._get("/snapshot/create")
        name = str(made.get("snapshot", ""))
        if made.get("status") != "ok" or not _SNAPSHOT.fullmatch(name):
            raise PointStoreLost("/snapshot/create: no snapshot was made, so points may still be in memory alone")
        self._snapshots.append(name)
        await self._clear()

    async def _clear(self) -> None:
        """Take away the snapshots that this process made."""
        while self._snapshots:
            await self._get("/snapshot/delete", snapshot=self._snapshots[-1])
            self._snapshots.pop()


def store_of(points: Points) -> PointStore:
    """The store that the configuration names; nothing is connected yet.

    Raises:
        Misconfigured: the token cannot be read, or the file of certificates is none.
    """
    trust = _trust(points) if points.url.startswith("https") else None
    account = Account(points.url.rstrip("/"), points.org, points.bucket, points.token(), trust)
    return _KINDS[points.kind](account)


def _trust(points: Points) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=points.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise Misconfigured(f"points.ca_file: {points.ca_file} cannot be used ({error})") from None


_KINDS: Final = {PointStoreKind.INFLUXDB: InfluxStore, PointStoreKind.VICTORIAMETRICS: VictoriaStore}


def _record(point: QueuedPoint) -> dict[str, object]:
    """A point as the client takes it; a binary fraction is enough for a chart, the register's digits stay here."""
    amounts = {name: getattr(point, name) for name in FIELDS}
    return {
        "measurement": MEASUREMENT,
        "tags": {name: getattr(point, name) for name in TAGS} | (SIMULATED if point.simulated else {}),
        "fields": {name: float(amount) for name, amount in amounts.items() if amount is not None},
        "time": point.at,
    }


def _told(error: Exception) -> str:
    """One line that may stand in a log: never a header, for the token is in one."""
    if isinstance(error, ApiException):
        said = str((error.message if error.status else error.reason) or "no reason given")
        text = _WHY.get(error.status, f"it answered {error.status}") + f" ({said})"
    else:
        text = f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:300]
