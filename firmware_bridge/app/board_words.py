"""Frames of the gate-sensor board in words."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

from firmware_bridge.app.explanation import Explanation, direction
from firmware_bridge.codecs.bridge import (
    REPLY,
    SOURCE_WORDS,
    STATUS_WORDS,
    Event,
    Frame,
    Kind,
    Payload,
    Source,
    Status,
    payload_of,
)
from firmware_bridge.codecs.values import Unreadable

_KINDS: Final = {
    Kind.HELLO: "问候 hello",
    Kind.SET_TIME: "校时 set time",
    Kind.STATE: "状态 state",
    Kind.ACK_EVENTS: "确认事件 acknowledge events",
    Kind.SET_OUTPUT: "设置输出 set output",
    Kind.GET_SETTING: "读设置 get setting",
    Kind.SET_SETTING: "写设置 set setting",
    Kind.SELF_TEST: "自检 self-test",
    Kind.UPDATE_BEGIN: "开始升级 begin update",
    Kind.UPDATE_DATA: "升级数据 update data",
    Kind.UPDATE_END: "结束升级 end update",
    Kind.RESTART: "重启 restart",
    Kind.RESEND: "重发事件 resend events",
}
_UNASKED: Final = {Kind.UNKNOWN: "不认识的请求 unknown request", Kind.EVENT: "事件 event"}
_FIELDS: Final = {
    "protocol": "协议版本",
    "major": "主版本",
    "minor": "次版本",
    "patch": "修订",
    "board": "板号",
    "boots": "启动次数",
    "uptime_ms": "运行毫秒",
    "slot": "程序槽",
    "reset_cause": "复位原因",
    "next_event": "下一事件号",
    "oldest_event": "最早未确认事件号",
    "status": "结果",
    "inputs": "输入位",
    "outputs": "输出位",
    "loop_count": "地感计数",
    "door_count": "门磁计数",
    "beam_count": "光幕计数",
    "fire_lane_count": "消防通道计数",
    "queued": "待确认事件",
    "dropped": "丢弃事件",
    "key": "设置项",
    "value": "值",
    "failed": "自检失败位",
    "next_offset": "下一偏移",
    "kind": "类型",
    "at_s": "时间秒",
    "at_ms": "时间毫秒",
    "number": "事件号",
    "source": "来源",
    "counter": "计数",
    "output": "输出",
    "pulse_ms": "脉冲毫秒",
    "size": "长度",
    "crc32": "校验",
    "signature": "签名",
    "offset": "偏移",
    "piece": "数据",
}


def explain(frame: Frame) -> Explanation:
    what = _UNASKED.get(Kind(frame.kind)) if frame.kind in {Kind.UNKNOWN, Kind.EVENT} else None
    if what is None:
        request = frame.kind & ~REPLY
        name = _KINDS[Kind(request)] if request in _KINDS else f"类型 kind {frame.kind:02X}"
        what = f"{direction(reply=frame.is_from_board)} · {name}"
    payload = payload_of(frame)
    details = (str(payload),) if isinstance(payload, Unreadable) else _details(payload)
    return Explanation(frame.raw, f"{what} · 序号 sequence {frame.sequence}", details)


def _details(payload: Payload) -> tuple[str, ...]:
    told = [f"{_FIELDS[field.name]} {field.name}：{_text(getattr(payload, field.name))}" for field in fields(payload)]
    return (_moment(payload), *told) if isinstance(payload, Event) else tuple(told)


def _moment(event: Event) -> str:
    if not event.at_s:
        return "时间 at：从未校时 the clock was never set"
    return f"时间 at：{datetime.fromtimestamp(event.at_s, UTC) + timedelta(milliseconds=event.at_ms)}"


def _text(value: int | bytes | IntEnum) -> str:
    match value:
        case Status():
            return STATUS_WORDS[value]
        case Source():
            return SOURCE_WORDS[value]
        case bytes():
            return value.hex(" ").upper()
        case _:
            return str(value)
