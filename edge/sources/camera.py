"""A camera that is there now: RTSP, a USB device, or a file played at its own pace."""

import threading
import time
from collections.abc import Callable, Iterator

from edge import config
from edge.sources.decoding import Cost
from edge.values import Frame, Moment


class CameraSource:
    """One camera, read in a thread of its own. One instance may be read again and again, one reader at a time."""

    def __init__(
        self, camera: config.Camera, *, moment: Callable[[], Moment], cpu_clock: Callable[[], float] = time.thread_time
    ) -> None:
        self._camera = camera
        self._moment = moment
        self._cpu_clock = cpu_clock

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Connect, then yield at most one picture in each `look_every` until `stop` is set.

        Blocking: `stop` is noticed after at most `read_timeout`. Each frame's moment is `moment()` as its packet came.

        Raises:
            SourceLost: it cannot be opened, answers too late, ends, tells nothing that can be decoded, or shows nothing
                new for `stale_after`. The text holds the address without its secrets.
        """
        raise NotImplementedError

    def cost(self) -> Cost:
        """What was spent since last asked; may be asked from any thread."""
        raise NotImplementedError
