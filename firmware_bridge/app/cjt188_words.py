"""Frames of water, heat and gas meters in words."""

from firmware_bridge.app.explanation import Explanation, direction, status_text
from firmware_bridge.codecs.cjt188 import (
    AddressReply,
    AddressRequest,
    Done,
    FlowReading,
    Frame,
    HeatReading,
    Meaning,
    Other,
    Profile,
    ReadReply,
    ReadRequest,
    Refused,
    Settled,
    decode,
    function_words,
    identifier_words,
    kind_words,
    meaning,
)
from firmware_bridge.codecs.values import Status, Unreadable


def explain(frame: Frame, profile: Profile) -> Explanation:
    control = frame.control
    meter = f"{kind_words(frame.kind)} {frame.address}"
    what = f"{direction(reply=control.reply)} · {function_words(control.function)} · {meter}"
    return Explanation(frame.raw, what, _details(meaning(frame, profile), profile))


def _details(said: Meaning, profile: Profile) -> tuple[str, ...]:
    told: tuple[str, ...]
    match said:
        case ReadRequest(identifier=identifier, sequence=sequence):
            told = (f"{identifier_words(identifier)}，序号 sequence {sequence}",)
        case ReadReply(identifier=identifier, sequence=sequence):
            told = (f"{identifier_words(identifier)}，序号 sequence {sequence}", *_values(said, profile))
        case AddressReply(address=address, kind=kind):
            told = (f"地址 address：{kind_words(kind)} {address}",)
        case Refused(data=data, status=status):
            told = ("拒绝 refused", _status(status) if status else data.hex(" ").upper())
        case Done(identifier=identifier):
            told = (f"已执行 done：{identifier_words(identifier)}",)
        case Other(why=why):
            told = (why,)
        case AddressRequest():
            told = ()
    return told


def _values(reply: ReadReply, profile: Profile) -> tuple[str, ...]:
    match decode(reply, profile):
        case FlowReading() as told:
            return (
                f"当前累积 accumulated：{told.accumulated}",
                f"结算日累积 at settlement：{told.settled}",
                f"表内时间 clock：{told.clock}",
                _status(told.status),
            )
        case HeatReading() as told:
            return (
                f"结算日热量 at settlement：{told.settled}",
                f"当前热量 accumulated：{told.accumulated}",
                f"热功率 power：{told.power}",
                f"流量 flow：{told.flow}",
                f"累积流量 volume：{told.volume}",
                f"供水温度 supply：{told.supply}",
                f"回水温度 return：{told.returned}",
                f"累计工作时间 worked：{told.hours}",
                f"表内时间 clock：{told.clock}",
                _status(told.status),
            )
        case Settled() as told:
            return (f"累积 accumulated：{told.accumulated}",)
        case Unreadable() as unread:
            return (str(unread),)


def _status(status: Status) -> str:
    return f"状态 status：{status_text(status)}"
