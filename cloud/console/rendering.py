"""Templates into pages, in the reader's language."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from cloud.accounts import Session
from cloud.console.compression import answer
from cloud.console.desk_words import NAV
from cloud.console.navigation import menu
from cloud.console.original_words import ORIGINALS
from cloud.console.picture_views import opens
from cloud.console.words import WORDS, Language, Word
from cloud.privacy.domain import may_ask

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
LANGUAGE_COOKIE: Final = "linli_language"

_BOTH: Final = Markup('<span lang="zh-CN">{}</span> <span class="en" lang="en">{}</span>')
_ONE: Final = Markup('<span lang="{}">{}</span>')


def language_of(request: Request) -> Language:
    """What the reader chose, else both."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return Language(chosen) if chosen in set(Language) else Language.BOTH


@lru_cache(maxsize=8192)  # a list says the same few words on each of its cards
def markup(spoken: Word, language: Language) -> Markup:
    """A word as HTML that says which language each part is in."""
    if language is Language.ZH:
        return _ONE.format("zh-CN", spoken.zh)
    if language is Language.EN:
        return _ONE.format("en", spoken.en)
    if spoken.zh == spoken.en:
        return Markup("{}").format(spoken.zh)
    return _BOTH.format(spoken.zh, spoken.en)


@pass_context
def _say(context: Context, spoken: Word | str, **values: object) -> Markup:
    return markup(_word(spoken, values), context["language"])


@pass_context
def _plain(context: Context, spoken: Word | str, **values: object) -> str:
    return _word(spoken, values).plain(context["language"])


def _word(spoken: Word | str, values: dict[str, object]) -> Word:
    found = WORDS[spoken] if isinstance(spoken, str) else spoken
    return found.fill(**values) if values else found


class Pages:
    """Renders templates. In a template `say` gives a word as HTML and `plain` the same as text for an attribute."""

    def __init__(self, folder: Path = HERE / "templates") -> None:
        self._templates = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(asks_originals=may_ask, opens=opens)
        self._templates.globals.update(ask_original=ORIGINALS["ask"], keeping=ORIGINALS["keeping"])
        self._templates.globals.update(say=_say, plain=_plain, menu=menu, more=NAV["more"])

    def page(
        self, request: Request, template: str, *, status: int = 200, session: Session | None = None, **values: object
    ) -> HTMLResponse:
        """Answer with a template, `session` being who reads it."""
        text = self._templates.get_template(template).render(
            language=language_of(request), languages=tuple(Language), session=session, path=request.url.path, **values
        )
        return answer(request, text, status=status)
