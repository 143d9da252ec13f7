"""A console over a real PostgreSQL: each test has a database of its own."""

from tests.integration.console.site import database, postgres, site, world

__all__ = ["database", "postgres", "site", "world"]
