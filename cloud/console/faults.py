"""What goes wrong, said kindly: as a page, as a part of one, or as JSON for a program."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from cloud.cases.domain import Refused, Stale
from cloud.console.account_words import ACCOUNT
from cloud.console.guard import LoginNeeded, NotForRole, SecondFactorNeeded, page_of
from cloud.console.rendering import Pages
from cloud.console.services import wants_part
from cloud.console.sheet_words import SHEET
from cloud.console.words import WORDS, Word
from cloud.errors import Transient
from cloud.problems import BY_STATUS, Fault, Told, Trouble, answer

API: Final = "/api/"
DOCS: Final = "/api/docs"  # a page
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="linli"'}
MAX_FAULTS: Final = 20  # told of one request
MAX_STEP: Final = 100  # characters of a name that the request chose
MAX_WANTED: Final = 500
NOT_TAKEN: Final = "not a value that is taken here; see /api/docs"

_log = logging.getLogger(__name__)


class SealedOriginal(Exception):
    """An unmasked frame is asked for: it opens for nobody without graded approval."""


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
        app.add_exception_handler(SecondFactorNeeded, self._second_factor)
        app.add_exception_handler(NotForRole, self._not_for_role)
        app.add_exception_handler(Stale, self._stale)
        app.add_exception_handler(Refused, self._refused)
        app.add_exception_handler(Exception, self._broken)

    def _login_needed(self, request: Request, _: Exception) -> Response:
        if is_for_program(request):
            return answer("login-needed", request.url.path, headers=CHALLENGE)
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
        if isinstance(error, Trouble):
            return self._answer(request, status, name=error.name, told=error.why, faults=error.faults, headers=headers)
        return self._answer(request, status, headers=headers)

    def _invalid(self, request: Request, error: Exception) -> Response:
        """A page is asked for by its address, in which nothing is filled in; a program is told what it always is."""
        is_page = request.method == "GET" and not is_for_program(request)
        faults = faults_of(error) if isinstance(error, RequestValidationError) else ()
        return self._answer(request, 400 if is_page else 422, faults=faults)

    def _transient(self, request: Request, error: Exception) -> Response:
        _log.warning("%s %s: %s", request.method, request.url.path, error)
        return self._answer(request, 503, headers={"Retry-After": "5"})

    def _sealed(self, request: Request, _: Exception) -> Response:
        return self._answer(request, 403, SHEET["sealed.title"], SHEET["sealed.why"], name="sealed")

    def _second_factor(self, request: Request, _: Exception) -> Response:
        if is_for_program(request):
            return self._answer(request, 403, why=ACCOUNT["enrol"])
        if wants_part(request):
            return Response(status_code=403, headers={"HX-Redirect": "/account"})
        return RedirectResponse("/account", status_code=303)

    def _not_for_role(self, request: Request, _: Exception) -> Response:
        why = WORDS["permits.for_leads"] if request.url.path.startswith("/permits") else ACCOUNT["not_for_role"]
        return self._answer(request, 403, why=why)

    def _stale(self, request: Request, _: Exception) -> Response:
        return self._answer(request, 409, WORDS["fault.stale"], WORDS["fault.stale_why"], name="stale")

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
        name: str | None = None,
        told: Told | None = None,
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        if is_for_program(request):
            name = name or BY_STATUS.get(status)
            if name is None:
                return Response(status_code=status, headers=headers)
            told = told or (None if why is None else Told(why.zh, why.en))
            return answer(name, request.url.path, why=told, faults=faults, headers=headers)
        phrase = HTTPStatus(status).phrase
        what = what or WORDS.get(f"fault.{status}", Word(phrase, phrase))
        why = why or (WORDS.get(f"fault.{status}_why") if told is None else Word(told.zh, told.en))
        page = self._pages.page(request, "fault.html", status=status, what=what, why=why, code=status)
        page.headers.update(headers or {})
        return page


def is_for_program(request: Request) -> bool:
    """Whether a program asks, which is told of problems as JSON."""
    return request.url.path.startswith(API) and request.url.path != DOCS


def faults_of(error: RequestValidationError) -> tuple[Fault, ...]:
    """Where a request is filled in wrongly and what is wanted; never what was given, which may be a secret."""
    return tuple(_fault(each["loc"], each["type"], each["msg"]) for each in error.errors()[:MAX_FAULTS])


def _fault(place: Sequence[str | int], kind: str, wanted: str) -> Fault:
    where, *steps = (_plain(step) for step in place) if place else ("body",)
    if where == "body":
        pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
        return Fault(where, "" if kind == "json_invalid" else pointer, _wanted(kind, wanted))
    return Fault(where, "/".join(steps), _wanted(kind, wanted))


def _wanted(kind: str, wanted: str) -> str:
    """What a check of ours says may quote what it was given."""
    return NOT_TAKEN if kind in {"value_error", "assertion_error"} else _plain(wanted, MAX_WANTED)


def _plain(text: object, limit: int = MAX_STEP) -> str:
    """Text that can be written: a name from outside may hold what no UTF-8 has."""
    return str(text)[:limit].encode(errors="replace").decode()
