"""Each test has a database of its own on one real server."""

from tests.integration.cloud.ground import database, ground, postgres, sender

__all__ = ["database", "ground", "postgres", "sender"]
