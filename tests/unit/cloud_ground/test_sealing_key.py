"""`linli-cloud sealing-key` makes a pair once, for its owner's eyes alone."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cloud.__main__ import app
from cloud.errors import Misconfigured
from contract.sealing import open_sealed, private_key, public_bytes, seal


def test_what_it_prints_seals_and_what_it_writes_opens(tmp_path: Path) -> None:
    file = tmp_path / "sealing.pem"
    done = CliRunner().invoke(app, ["sealing-key", str(file)])
    assert done.exit_code == 0, done.output
    public = done.stdout.splitlines()[0]
    assert open_sealed(seal(b"x", public_bytes(public), b"c"), private_key(file.read_bytes()), b"c") == b"x"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in done.output


def test_a_key_is_never_written_over_nor_through_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "sealing.pem", tmp_path / "link.pem"
    file.write_text("somebody's")
    link.symlink_to(tmp_path / "elsewhere.pem")
    for taken in (file, link):
        done = CliRunner().invoke(app, ["sealing-key", str(taken)])
        assert isinstance(done.exception, Misconfigured)
        assert "never written over" in str(done.exception)
    assert file.read_text() == "somebody's"
    assert not (tmp_path / "elsewhere.pem").exists()


@pytest.mark.parametrize("place", ["no/such/folder/sealing.pem", "."])
def test_a_place_that_cannot_be_written_is_named(place: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sealing-key", str(tmp_path / place)])
    assert isinstance(done.exception, Misconfigured)
    assert str(tmp_path) in str(done.exception)
