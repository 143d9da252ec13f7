"""Each test has a database of its own on one real server."""

from tests.integration.cloud.ground import database, postgres

__all__ = ["database", "postgres"]
