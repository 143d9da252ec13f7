"""Parts of a file: a browser that shows a film asks for them, and Safari shows none without (RFC 9110, section 14)."""

import re
from collections.abc import Mapping

from fastapi.responses import Response


def answer(body: bytes, asked: str | None, *, media_type: str, headers: Mapping[str, str]) -> Response:
    """The whole file, or the one part that is asked for; what is no single range of bytes is answered with the whole.

    Args:
        body: the file, at least a byte.
        asked: the request's `Range`, as `bytes=0-1023`, `bytes=1024-` or `bytes=-500`.
    """
    said = {**headers, "Accept-Ranges": "bytes"}
    found = re.fullmatch(r"bytes=([0-9]{0,12})-([0-9]{0,12})", asked or "")
    if found is None or found[0] == "bytes=-":
        return Response(body, media_type=media_type, headers=said)
    part = _part(found[1], found[2], len(body))
    if not part:
        return Response(status_code=416, headers={**said, "Content-Range": f"bytes */{len(body)}"})
    said["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(body)}"
    return Response(body[part.start : part.stop], status_code=206, media_type=media_type, headers=said)


def _part(first: str, last: str, size: int) -> range:
    """The bytes that are meant; none where they lie beyond the end."""
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(int(last) + 1, size) if last else size)
