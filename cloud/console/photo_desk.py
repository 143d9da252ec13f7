"""Photos that staff take on the spot, handed in on the case's page: each stands by itself, and waits for the next step.

A photo goes before the step it belongs to, not with it: whatever then becomes of the step, the photo is kept.
"""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from cloud.cases.domain import Case, Refused
from cloud.cases.handed_in import ON_SITE
from cloud.console import desk_words as words
from cloud.console.access import actor_of
from cloud.console.case_desk import CaseDesk
from cloud.console.guard import session_of
from cloud.console.photo_intake import keep
from cloud.console.recoding import MAX_BYTES, NoPicture, Recoded, recoded
from cloud.console.services import Services, wants_part
from cloud.console.words import WORDS, Word
from cloud.problems import Trouble

HAND_IN: Final = "/cases/photos"
MAX_FORM: Final = 2 * MAX_BYTES  # what is somewhat too large is told so on the page, not cut off on its way
MAX_FILES: Final = 2  # the camera's and the album's
AT_ONCE: Final = 1  # picture in memory beside those of programs: a telephone's browser has made it smaller before
MAX_ID: Final = 64


class PhotoDesk:
    """`/cases/photos`."""

    def __init__(self, services: Services, desk: CaseDesk) -> None:
        self._services = services
        self._desk = desk
        self._room = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route(HAND_IN, self.hand_in, methods=["POST"])
        return router

    async def hand_in(
        self,
        request: Request,
        *,
        case: Annotated[str, Form(max_length=MAX_ID)],
        photo: Annotated[list[UploadFile] | None, File(max_length=MAX_FILES)] = None,
    ) -> Response:
        """Take a photo of how it is now; a field that was left empty is no photo."""
        by = actor_of(session_of(request))
        view = await self._services.cases.get(case, by.scope)
        if view is None:
            raise HTTPException(404)
        chosen = [each for each in photo or () if each.size]
        try:
            for each in chosen:
                await self._keep(request, view.case, each)
        except Refused as error:
            return await self._desk.page(request, case, fault=words.PHOTO_REFUSED, why=Word(error.zh, error.en))
        except Trouble as error:
            return await self._desk.page(request, case, fault=words.PHOTO_REFUSED, why=_why(error))
        if not chosen:
            return await self._desk.page(request, case, fault=words.PHOTO_REFUSED, why=words.PHOTO_NONE)
        if wants_part(request):
            return await self._desk.page(request, case, said=words.PHOTO_KEPT)
        return RedirectResponse(f"/cases/{case}#do", status_code=303)

    async def _keep(self, request: Request, case: Case, file: UploadFile) -> None:
        await self._services.handed_in.room(case.id)
        async with self._room:
            picture = await _drawn(await file.read(MAX_BYTES + 1))
        await keep(self._services, case, picture, by=actor_of(session_of(request)), kind=ON_SITE)


async def _drawn(body: bytes) -> Recoded:
    if len(body) > MAX_BYTES:
        raise Refused(words.PHOTO_LARGE.zh, words.PHOTO_LARGE.en)
    try:
        return await asyncio.to_thread(recoded, body)
    except NoPicture:
        raise Refused(words.PHOTO_UNFIT.zh, words.PHOTO_UNFIT.en) from None


def _why(error: Trouble) -> Word:
    return WORDS["fault.429"] if error.why is None else Word(error.why.zh, error.why.en)
