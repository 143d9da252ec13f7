"""The pictures of one stay: which are wanted, which are there. No I/O."""

import hashlib
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field

from contract.identifiers import Place, Sha256, Slug
from edge.config import Zone
from edge.values import Moment, Picture, PictureKind, Sighting

MAX_INTERVALS: Final = 2  # with enter and due: four pictures a stay


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(_Kept):
    """One picture of a stay, and beside it the same unmasked and sealed, where originals are kept.

    `jpeg` and `sealed` are set only while the disk refuses them.
    """

    kind: PictureKind
    taken: Moment
    masked: bool
    sha256: Sha256
    jpeg: bytes | None = Field(default=None, exclude=True)
    sealed_sha256: Sha256 | None = None
    sealed: bytes | None = Field(default=None, exclude=True)

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """A page that is not on disk yet."""
        sealed = picture.sealed
        return cls(
            kind=picture.kind,
            taken=picture.taken,
            masked=picture.masked,
            sha256=hashlib.sha256(picture.jpeg).hexdigest(),
            jpeg=picture.jpeg,
            sealed_sha256=None if sealed is None else hashlib.sha256(sealed).hexdigest(),
            sealed=sealed,
        )

    @property
    def is_saved(self) -> bool:
        """Whether all of it is on disk."""
        return self.jpeg is None and self.sealed is None

    @property
    def files(self) -> tuple[str, ...]:
        """SHA-256 of what it needs on disk."""
        return (self.sha256,) if self.sealed_sha256 is None else (self.sha256, self.sealed_sha256)

    def without_original(self) -> Self:
        """The page with its masked picture alone."""
        return self.model_copy(update={"sealed_sha256": None, "sealed": None})


class Pages(_Kept):
    """What is kept of one stay.

    Attributes:
        intervals: how many interval pictures fit between enter and due, at most `MAX_INTERVALS`.
        spacing_s: seconds between them, never below the camera's `picture_every`.
        named_s: when a look last named the stay, on the camera's timeline.
    """

    stay: Place
    zone: Slug
    intervals: int = Field(ge=0, le=MAX_INTERVALS)
    spacing_s: float = Field(ge=0)
    named_s: float
    pages: tuple[Page, ...] = Field(default=(), max_length=MAX_INTERVALS + 2)

    @classmethod
    def blank(cls, sighting: Sighting, zone: Zone, *, picture_every: float) -> Self:
        """Plan a stay's pictures so that they are spread over the time it may stand."""
        dwell_s = zone.dwell_by_class.get(sighting.vehicle, zone.dwell)
        intervals = max(0, min(MAX_INTERVALS, int(dwell_s / picture_every) - 1))
        spacing_s = max(picture_every, dwell_s / (intervals + 1))
        return cls(
            stay=sighting.stay, zone=zone.id, intervals=intervals, spacing_s=spacing_s, named_s=sighting.now.at_s
        )

    def has(self, kind: PictureKind) -> bool:
        """Whether there is a picture of this kind."""
        return any(page.kind is kind for page in self.pages)

    def wants(self, at_s: float) -> PictureKind | None:
        """Say which picture to take now: enter first, then intervals until the due picture is there."""
        if self.has(PictureKind.DUE):
            return None
        if not self.has(PictureKind.ENTER):
            return PictureKind.ENTER
        taken = sum(page.kind is PictureKind.INTERVAL for page in self.pages)
        is_time = at_s - self.pages[-1].taken.at_s >= self.spacing_s
        return PictureKind.INTERVAL if taken < self.intervals and is_time else None

    def named(self, at_s: float) -> Self:
        """A look has named the stay."""
        return self.model_copy(update={"named_s": at_s})

    def with_page(self, page: Page) -> Self:
        """Put a picture in, in the order taken."""
        pages = sorted((*self.pages, page), key=lambda kept: kept.taken.at_s)
        return self.model_copy(update={"pages": tuple(pages)})

    def with_pages(self, pages: tuple[Page, ...]) -> Self:
        """Put others in their place."""
        return self.model_copy(update={"pages": pages})


class AlbumState(_Kept):
    """What survives a restart."""

    version: int = Field(default=1, ge=1, le=1)
    stays: tuple[Pages, ...] = Field(default=(), max_length=256)
