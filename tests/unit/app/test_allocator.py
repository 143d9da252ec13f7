"""Memory that is given back is given back: seen from outside, in a process of its own."""

import subprocess
import sys

import pytest

PROGRAM = """
import os, threading
from pathlib import Path
from edge.app.allocator import be_frugal
assert be_frugal() or not {frugal}
if not {frugal}:
    assert be_frugal(32 * 1024 * 1024)  # what glibc comes to by itself
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
before = resident()
done, go = threading.Barrier(9), threading.Event()
def work():
    kept = []
    for size in (6_220_800,) * 4:  # a picture at 1080p in BGR, and something small that outlives it
        picture = bytearray(size)
        kept.append(bytes(2000))
        del picture
    done.wait()
    go.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
done.wait()
print((resident() - before) // 1_000_000)
go.set()
"""


def megabytes_kept(*, frugal: bool) -> int:
    program = PROGRAM.format(frugal=frugal)
    return int(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="how Linux's C library keeps memory")
def test_eight_threads_that_each_had_a_picture_keep_none_of_it() -> None:
    frugal, as_it_comes = megabytes_kept(frugal=True), megabytes_kept(frugal=False)
    assert frugal < 8
    assert as_it_comes >= frugal + 6  # so the setting does something here
