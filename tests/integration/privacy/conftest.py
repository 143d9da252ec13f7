"""A console with sealed originals on a real PostgreSQL and a real folder."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.integration.cloud.ground import database, postgres
from tests.integration.privacy.scene import Scene, opened

__all__ = ["database", "postgres", "scene"]


@pytest.fixture
async def scene(database: str, tmp_path: Path) -> AsyncGenerator[Scene, None]:
    """Services on a database of the test's own."""
    async with opened(database, tmp_path) as scene:
        yield scene
