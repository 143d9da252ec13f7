"""A case's photos and films as they are shown, and those that were just taken on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.accounts import Role
from cloud.cases.domain import CaseView, Photo
from cloud.cases.handed_in import ON_SITE
from cloud.cases.vocabulary import Action
from cloud.cases.wishes import MAX_PHOTOS
from cloud.console.access import WORKERS
from cloud.console.facts import Eye, Moment, known, moment
from cloud.console.original_words import ORIGINALS
from cloud.console.words import WORDS, Word

FILM: Final = "video/mp4"


@dataclass(frozen=True, slots=True)
class Cover:
    """The one picture that a list shows of a case; `path` is where it is once it has arrived."""

    path: str
    arrived: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or a film with its caption; `path` is where it is once it has arrived."""

    path: str
    figure_path: str
    arrived: bool
    masked: bool
    kind: str
    caption: Word
    taken: Moment
    original: Word | None = None  # what is said of its sealed original
    film: str = ""  # its media type, where it is one
    gone: Word | None = None  # that it was deleted


def cover(case_id: str, photo: Photo) -> Cover:
    """A picture of a case, in a list."""
    return Cover(_path(f"/cases/{case_id}", photo), photo.arrived, photo.masked)


def opens(role: Role, *, masked: bool) -> bool:
    """Whether a picture opens for somebody who sees its case: one that nobody masked, if they work on it."""
    return masked or role in WORKERS


def picture(case_id: str, photo: Photo, eye: Eye) -> Picture:
    """A picture of a case."""
    return picture_at(f"/cases/{case_id}", photo, eye)


def picture_at(page: str, photo: Photo, eye: Eye) -> Picture:
    """A picture below a page's address."""
    path = _path(page, photo)
    return Picture(
        path=path,
        figure_path=f"{path}/figure",
        arrived=photo.arrived,
        masked=photo.masked,
        kind=photo.kind,
        caption=known("photo", photo.kind),
        taken=moment(photo.taken_at, eye),
        original=_original(photo),
        film=photo.media_type if photo.media_type == FILM else "",
        gone=None if photo.deleted_at is None else ORIGINALS["deleted"],
    )


def _path(page: str, photo: Photo) -> str:
    return f"{page}/photos/{photo.sha256}"


def _original(photo: Photo) -> Word | None:
    if photo.original is None:
        return None
    what = "film" if photo.media_type == FILM else "photo"
    return WORDS[f"{what}.sealed" if photo.original_arrived else f"{what}.sealed_coming"]


def masked_word(view: CaseView) -> Word | None:
    """What was made unreadable, where one picture at least is masked."""
    if not any(photo.masked for photo in view.photos):
        return None
    return WORDS["photo.masked_fall_why" if view.case.is_thrown else "photo.masked_why"]


def fresh(view: CaseView) -> Sequence[Photo]:
    """Photos that staff took on the spot since the case last moved on: they may go along with its next step."""
    case = view.case
    sent_back = (entry.at for entry in view.history if entry.what is Action.VERIFY_FAIL)
    since = max(at for at in (case.opened_at, case.accepted_at, case.reported_at, *sent_back) if at is not None)
    taken = [photo for photo in view.photos if photo.kind == ON_SITE and photo.arrived and photo.taken_at >= since]
    return taken[-MAX_PHOTOS:]
