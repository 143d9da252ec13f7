"""What the kernel knows of its own clock: `adjtimex(2)`, read only."""

import ctypes
import ctypes.util
import logging
import sys
from dataclasses import dataclass
from functools import cache
from typing import Final

STA_UNSYNC: Final = 0x0040
TIME_ERROR: Final = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KernelClock:
    """The kernel's word: whether something keeps the clock right, and by how much it may be wrong."""

    disciplined: bool
    max_error_s: float


class _Timex(ctypes.Structure):
    """`struct timex` of <sys/timex.h>, as Linux lays it out on 32 and 64 bits."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("rest", ctypes.c_long * 32),  # more than the kernel fills
    )


@cache
def _libc() -> ctypes.CDLL:
    """The C library, opened once: this is asked at every packet of every camera."""
    return ctypes.CDLL(None, use_errno=True)


def read_kernel_clock() -> KernelClock | None:
    """Ask the kernel. None where it cannot be asked: not Linux, or a container that forbids it.

    Source: adjtimex(2); `modes` 0 reads and needs no right.
    """
    if not sys.platform.startswith("linux"):
        return None
    timex = _Timex(modes=0)
    state = _libc().adjtimex(ctypes.byref(timex))
    if state < 0:
        return None
    return KernelClock(state != TIME_ERROR and not timex.status & STA_UNSYNC, timex.maxerror / 1e6)
