"""Every event there is, tagged by its type, and the one way to read one."""

from typing import Annotated, Final, get_args

from pydantic import Field, TypeAdapter, ValidationError

from contract.berth import BerthOccupancy
from contract.device import DeviceBirth, DeviceConfig, DeviceDeath, DeviceGap, DeviceHealth
from contract.envelope import MAX_EVENT_BYTES
from contract.errors import Malformed, Oversized, UnknownType
from contract.gating import GateAlarmCleared, GateAlarmOpened, SensorAlarmCleared, SensorAlarmOpened
from contract.metering import MeterAlarmCleared, MeterAlarmOpened, MeterReadings
from contract.objects import read_object
from contract.parking import ParkingCleared, ParkingMilestone, ParkingOpened, ParkingVerification
from contract.throwing import ObjectThrown, ObjectThrownClip
from contract.vehicle import ZombieCleared, ZombieConfirmed, ZombieMilestone, ZombieSuspected

AnyEvent = (
    ParkingOpened
    | ParkingMilestone
    | ParkingCleared
    | ParkingVerification
    | ZombieSuspected
    | ZombieConfirmed
    | ZombieMilestone
    | ZombieCleared
    | ObjectThrown
    | ObjectThrownClip
    | BerthOccupancy
    | MeterReadings
    | MeterAlarmOpened
    | MeterAlarmCleared
    | GateAlarmOpened
    | GateAlarmCleared
    | SensorAlarmOpened
    | SensorAlarmCleared
    | DeviceBirth
    | DeviceDeath
    | DeviceHealth
    | DeviceGap
    | DeviceConfig
)
Event = Annotated[AnyEvent, Field(discriminator="type")]

EVENT: Final[TypeAdapter[AnyEvent]] = TypeAdapter(Event)
MAX_PLACE: Final = 120  # characters of a fault's place that are told
EVENT_MODELS: Final = get_args(AnyEvent)
EVENT_TYPES: Final[tuple[str, ...]] = tuple(model.model_fields["type"].default for model in EVENT_MODELS)


def parse_event(body: bytes) -> AnyEvent:
    """Read one event from the bytes of a message. The signature is not checked here.

    Args:
        body: at most `MAX_EVENT_BYTES` bytes of UTF-8 JSON.
    Raises:
        Oversized, Malformed, UnknownType: and the text says which field.
    """
    if len(body) > MAX_EVENT_BYTES:
        raise Oversized(f"{len(body)} bytes; an event has at most {MAX_EVENT_BYTES}")
    kind = _type_of(body)
    if kind not in EVENT_TYPES:
        raise UnknownType(f"type {kind[:80]!r} is not known here")
    try:
        event = EVENT.validate_json(body, strict=True)  # as the JSON Schemas say: no text for a number
    except ValidationError as error:
        raise Malformed(first_fault(error)) from None
    _cross_check(event)
    return event


def _type_of(body: bytes) -> str:
    kind = read_object(body).get("type")
    if not isinstance(kind, str):
        raise Malformed("type: an event has one, as text")
    return kind


def _cross_check(event: AnyEvent) -> None:
    if event.source != f"/linli/{event.community}/{event.gateway}":
        raise Malformed("source: must be /linli/{community}/{gateway} of the same event")
    if (event.seq == 0) != (event.lane == "state"):
        raise Malformed("seq: starts at 1, and is 0 in lane state alone")


def first_fault(error: ValidationError) -> str:
    """Say where a document is wrong and why, without repeating what stood there."""
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    shown = "".join(letter if letter.isprintable() else "?" for letter in place[-MAX_PLACE:])  # may end in a sent name
    return f"{shown}: {fault['msg']}"
