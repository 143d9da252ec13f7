"""What goes wrong, said kindly: as a page, as a part of one, or as JSON for a program."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from cloud.cases.domain import Refused, Stale
from cloud.console.guard import LoginNeeded, page_of
from cloud.console.rendering import Pages
from cloud.console.services import wants_part
from cloud.console.sheet_words import SHEET
from cloud.console.words import WORDS, Word
from cloud.errors import Transient

API: Final = "/api/"

_log = logging.getLogger(__name__)


class SealedOriginal(Exception):
    """An unmasked frame is asked for: it opens for nobody without graded approval."""


class ForLeads(Exception):
    """A page that only the property's lead needs to see."""


class Faults:
    """Turns errors into answers."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def install(self, app: FastAPI) -> None:
        """Answer for everything that the routes may raise."""
        app.add_exception_handler(LoginNeeded, self._login_needed)
        app.add_exception_handler(HTTPException, self._http)
        app.add_exception_handler(RequestValidationError, self._invalid)
        app.add_exception_handler(Transient, self._transient)
        app.add_exception_handler(SealedOriginal, self._sealed)
        app.add_exception_handler(ForLeads, self._for_leads)
        app.add_exception_handler(Stale, self._stale)
        app.add_exception_handler(Refused, self._refused)
        app.add_exception_handler(Exception, self._broken)

    def _login_needed(self, request: Request, _: Exception) -> Response:
        if request.url.path.startswith(API):
            return _json(401, WORDS["fault.expired"])
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if wants_part(request):  # of a page that is shown: back to that after logging in
            shown = {"to": page_of(request.headers.get("hx-current-url", "")), "expired": 1}
            return Response(status_code=401, headers={"HX-Redirect": f"/login?{urlencode(shown)}"})
        if request.method == "GET":
            return RedirectResponse(f"/login?{urlencode({'to': here})}", status_code=303)
        sent_from = {"to": page_of(request.headers.get("referer", "")), "expired": 1}
        return RedirectResponse(f"/login?{urlencode(sent_from)}", status_code=303)

    def _http(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        return self._answer(request, status, headers=headers)

    def _invalid(self, request: Request, _: Exception) -> Response:
        """A page is asked for by its address, in which nothing is filled in; a program is told what it always is."""
        is_page = request.method == "GET" and not request.url.path.startswith(API)
        return self._answer(request, 400 if is_page else 422)

    def _transient(self, request: Request, error: Exception) -> Response:
        _log.warning("%s %s: %s", request.method, request.url.path, error)
        return self._answer(request, 503, headers={"Retry-After": "5"})

    def _sealed(self, request: Request, _: Exception) -> Response:
        return self._answer(request, 403, SHEET["sealed.title"], SHEET["sealed.why"])

    def _for_leads(self, request: Request, _: Exception) -> Response:
        return self._answer(request, 403, why=WORDS["permits.for_leads"])

    def _stale(self, request: Request, _: Exception) -> Response:
        return self._answer(request, 409, WORDS["fault.stale"], WORDS["fault.stale_why"])

    def _refused(self, request: Request, error: Exception) -> Response:
        why = Word(error.zh, error.en) if isinstance(error, Refused) else None
        return self._answer(request, 409, WORDS["fault.refused"], why)

    def _broken(self, request: Request, _: Exception) -> Response:
        return self._answer(request, 500)  # the server logs the error with its place

    def _answer(
        self,
        request: Request,
        status: int,
        what: Word | None = None,
        why: Word | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        phrase = HTTPStatus(status).phrase
        what = what or WORDS.get(f"fault.{status}", Word(phrase, phrase))
        why = why or WORDS.get(f"fault.{status}_why")
        if request.url.path.startswith(API):
            return _json(status, what, why, headers)
        answer = self._pages.page(request, "fault.html", status=status, what=what, why=why, code=status)
        answer.headers.update(headers or {})
        return answer


def _json(status: int, what: Word, why: Word | None = None, headers: Mapping[str, str] | None = None) -> Response:
    told = {"code": status, "zh": what.zh, "en": what.en}
    if why is not None:
        told |= {"why_zh": why.zh, "why_en": why.en}
    return JSONResponse({"error": told}, status_code=status, headers=headers)
