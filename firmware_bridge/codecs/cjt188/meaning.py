"""What a CJ/T 188 frame says, as one closed union."""

from dataclasses import dataclass

from firmware_bridge.codecs.cjt188.address import Address
from firmware_bridge.codecs.cjt188.frame import Frame, Function
from firmware_bridge.codecs.cjt188.profiles import STANDARD_2004, Profile
from firmware_bridge.codecs.values import Status, status_of

_HEAD = 3  # identifier and sequence


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A gateway asks for values."""

    identifier: int
    sequence: int


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """A gateway asks who is on the line."""

    sequence: int


@dataclass(frozen=True, slots=True)
class ReadReply:
    """A meter tells values; `data` is what comes after identifier and sequence."""

    kind: int
    identifier: int
    sequence: int
    data: bytes


@dataclass(frozen=True, slots=True)
class AddressReply:
    """A meter tells its address, in the head of the frame."""

    address: Address
    kind: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Done:
    """A meter has done what changes it."""

    function: Function
    identifier: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A meter refuses; with its status where the data is a sequence and a status word, as in 2004."""

    function: int
    data: bytes
    status: Status | None


@dataclass(frozen=True, slots=True)
class Other:
    """A sound frame whose content is not of the standard, or that is not told apart here."""

    why: str


Meaning = ReadRequest | AddressRequest | ReadReply | AddressReply | Done | Refused | Other

_BAD_LENGTH = Other("数据长度不符 the data has not the length that this function has")
_NOT_SHOWN = Other("此功能不解析 a function that is not taken apart here")


def meaning(frame: Frame, profile: Profile = STANDARD_2004) -> Meaning:
    """Say what a frame says; total: whatever a wire brings has one."""
    if frame.control.error:
        return _refused(frame, profile)
    if len(frame.data) < _HEAD:
        return _BAD_LENGTH
    return _reply(frame, profile) if frame.control.reply else _request(frame, profile)


def _refused(frame: Frame, profile: Profile) -> Meaning:
    if not frame.control.reply:
        return Other("请求帧带有异常标志 a request with the error flag")
    status = status_of(int.from_bytes(frame.data[1:], "little"), profile.status) if len(frame.data) == _HEAD else None
    return Refused(frame.control.function, frame.data, status)


def _request(frame: Frame, profile: Profile) -> Meaning:
    if frame.control.function not in (Function.READ, Function.READ_ADDRESS):
        return _NOT_SHOWN
    if len(frame.data) != _HEAD:
        return _BAD_LENGTH
    sequence = frame.data[2]
    if frame.control.function == Function.READ_ADDRESS:
        return AddressRequest(sequence)
    return ReadRequest(profile.identifier(frame.data[:2]), sequence)


def _reply(frame: Frame, profile: Profile) -> Meaning:
    identifier, sequence = profile.identifier(frame.data[:2]), frame.data[2]
    match frame.control.function:
        case Function.READ:
            return ReadReply(frame.kind, identifier, sequence, frame.data[_HEAD:])
        case Function.READ_ADDRESS:
            return AddressReply(frame.address, frame.kind, sequence)
        case Function.WRITE | Function.WRITE_ADDRESS | Function.WRITE_COUNTER as function:
            return Done(Function(function), identifier, sequence)
        case _:
            return _NOT_SHOWN
