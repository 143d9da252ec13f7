"""Every frame of one façade to traces of what moved before it: differencing and linking, and no judgement."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.config import Facade
from edge.perception.falls.finding import MAX_GAP_S, SpeckFinder
from edge.perception.falls.linking import Linker
from edge.perception.falls.motion import Trace
from edge.perception.falls.place import mask


class Follower:
    """Follows what moves in pictures of one size. One instance serves one thread at a time."""

    def __init__(self, facade: Facade, width: int, height: int) -> None:
        self.size: Final = (width, height)
        self._finder = SpeckFinder(mask(facade, width, height))
        self._linker = Linker(height)
        self._last_s = float("-inf")

    def follow(self, luma: NDArray[np.uint8], at_s: float) -> list[Trace]:
        """Take the next frame, shape (h, w); return the tracks that have ended. A jump in time ends all."""
        ended = [] if 0 < at_s - self._last_s <= MAX_GAP_S else self.finish()
        self._last_s = at_s
        specks = self._finder.find(luma, at_s)
        return ended if specks is None else [*ended, *(track.trace for track in self._linker.link(specks))]

    def finish(self) -> list[Trace]:
        """End all tracks: the stream has broken off."""
        return [track.trace for track in self._linker.finish()]
