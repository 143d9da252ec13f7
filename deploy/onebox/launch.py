"""Become another program that ends when the supervisor ends, as another user if need be.

    python -I -S launch.py SUPERVISOR_PID DEATH_SIGNAL UID GID PROGRAM ARGUMENT…

Runs as a script of its own, before the program, because this must happen between fork and exec; it needs nothing but
the standard library. A uid of -1 means: stay who you are.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    supervisor, death_signal, uid, gid = map(int, arguments[:4])
    program = arguments[4:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)  # first this: a change of user takes the death signal back
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        sys.exit(f"cannot tie the life of {program[0]} to the supervisor's: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != supervisor:  # it died before the signal was asked for
        sys.exit("the supervisor has gone")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execv(program[0], program)  # noqa: S606 - to be that program is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
