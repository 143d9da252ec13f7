"""How the C library keeps memory that was given back: a gateway with many cameras wants it back at once."""

import ctypes
import sys
from typing import Final

M_MMAP_THRESHOLD: Final = -3  # <malloc.h> of glibc
M_ARENA_MAX: Final = -8
GIVE_BACK_FROM: Final = 4 * 1024 * 1024
"""Bytes. The pictures that a decoder keeps are smaller at 1080p (3.1 MB), those in BGR are larger (6.2 MB)."""
MOST_ARENAS: Final = 2


def be_frugal(give_back_from: int = GIVE_BACK_FROM) -> bool:
    """Have large blocks returned to the system as soon as they are free; best before other threads are started.

    By itself glibc learns to keep what is as large as a picture, for each thread apart: with a thread a camera, the
    memory that all cameras need now and then is held by each of them for ever. New pages cost about a millisecond
    for each picture that is converted.

    Args:
        give_back_from: bytes from which on a block is returned.
    Returns:
        whether the C library can be told so.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # musl has none, and one heap for all threads
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, give_back_from)) and bool(mallopt(M_ARENA_MAX, MOST_ARENAS))
