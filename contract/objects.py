"""JSON objects from outside, read so that two readers cannot read two meanings."""

import json

from contract.errors import Malformed


def read_object(body: bytes) -> dict[str, object]:
    """Read a JSON object in which no name stands twice, at any depth.

    A name that stands twice is how a signature made over one meaning is carried to a reader of the other.

    Raises:
        Malformed: not UTF-8, not JSON, not an object, nested too deeply, or a name stands twice.
    """
    try:
        document = json.loads(body, object_pairs_hook=_no_doubles)
    except Malformed:
        raise
    except (ValueError, RecursionError):
        raise Malformed("not JSON, or cut short") from None
    if not isinstance(document, dict):
        raise Malformed("not a JSON object")
    return document


def _no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise Malformed("a name stands twice in one object")
    return document
