"""A recording, read on its own clock: the same file gives the same frames at the same times."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from edge.sources.decoding import Cost
from edge.values import Frame


class Recording:
    """A file whose seconds are counted from `start`."""

    def __init__(self, path: Path, *, camera: str, start: datetime, look_every: float) -> None:
        """Open nothing yet.

        Args:
            path: a file that FFmpeg reads.
            camera: the id its frames carry.
            start: aware; the wall clock at the first picture.
            look_every: seconds, ≥ 0; 0 gives every picture.
        """
        self._path = path
        self._camera = camera
        self._start = start
        self._look_every = look_every

    @property
    def duration_s(self) -> float | None:
        """How long the file says it is, for a progress bar; None where it does not say.

        Raises:
            Misconfigured: the file cannot be read or holds no video.
        """
        raise NotImplementedError

    def frames(self) -> Iterator[Frame]:
        """Yield at most one picture in each `look_every`, from the start; every call reads anew.

        `at_s` is seconds from the first picture and never goes back, even where the file's time stamps do; `seen_at` is
        `start + at_s`, trust SYNCED. Packets that cannot be decoded are skipped and counted in `damaged`.

        Raises:
            Misconfigured: the file cannot be read or holds no video.
        """
        raise NotImplementedError

    @property
    def damaged(self) -> int:
        """Packets skipped in the present or last reading."""
        raise NotImplementedError

    def cost(self) -> Cost:
        """What was spent since last asked."""
        raise NotImplementedError
