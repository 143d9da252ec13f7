"""Frames of electricity meters in words."""

from firmware_bridge.app.explanation import UNCHECKED, Explanation, direction, status_text
from firmware_bridge.codecs.dlt645 import (
    ITEMS,
    AddressReply,
    AddressRequest,
    Done,
    FollowingReply,
    FollowingRequest,
    Frame,
    Meaning,
    Other,
    ReadReply,
    ReadRequest,
    Refused,
    TimeBroadcast,
    decode,
    function_words,
    meaning,
)
from firmware_bridge.codecs.values import Status, Unreadable, Value


def explain(frame: Frame) -> Explanation:
    control = frame.control
    what = f"{direction(reply=control.reply)} · {function_words(control.function)} · 表 meter {frame.address}"
    return Explanation(frame.raw, what, _details(meaning(frame)))


def _details(said: Meaning) -> tuple[str, ...]:
    told: tuple[str, ...]
    match said:
        case ReadRequest(identifier=identifier):
            told = (_name(identifier),)
        case FollowingRequest(identifier=identifier, sequence=sequence):
            told = (_name(identifier), f"帧序号 part {sequence}")
        case ReadReply():
            told = _values(said)
        case FollowingReply(identifier=identifier, data=data, sequence=sequence):
            told = (_name(identifier), f"帧序号 part {sequence}：{data.hex(' ').upper()}")
        case AddressReply(address=address):
            told = (f"通信地址 address：{address}",)
        case TimeBroadcast(at=at):
            told = (f"时间 time：{at}",)
        case Refused(word=word, reasons=reasons):
            told = (f"拒绝 refused {word:02X}：{'；'.join(reasons) or '无原因 no reason given'}",)
        case Other(why=why):
            told = (why,)
        case AddressRequest() | Done():
            told = ()
    return told


def _values(reply: ReadReply) -> tuple[str, ...]:
    if reply.following:
        more = f"还有后续帧 more follows：{reply.data.hex(' ').upper()}"
        return (_name(reply.identifier), more)
    reading = decode(reply.identifier, reply.data)
    if isinstance(reading, Unreadable):
        return (_name(reply.identifier), str(reading))
    if len(reading.values) == 1:
        return (f"{_name(reply.identifier)}：{_text(reading.value)}",)
    labels = reading.item.labels or tuple(str(number) for number in range(1, len(reading.values) + 1))
    values = (f"{label}：{_text(value)}" for label, value in zip(labels, reading.values, strict=False))
    return (_name(reply.identifier), *values)


def _name(identifier: int) -> str:
    item = ITEMS.get(identifier)
    if item is None:
        return f"{identifier:08X} 未收录 not in the table"
    return f"{identifier:08X} {item.name}{'' if item.checked else UNCHECKED}"


def _text(value: Value | Unreadable) -> str:
    if isinstance(value, bytes):
        return value.hex(" ").upper()
    return status_text(value) if isinstance(value, Status) else str(value)
