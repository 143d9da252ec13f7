"""Pages compressed where nobody else could have asked for them (docs/adr/0021).

How far a page shrinks tells of what stands in it, to one who can make a browser ask for pages with words of theirs and
can see how long the answers are (BREACH). Such a request comes from another site, and a browser says so: only what one
of our own pages asked for is compressed. Another site may lead somebody to a page whose address has its words, though,
and that page asks for itself anew: so no page with words in its address is compressed, wherever it was asked from.
"""

import gzip
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse

LEVEL: Final = 5
# What an address may say of its page and hold no words: choices among a few, all of them ours.
CHOICES: Final = frozenset(
    {"kind", "mine", "order", "period", "priority", "said", "show", "size", "source", "stage", "timing", "zone_kind"}
)
LEAST: Final = 1024  # bytes; less is not worth it


def answer(request: Request, text: str, *, status: int) -> HTMLResponse:
    """A page, compressed where that is safe and understood."""
    body = text.encode()
    vary = {"Vary": "Accept-Encoding, Sec-Fetch-Site"}
    if len(body) < LEAST or not may_shrink(request):
        return HTMLResponse(body, status_code=status, headers=vary)
    small = gzip.compress(body, compresslevel=LEVEL, mtime=0)
    return HTMLResponse(small, status_code=status, headers=vary | {"Content-Encoding": "gzip"})


def may_shrink(request: Request) -> bool:
    """Whether one of our own pages asked, without words, by the word of a browser that understands gzip."""
    asks = request.headers.get
    is_ours = asks("Sec-Fetch-Site") == "same-origin" and CHOICES.issuperset(request.query_params)
    return is_ours and "gzip" in asks("Accept-Encoding", "")
