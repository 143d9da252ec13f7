"""PostgreSQL: the engine, the tables' common ground, migrations, and being told of changes."""

from cloud.db.engine import create_engine, driver_url, reading, transaction
from cloud.db.metadata import metadata
from cloud.db.migrate import migrate
from cloud.db.notify import listen, notify

__all__ = ["create_engine", "driver_url", "listen", "metadata", "migrate", "notify", "reading", "transaction"]
