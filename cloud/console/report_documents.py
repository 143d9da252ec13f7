"""Reports from outside as documents: what is handed in, and how far it is."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from fastapi import Path
from pydantic import Field, StringConstraints

from cloud.cases.domain import CaseView, Photo
from cloud.cases.intake import MAX_PLACE, MAX_TEXT
from cloud.cases.vocabulary import STAGE_NAMES, Action, Source, Stage
from cloud.console.case_parts import RelatedOut, file_path
from cloud.console.case_words import entry_word
from cloud.console.documents import NO_NUL, Closed
from contract.identifiers import Slug

REFERENCE: Final = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"

Outside = Literal[Source.RESIDENT, Source.HOTLINE, Source.STAFF]
Reference = Annotated[str, StringConstraints(pattern=REFERENCE)]
ReferencePath = Annotated[str, Path(pattern=REFERENCE, description="as the report was handed in")]
SourcePath = Annotated[Outside, Path(description="resident 随手拍, hotline 12345, staff")]


class ReportIn(Closed):
    """What somebody reports: 随手拍, 12345, or staff on their round. Without the name or number of whoever it was."""

    source: Outside = Field(description="resident 随手拍, hotline 12345, staff")
    reference: Reference = Field(description="what your system calls it: the same once more is the same report")
    community: Slug
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT, pattern=NO_NUL)]
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PLACE, pattern=NO_NUL)]


class StepOut(Closed):
    """One step of the case that a report opened."""

    at: datetime
    what: Action
    zh: str
    en: str
    stage: Stage = Field(description="after it")


class ReportOut(Closed):
    """How far a report is. `steps` grows when the case is sent back or reopened, too."""

    source: Source
    reference: str
    community: str
    case: RelatedOut
    version: int
    stage: Stage
    stage_zh: str
    stage_en: str
    open: bool
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    responsible: str | None
    rework: int
    reopened: int
    reporter_rating: int | None
    merged_into: str | None = Field(description="the id of the case that goes on with it")
    photos: int
    steps: tuple[StepOut, ...]

    @classmethod
    def of(cls, view: CaseView) -> Self:
        case, name = view.case, STAGE_NAMES[view.case.stage]
        same = {field: getattr(case, field) for field in _SAME}
        return cls(
            reference="" if case.report is None else case.report.reporter,
            case=RelatedOut(id=case.id, number=case.number),
            stage_zh=name.zh,
            stage_en=name.en,
            open=case.is_open,
            photos=len(view.photos),
            steps=steps_of(view),
            **same,
        )


_SAME: Final = (
    "source",
    "community",
    "version",
    "stage",
    "opened_at",
    "updated_at",
    "due_at",
    "closed_at",
    "responsible",
    "rework",
    "reopened",
    "reporter_rating",
    "merged_into",
)


def steps_of(view: CaseView) -> tuple[StepOut, ...]:
    """What was done, for whoever reported it: without names and notes, which are the property's own."""
    done = ((entry, entry.what) for entry in view.history)
    return tuple(
        StepOut(at=entry.at, what=what, zh=entry_word(entry).zh, en=entry_word(entry).en, stage=entry.stage)
        for entry, what in done
        if isinstance(what, Action) and what is not Action.REMARK
    )


class UploadedOut(Closed):
    """A photo as it is kept: a JPEG without what its file said of place, time and telephone. People are not masked."""

    sha256: str
    path: str
    size: int = Field(description="bytes")
    width: int
    height: int

    @classmethod
    def of(cls, case_id: str, photo: Photo, width: int, height: int) -> Self:
        path = file_path(case_id, photo.sha256)
        return cls(sha256=photo.sha256, path=path, size=photo.size, width=width, height=height)
