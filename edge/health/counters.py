"""What a camera has done since the last heartbeat."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from contract.device import CameraHealth, CameraState

MAX_DETAIL: int = 200


@dataclass(slots=True)
class _Work:
    looks: int = 0
    inferences: int = 0
    decode_ms: float = 0.0
    gate_ms: float = 0.0
    inference_ms: float = 0.0
    rejected: Counter[str] = field(default_factory=Counter)


class CameraCounters:
    """Written by the camera's thread, taken by the heartbeat."""

    def __init__(self, camera: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._camera = camera
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._work = _Work()
        self._state = CameraState.STARTING
        self._detail = ""
        self._frame_s: float | None = None

    def look(self, *, decode_ms: float, gate_ms: float) -> None:
        """A frame reached the motion gate; what decoding up to it and the gate cost, in CPU milliseconds."""
        with self._lock:
            self._frame_s = self._monotonic()
            self._work.looks += 1
            self._work.decode_ms += decode_ms
            self._work.gate_ms += gate_ms

    def inference(self, *, inference_ms: float) -> None:
        """The gate let a frame through to the detector; what that cost, in milliseconds."""
        with self._lock:
            self._work.inferences += 1
            self._work.inference_ms += inference_ms

    def rejected(self, reason: str) -> None:
        """Something moved before a façade and was no fall."""
        with self._lock:
            self._work.rejected[reason] += 1

    def turned(self, state: CameraState, detail: str = "") -> None:
        """The camera's state, and why it is not live: without passwords, cut to 200 characters."""
        with self._lock:
            self._state, self._detail = state, detail[:MAX_DETAIL]

    @property
    def state(self) -> CameraState:
        """The state that was told last."""
        return self._state

    def take(self) -> CameraHealth:
        """What was counted since the last call; counting starts again at 0."""
        with self._lock:
            work, self._work = self._work, _Work()
            age_s = None if self._frame_s is None else max(0.0, self._monotonic() - self._frame_s)
            return CameraHealth(
                camera=self._camera,
                state=self._state,
                detail=self._detail,
                last_frame_age_s=age_s,
                looks=work.looks,
                inferences=work.inferences,
                decode_ms=work.decode_ms,
                gate_ms=work.gate_ms,
                inference_ms=work.inference_ms,
                rejected=dict(work.rejected),
            )
