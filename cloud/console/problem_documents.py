"""Problems as documents, and how a route says which it may answer."""

from typing import Final, Literal

from pydantic import Field

from cloud.console.documents import Closed
from cloud.problems import PROBLEMS

MARK: Final = "x-problems"


class FaultOut(Closed):
    """One thing that is filled in wrongly; never what was given."""

    where: Literal["body", "query", "path", "header", "cookie"]
    at: str = Field(description="RFC 6901 pointer in the body, else the parameter's name")
    wanted: str


class ProblemOut(Closed):
    """An RFC 9457 problem, with its title and detail in Chinese beside."""

    type: str = Field(description="a path of this site: what the problem means, and what to do about it")
    title: str
    title_zh: str
    status: int = Field(ge=400, le=599)
    detail: str
    detail_zh: str
    instance: str = Field(description="the path that was asked")
    errors: list[FaultOut] = Field(default=[], description="of an invalid request: at most 20 of what is wrong")


def problems(*names: str) -> dict[str, list[str]]:
    """What a route may answer beyond what every route does: for its `openapi_extra`."""
    assert all(name in PROBLEMS for name in names), names  # noqa: S101 - a slip of ours, seen at once
    return {MARK: list(names)}
