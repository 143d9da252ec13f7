"""Each test has a database of its own on one real server."""

import pytest

from tests.integration.cloud.ground import Ground, database, ground, postgres, sender
from tests.integration.cloud.sender import Sender
from tests.integration.notify.office import Office, open_office

__all__ = ["database", "ground", "office", "postgres", "sender"]


@pytest.fixture
def office(ground: Ground, sender: Sender) -> Office:
    """An office whose messages are kept by the test."""
    return open_office(ground, sender)
