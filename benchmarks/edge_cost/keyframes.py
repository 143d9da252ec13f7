"""The least that watching can cost: key frames decoded, and nothing done with them."""

import av

from benchmarks.edge_cost.cost import Cost, Stopwatch
from benchmarks.edge_cost.stream import Stream


class KeyFrames:
    """Decodes key frames only, with PyAV, in one thread; the pictures stay as the decoder gives them."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __call__(self) -> Cost:
        """See `Contestant`."""
        watch = Stopwatch()
        with watch.running():
            pictures = self._decode()
        return Cost(self._stream.seconds, total_ms=watch.ms, decode_ms=watch.ms, pictures=pictures)

    def _decode(self) -> int:
        with av.open(str(self._stream.path)) as container:
            codec = container.streams.video[0].codec_context
            codec.thread_count = 1
            codec.skip_frame = "NONKEY"
            return sum(1 for _ in container.decode(video=0))
