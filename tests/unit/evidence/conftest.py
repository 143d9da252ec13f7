"""A store to keep pictures in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.evidence.store import EvidenceStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EvidenceStore]:
    opened = EvidenceStore(tmp_path / "evidence", budget_bytes=10_000_000, reserve_bytes=0)
    yield opened
    opened.close()
