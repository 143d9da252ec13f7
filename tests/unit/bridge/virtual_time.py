"""Waiting that takes no time, as the benchmark of the bus has it."""

from benchmarks.virtual_time import VirtualLoop, run

__all__ = ["VirtualLoop", "run"]
