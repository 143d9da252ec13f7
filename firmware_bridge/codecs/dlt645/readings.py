"""From the data of an answer to values, by the table of identifiers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from firmware_bridge.codecs.dlt645.identifiers import ITEMS, Item
from firmware_bridge.codecs.values import Unreadable, Value

UNKNOWN = "未收录的数据标识 an identifier that the table does not have"


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one answer, in the order of the wire.

    A value that is not readable stands among the others as `Unreadable`: a three-phase meter with one phase dead still
    tells the other two.
    """

    item: Item
    values: tuple[Value | Unreadable, ...]

    @property
    def value(self) -> Value | Unreadable:
        """The first value, which for most identifiers is the only one."""
        return self.values[0]


def decode(identifier: int, data: bytes, items: Mapping[int, Item] = ITEMS) -> Reading | Unreadable:
    """Read the data of an answer, without its identifier.

    Args:
        identifier: DI3 DI2 DI1 DI0.
        data: without the 33H; all parts of a long answer.
        items: the table; a meter that differs from it has one of its own, see `with_decimals`.
    """
    item = items.get(identifier)
    if item is None:
        return Unreadable(data, UNKNOWN)
    size = sum(part.size for part in item.parts)
    times, rest = divmod(len(data), size)
    fits = times >= 1 if item.open_end else rest == 0 and 1 <= times <= item.most
    if not fits:
        return Unreadable(data, f"长度 {len(data)} 与该标识不符 not the length of this identifier: {size}")
    return Reading(item, tuple(_values(item, data, 1 if item.open_end else times)))


def _values(item: Item, data: bytes, times: int) -> Iterator[Value | Unreadable]:
    at = 0
    for _ in range(times):
        for part in item.parts:
            yield part.decode(data[at : at + part.size])
            at += part.size
    if at < len(data):
        yield data[at:]
