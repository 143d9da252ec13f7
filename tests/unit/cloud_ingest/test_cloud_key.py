"""The cloud's key: made once, kept to itself."""

import threading
from pathlib import Path

import pytest

from cloud.errors import Misconfigured
from cloud.ingest.key import load_or_make
from contract.signatures import public_text


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "cloud.key"
    first = load_or_make(path)
    assert public_text(load_or_make(path).public_key()) == public_text(first.public_key())
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["cloud.key"]


def test_of_two_that_start_at_once_both_get_the_same(tmp_path: Path) -> None:
    found: set[str] = set()
    start = threading.Barrier(8)

    def run(n: int) -> None:
        start.wait()
        found.add(public_text(load_or_make(tmp_path / "cloud.key").public_key()))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1


@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cloud.key"
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"key: .*cloud\.key"):
        load_or_make(path)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match=r"cloud\.key"):
        load_or_make(tmp_path / "file" / "cloud.key")
