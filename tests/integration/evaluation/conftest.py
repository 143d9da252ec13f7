"""Each test has a database of its own on one real server; a year is lived once for those who only look at it."""

from tests.integration.cloud.ground import database, postgres
from tests.integration.evaluation.lived import lived

__all__ = ["database", "lived", "postgres"]
