"""What a DL/T 645-2007 frame says, as one closed union."""

from dataclasses import dataclass
from datetime import datetime

from firmware_bridge.codecs.dlt645.address import ADDRESS_BYTES, Address
from firmware_bridge.codecs.dlt645.frame import Frame
from firmware_bridge.codecs.dlt645.functions import Function, refusals
from firmware_bridge.codecs.layouts import stamp

_DI = 4


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A gateway asks for a value; `rest` are limits of a load record, if any."""

    identifier: int
    rest: bytes = b""


@dataclass(frozen=True, slots=True)
class FollowingRequest:
    """A gateway asks for the next part of a long answer."""

    identifier: int
    sequence: int


@dataclass(frozen=True, slots=True)
class AddressRequest:
    """A gateway asks who is on the line."""


@dataclass(frozen=True, slots=True)
class TimeBroadcast:
    """A gateway tells the time: a wall clock without a zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ReadReply:
    """A meter tells a value, or its first part where more is `following`."""

    identifier: int
    data: bytes
    following: bool


@dataclass(frozen=True, slots=True)
class FollowingReply:
    """A meter tells a later part."""

    identifier: int
    data: bytes
    sequence: int
    following: bool


@dataclass(frozen=True, slots=True)
class AddressReply:
    """A meter tells its address."""

    address: Address


@dataclass(frozen=True, slots=True)
class Done:
    """A meter has done what changes it."""

    function: Function


@dataclass(frozen=True, slots=True)
class Refused:
    """A meter refuses; `reasons` are the set bits of `word`, in Chinese and English."""

    function: int
    word: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """A sound frame whose content is not of the standard, or that is not told apart here."""

    why: str


Meaning = (
    ReadRequest
    | FollowingRequest
    | AddressRequest
    | TimeBroadcast
    | ReadReply
    | FollowingReply
    | AddressReply
    | Done
    | Refused
    | Other
)

_BAD_LENGTH = Other("数据长度不符 the data has not the length that this function has")
_NOT_SHOWN = Other("此功能不解析 a function that is not taken apart here")
_CHANGES = frozenset(Function) - {
    Function.BROADCAST_TIME,
    Function.READ,
    Function.READ_FOLLOWING,
    Function.READ_ADDRESS,
}


def meaning(frame: Frame) -> Meaning:
    """Say what a frame says; total: whatever a wire brings has one."""
    if frame.control.error:
        return _refused(frame)
    return _reply(frame) if frame.control.reply else _request(frame)


def _refused(frame: Frame) -> Meaning:
    if not frame.control.reply:
        return Other("请求帧带有异常标志 a request with the error flag")
    if len(frame.data) != 1:
        return _BAD_LENGTH
    return Refused(frame.control.function, frame.data[0], refusals(frame.data[0]))


def _request(frame: Frame) -> Meaning:
    data = frame.data
    match frame.control.function:
        case Function.READ:
            return ReadRequest(_identifier(data), data[_DI:]) if len(data) >= _DI else _BAD_LENGTH
        case Function.READ_FOLLOWING:
            return FollowingRequest(_identifier(data), data[_DI]) if len(data) == _DI + 1 else _BAD_LENGTH
        case Function.READ_ADDRESS:
            return _BAD_LENGTH if data else AddressRequest()
        case Function.BROADCAST_TIME:
            return _time(data)
        case _:
            return _NOT_SHOWN


def _reply(frame: Frame) -> Meaning:
    data, function, following = frame.data, frame.control.function, frame.control.following
    match function:
        case Function.READ:
            return ReadReply(_identifier(data), data[_DI:], following) if len(data) >= _DI else _BAD_LENGTH
        case Function.READ_FOLLOWING:
            if len(data) < _DI + 1:
                return _BAD_LENGTH
            return FollowingReply(_identifier(data), data[_DI:-1], data[-1], following)
        case Function.READ_ADDRESS:
            return _address(data)
        case _ if function in _CHANGES:
            return Done(Function(function)) if not data else _NOT_SHOWN
        case _:
            return _NOT_SHOWN


def _identifier(data: bytes) -> int:
    return int.from_bytes(data[:_DI], "little")


def _time(data: bytes) -> Meaning:
    if len(data) != 6:
        return _BAD_LENGTH
    at = stamp(data)
    return TimeBroadcast(at) if isinstance(at, datetime) else Other(at.why)


def _address(data: bytes) -> Meaning:
    if len(data) != ADDRESS_BYTES:
        return _BAD_LENGTH
    try:
        return AddressReply(Address.from_bytes(data))
    except ValueError:
        return Other("地址不是 BCD 数字 an address that is not BCD digits")
