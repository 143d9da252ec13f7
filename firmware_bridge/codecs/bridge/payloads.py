"""Which payload belongs to which kind."""

from types import MappingProxyType
from typing import Final, get_args

from firmware_bridge.codecs.bridge import replies, requests
from firmware_bridge.codecs.bridge.events import Event
from firmware_bridge.codecs.bridge.frame import Frame
from firmware_bridge.codecs.values import Unreadable

Request = (
    requests.Hello
    | requests.SetTime
    | requests.State
    | requests.AckEvents
    | requests.SetOutput
    | requests.GetSetting
    | requests.SetSetting
    | requests.SelfTest
    | requests.UpdateBegin
    | requests.UpdateData
    | requests.UpdateEnd
    | requests.Restart
    | requests.Resend
)
Reply = (
    replies.HelloReply
    | replies.SetTimeDone
    | replies.StateReply
    | replies.AckedEvents
    | replies.SetOutputDone
    | replies.GotSetting
    | replies.SetSettingDone
    | replies.SelfTested
    | replies.BeganUpdate
    | replies.TookData
    | replies.EndedUpdate
    | replies.Restarting
    | replies.Resending
    | replies.UnknownKind
)
Payload = Request | Reply | Event

PAYLOADS: Final[MappingProxyType[int, type[Payload]]] = MappingProxyType(
    {payload.KIND: payload for payload in get_args(Payload)}
)


def payload_of(frame: Frame) -> Payload | Unreadable:
    """Read the payload of a frame; total: what does not fit its kind is told."""
    form = PAYLOADS.get(frame.kind)
    if form is None:
        return Unreadable(frame.payload, f"未知类型 {frame.kind:02X} a kind that is not known")
    try:
        return form.from_bytes(frame.payload)
    except ValueError as error:
        return Unreadable(frame.payload, f"内容不合规 not as the protocol wants it: {error}")


def frame_of(payload: Payload, sequence: int) -> Frame:
    """Put a payload into a frame; `sequence` 0 to 65535."""
    return Frame(payload.KIND, sequence, payload.to_bytes())
