"""What the forms of notices hold, and what the page says once they were taken or refused."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated, Final

from fastapi import Form, Request
from fastapi.responses import Response
from pydantic import StringConstraints

from cloud.console.guard import session_of
from cloud.console.notice_words import NOTICES
from cloud.console.services import Services
from cloud.console.words import Word
from cloud.notify.domain import MAX_NAME
from cloud.notify.hours import Hours
from cloud.notify.ownership import NoticeRefused, NoticeStale, Viewer
from contract.identifiers import UUID7

NO_TIME: Final = NoticeRefused("时间要两个都填，或都不填", "give both times or neither")

Id = Annotated[str, Form(pattern=UUID7)]
Version = Annotated[int, Form(ge=0, lt=2**31)]
MaybeId = Annotated[str, Form(pattern=rf"^({UUID7.strip('^$')})?$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True), Form(max_length=MAX_NAME)]
Clock = Annotated[str, Form(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
Minutes = Annotated[str, Form(pattern=r"^\d{0,5}$")]
LocalTime = Annotated[str, Form(pattern=r"^(20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d)?$")]


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says of what was done."""

    text: Word
    why: Word | None = None
    status: int = 200

    @property
    def is_fault(self) -> bool:
        """Whether it was not done."""
        return self.why is not None


def viewer_of(request: Request) -> Viewer:
    """Who asks."""
    session = session_of(request)
    return Viewer(session.user, session.organisation, session.scope)


def refused(error: NoticeRefused) -> Said:
    """That it was not done, and why."""
    status = 409 if isinstance(error, NoticeStale) else 422
    return Said(NOTICES["not_stored"], Word(error.zh, error.en), status)


def hours_of(start: str, end: str) -> Hours | None:
    """Hours as a form gives them; None: none.

    Raises:
        NoticeRefused: one time without the other.
    """
    if bool(start) != bool(end):
        raise NO_TIME
    return Hours(time.fromisoformat(start), time.fromisoformat(end)) if start else None


def page(services: Services, request: Request, template: str, said: Said | None = None, **values: object) -> Response:
    """A page of notices, with what is said of what was done."""
    status = 200 if said is None else said.status
    values |= {"said": said, "w": NOTICES, "max_name": MAX_NAME}
    return services.pages.page(request, template, status=status, session=session_of(request), **values)
