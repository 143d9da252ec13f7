"""Whether a camera still tells something new.

Two things are watched: that pictures come at all, and that they differ. A live sensor is never without noise, so two
separately coded key frames of it are never the same to the bit; a frozen sensor or encoder sends the same picture on
and on. Between two key frames, however, an encoder may well repeat a quiet picture exactly, so only pictures with a
key frame in between are evidence. Arranged footage may truly stand still; for it only the first watch counts.
"""

from typing import Final

from edge.errors import SourceFrozen, SourceLost

MIN_LOOKS: Final = 3  # a camera looked at every five minutes is not stale after thirty seconds


class Freshness:
    """Counts seconds on the camera's own timeline."""

    def __init__(self, *, stale_after: float, look_every: float, now_s: float, may_stand_still: bool) -> None:
        self._limit_s = max(stale_after, MIN_LOOKS * look_every)
        self._may_stand_still = may_stand_still
        self._last_at = now_s
        self._mark: int | None = None
        self._same_since = now_s
        self._same_keys: set[int] = set()

    def saw(self, mark: int, at_s: float, *, key_frame: int) -> None:
        """Note a picture by its `DecodedPicture.mark`; `key_frame` counts the stream's key frames so far."""
        self._last_at = at_s
        if mark != self._mark:
            self._mark, self._same_since, self._same_keys = mark, at_s, set()
        if len(self._same_keys) < MIN_LOOKS:
            self._same_keys.add(key_frame)

    def came(self, at_s: float) -> None:
        """Note that a picture came, without looking whether it differs."""
        self._last_at = at_s

    def fault(self, at_s: float) -> SourceLost | None:
        """Say what is wrong by now, or None."""
        if at_s - self._last_at > self._limit_s:
            return SourceLost(f"no picture for {at_s - self._last_at:.0f} s although data comes")
        frozen = at_s - self._same_since > self._limit_s and len(self._same_keys) >= MIN_LOOKS
        if frozen and not self._may_stand_still:
            return SourceFrozen(f"frozen: the very same picture for {at_s - self._same_since:.0f} s")
        return None
