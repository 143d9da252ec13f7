"""The acted member of staff against a made-up cloud: it does each step once, whatever the cloud answers."""

import hashlib
from io import StringIO

import httpx
import pytest
from rich.console import Console

from deploy.onebox import staff as acting
from deploy.onebox.staff import Staff
from deploy.onebox.telling import Terminal

PICTURE = b"\xff\xd8\xff masked"


class Cloud:
    """Answers as the console's JSON interface does; `trouble` are answers given first, one a request."""

    def __init__(self, trouble: list[int | Exception]) -> None:
        self.trouble = iter(trouble)
        self.stages = dict.fromkeys(("parking", "gate", "meter"), "dispatched")
        self.version = 3
        self.done: list[tuple[str, str]] = []
        self.photo_arrives_at = 2
        self.looks = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        trouble = next(self.trouble, None)
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None:
            return httpx.Response(trouble)
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/api/login":
            return httpx.Response(200, json={"user": "staff", "csrf": "token", "expires_at": "2026-01-01T00:00:00Z"})
        assert request.headers["X-CSRF-Token"] == "token"
        if path == "/api/cases":
            self.stages = {kind: "closed" if stage == "reported" else stage for kind, stage in self.stages.items()}
            return httpx.Response(200, json={"cases": [self.case(kind) for kind in self.stages], "before": None})
        if path.endswith("/actions"):
            return self.act(request)
        if "/photos/" in path:
            return httpx.Response(200, content=PICTURE)
        self.looks += 1
        photo = {"sha256": hashlib.sha256(PICTURE).hexdigest(), "path": "/cases/1/photos/x", "masked": True}
        photos = [{**photo, "arrived": self.looks >= self.photo_arrives_at}]
        return httpx.Response(200, json={"case": self.case("parking"), "photos": photos, "history": []})

    def act(self, request: httpx.Request) -> httpx.Response:
        action, kind = "accept" if b'"accept"' in request.content else "report", request.url.path.split("/")[3]
        self.done.append((kind, action))
        self.stages[kind] = {"accept": "handling", "report": "reported"}[action]
        self.version += 1
        return httpx.Response(200, json=self.case(kind))

    def case(self, kind: str) -> dict[str, object]:
        stage = self.stages[kind]
        actions = {"dispatched": ["accept"], "handling": ["report"]}.get(stage, [])
        return {
            "id": kind,
            "kind": kind,
            "number": "LL-20260101-0001",
            "version": self.version,
            "stage": stage,
            "verification": "gone" if stage == "closed" else "none",
            "open": stage != "closed",
            "simulated": True,
            "actions": actions,
        }


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "_LOOK_EVERY_S", 0)
    monkeypatch.setattr(acting, "ON_THE_SPOT_S", 0)


def staff(cloud: Cloud) -> Staff:
    acted = Staff("http://cloud", "secret", Terminal(Console(file=StringIO())))
    acted._client = httpx.AsyncClient(base_url="http://cloud", transport=httpx.MockTransport(cloud))
    return acted


TROUBLE: list[tuple[str, list[int | Exception]]] = [
    ("none", []),
    ("the cloud is not there yet", [httpx.ConnectError("refused"), 503]),
    ("the session is gone", [429, 401]),
    ("somebody was faster", [500, 409]),
]


@pytest.mark.parametrize("trouble", [row[1] for row in TROUBLE], ids=[row[0] for row in TROUBLE])
async def test_each_step_is_done_once(trouble: list[int | Exception]) -> None:
    cloud = Cloud(trouble)
    played = await staff(cloud).play()
    assert sorted(cloud.done) == [
        ("gate", "accept"),
        ("gate", "report"),
        ("meter", "accept"),
        ("parking", "accept"),
        ("parking", "report"),
    ]
    assert {kind: case.stage for kind, case in played.items()} == {
        "parking": "closed",
        "gate": "closed",
        "meter": "handling",
    }
    assert cloud.looks == cloud.photo_arrives_at


async def test_a_picture_that_is_not_what_its_name_says_ends_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud([])
    original = cloud.answer

    def swapped(request: httpx.Request) -> httpx.Response:
        answer = original(request)
        return httpx.Response(200, content=b"\xff\xd8\xff swapped") if "/photos/" in request.url.path else answer

    monkeypatch.setattr(cloud, "answer", swapped)
    with pytest.raises(ValueError, match="is not the masked picture"):
        await staff(cloud).play()
