"""The link to a simulated line."""

from pathlib import Path

from firmware_bridge.app.simulated_line import linked


def test_a_link_that_a_later_run_has_taken_over_stays(tmp_path: Path) -> None:
    link = tmp_path / "meters"
    with linked(link, "/dev/pts/1"):
        later = linked(link, "/dev/pts/2")
        later.__enter__()
    assert str(link.readlink()) == "/dev/pts/2"
    later.__exit__(None, None, None)
    assert not link.is_symlink()
