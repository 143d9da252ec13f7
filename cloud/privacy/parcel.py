"""A sealed original on its way to the key's holder: the file as the gateway sealed it, with what opening it needs.

    "LINLI-ORIGINAL 1" | newline | one line of JSON: `Slip` | newline | the sealed file

The slip is not signed: whoever has the private key could open the file without it, and asks the cloud's audit log when
in doubt whether a request of that id was granted.
"""

from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from cloud.privacy.keys import KeyRing
from cloud.privacy.watermark import marked, words
from contract.errors import Malformed
from contract.sealing import MAX_SEALED, context_of

MAGIC: Final = b"LINLI-ORIGINAL 1\n"
MAX_SLIP: Final = 4096  # bytes
MAX_BYTES: Final = len(MAGIC) + MAX_SLIP + 1 + MAX_SEALED
MEDIA_TYPE: Final = "application/vnd.linli.original"
SUFFIX: Final = ".linli"
PICTURES: Final = ("image/jpeg", "image/png")


class Slip(BaseModel):
    """Whose it is, until when, and what it was sealed for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request: str = Field(max_length=64)
    number: str = Field(max_length=64)
    asker: str = Field(min_length=1, max_length=100)
    until: AwareDatetime
    media_type: str = Field(max_length=100)
    community: str = Field(max_length=100)
    gateway: str = Field(max_length=100)
    camera: str = Field(max_length=100)
    taken_at: AwareDatetime

    @property
    def context(self) -> bytes:
        """What it was bound to when it was sealed."""
        return context_of(self.community, self.gateway, self.camera, self.taken_at)

    @property
    def is_picture(self) -> bool:
        """Whether a watermark can be written on it: into a film none can here."""
        return self.media_type in PICTURES


class Over(Exception):
    """The time that was granted is over."""


class NoMark(Exception):
    """It is a film: no watermark can be written into it."""


def pack(slip: Slip, sealed: bytes) -> bytes:
    """A parcel of a sealed file."""
    return MAGIC + slip.model_dump_json().encode() + b"\n" + sealed


def unpack(parcel: bytes) -> tuple[Slip, bytes]:
    """A parcel's slip and its sealed file.

    Raises:
        Malformed: it is none.
    """
    if not parcel.startswith(MAGIC) or len(parcel) > MAX_BYTES:
        raise Malformed("not an original as the console gives it out")
    end = parcel.find(b"\n", len(MAGIC), len(MAGIC) + MAX_SLIP + 1)
    try:
        slip = Slip.model_validate_json(parcel[len(MAGIC) : end]) if end > 0 else None
    except ValidationError:
        slip = None
    if slip is None:
        raise Malformed("its first lines do not say whose it is")
    return slip, parcel[end + 1 :]


def opened(slip: Slip, sealed: bytes, keys: KeyRing, *, now: datetime) -> bytes:
    """A picture with who looks and when written over it, as JPEG.

    Args:
        now: aware, in the zone that the watermark is to be read in.
    Raises:
        Over: nobody may look at it any more.
        NoMark: it is a film.
        NoPicture: what was sealed is no picture that can be read.
        ContractError: another key, or not as it was sealed.
    """
    if now >= slip.until:
        raise Over
    if not slip.is_picture:
        raise NoMark
    return marked(keys.open(sealed, slip.context), words(slip.asker, now, slip.number))
