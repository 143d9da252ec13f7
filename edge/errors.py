"""What can go wrong in a gateway, by what to do about it.

EdgeError
├── Transient      the world is at fault: back off, start again
│   ├── SourceLost     a camera cannot be read
│   │   └── SourceFrozen   … or is read and shows the very same picture again and again
│   ├── UplinkLost     the broker or the evidence store cannot be reached
│   └── DiskFull       the disk refuses what must be kept; nothing is dropped, the caller tries again
└── Misconfigured  a person is at fault: say which setting, stop, exit 2
Anything else is a bug in this program: it takes the process down, and the service manager starts it again.
"""


class EdgeError(Exception):
    """Base of what a gateway expects to go wrong."""


class Transient(EdgeError):
    """The world is at fault: back off and try again."""


class SourceLost(Transient):
    """A camera cannot be opened, read, or has stopped telling anything new."""


class SourceFrozen(SourceLost):
    """A camera sends, but always the very same picture."""


class UplinkLost(Transient):
    """The broker or the evidence store cannot be reached or does not answer."""


class DiskFull(Transient):
    """The disk refuses what must be kept."""


class Misconfigured(EdgeError):
    """A person must change a setting: the text names it, what stands there (no secrets) and what would be accepted."""
