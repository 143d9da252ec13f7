"""A rule's state on disk: JSON that says its version, bounded, and refused whole when it is damaged."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


def read(adapter: TypeAdapter[T], raw: bytes, *, what: str, at_most: int) -> T:
    """Read what `adapter.dump_json` wrote.

    Raises:
        ValueError: damaged, too long or of another version.
    """
    if len(raw) > at_most:
        raise ValueError(f"{len(raw)} bytes; the state of {what} has at most {at_most}")
    try:
        return adapter.validate_json(raw)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"not the state of {what}: {fault['msg']}") from None
