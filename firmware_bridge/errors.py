"""What can go wrong on a wire, by whose fault it is.

BridgeError
├── LineLost        the adapter or the gateway is gone: open it again, with a pause that grows
├── DeviceFault     one device: ask it again later, and go on with the others
│   ├── NoAnswer       it says nothing
│   ├── Garbled        something comes that is no sound answer: noise, a collision, a wrong speed or parity
│   └── Refused        it answers that it will not; asking again changes nothing
└── Misconfigured   a person must change a setting; the text names it
    └── FormatNotTaken  the port does not take this speed or parity; it may take another
Anything else is a bug in this program.
"""


class BridgeError(Exception):
    """Base of what is expected to go wrong on a wire."""


class LineLost(BridgeError):
    """The adapter is unplugged, or the gateway closed or refused the connection."""


class DeviceFault(BridgeError):
    """One device cannot be read; the line and the others can."""


class NoAnswer(DeviceFault):
    """A device says nothing within its time."""


class Garbled(DeviceFault):
    """Bytes come that are no sound answer."""


class Refused(DeviceFault):
    """A device answers with an error; `reasons` in Chinese and English, empty where it gives none."""

    def __init__(self, device: str, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{device}：拒绝 refused：{'；'.join(reasons) or '未说明原因 no reason given'}")
        self.reasons = reasons


class Misconfigured(BridgeError):
    """A person must change a setting: the text names it and what would be accepted."""


class FormatNotTaken(Misconfigured):
    """A port does not take this speed or parity; it may take another."""
