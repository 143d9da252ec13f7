"""Bytes of a wire to frames and back: no I/O, no clock, no state but what a line has sent and nobody has read.

One shape for all: `Decoder.feed(data)` and `Decoder.flush()` give frames and garbage in the order of the line, and
every byte is in exactly one of them: `raw` of all that came out joins to what was fed in. A session calls `flush()`
when the line has been silent for longer than the protocol allows inside a frame.

The echo of one's own request, as two-wire RS-485 adapters give it, comes out as a frame that asks (`reply` false, or a
kind from the gateway), and a session passes over those. Each protocol here carries the direction in the frame, so a
decoder need not be told what was sent; the same decoders serve the simulators, which wait for just those frames.
"""
