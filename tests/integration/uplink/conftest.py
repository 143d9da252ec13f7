"""Brokers that run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.uplink.brokers import Broker, Kind
from tests.integration.uplink.harness import a_port


@pytest.fixture(params=["nats", "mosquitto"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """Each broker in turn, running."""
    kind: Kind = request.param
    broker = Broker(kind, tmp_path / "broker", a_port())
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Broker]:
    """The default broker alone, where a test is not about brokers."""
    broker = Broker("nats", tmp_path / "broker", a_port())
    broker.start()
    yield broker
    broker.kill()
