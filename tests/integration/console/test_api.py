"""The JSON interface, as a program uses it."""

import pytest

from contract.envelope import PictureKind
from contract.parking import Outcome
from tests.integration.console.scene import street
from tests.integration.console.site import PASSWORD, USER, Site, World


async def test_a_case_from_first_to_last(site: Site, world: World) -> None:
    picture = street()
    opened = await world.car_stands(pictures=((PictureKind.DUE, picture),), simulated=True)
    await world.picture_arrives(picture)
    client = await site.staff()
    (listed,) = (await client.get("/api/cases?show=open")).json()["cases"]
    assert (listed["id"], listed["actions"], listed["simulated"]) == (opened.id, ["accept"], True)
    view = (await client.get(f"/api/cases/{opened.id}")).json()
    path = view["photos"][0]["path"]
    assert path == f"/api/cases/{opened.id}/photos/{view['photos'][0]['sha256']}"  # of this interface, and documented
    assert (await client.get(path)).content == picture
    assert [each.what for each in await site.services.audit.list(actor=USER, limit=1)] == ["photo.viewed"]
    for wrong, status in ((path[:-64] + "0" * 64, 404), (path, 416)):
        answer = await client.get(wrong, headers={"Range": "bytes=99999999-"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    case = listed
    for action in ("accept", "report"):
        body = {"action": action, "version": case["version"], "note": "done"}
        case = (await client.post(f"/api/cases/{opened.id}/actions", json=body)).json()
    assert (case["stage"], case["verification"], case["actions"]) == ("reported", "waiting", [])
    await world.camera_answers(opened, Outcome.GONE)
    view = (await client.get(f"/api/cases/{opened.id}")).json()
    assert (view["case"]["stage"], view["case"]["closed_by"], view["case"]["open"]) == ("closed", "camera", False)
    assert [(line["actor"], line["zh"]) for line in view["history"] if line["what"] == "report"] == [
        (USER, "上报处理完毕")
    ]
    body = {"action": "evaluate", "version": view["case"]["version"], "rating": 5}
    assert (await client.post(f"/api/cases/{opened.id}/actions", json=body)).json()["rating"] == 5
    assert (await client.get("/api/cases?show=open")).json() == {"cases": [], "after": None}


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("an old version", {"action": "accept", "version": 1_000}, 409),
        ("not now", {"action": "report", "version": 0}, 409),
        ("an unknown field", {"action": "accept", "version": 1, "force": True}, 422),
        ("an unknown action", {"action": "destroy", "version": 1}, 422),
        ("a note too long", {"action": "accept", "version": 1, "note": "x" * 501}, 422),
        ("no object", [], 422),
    ],
)
async def test_a_wrong_step_is_refused_in_both_languages(
    site: Site, world: World, name: str, body: object, status: int
) -> None:
    case = await world.car_stands()
    answer = await (await site.staff()).post(f"/api/cases/{case.id}/actions", json=body)
    assert answer.status_code == status, name
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["instance"]) == (status, f"/api/cases/{case.id}/actions")
    assert told["title"]
    assert told["title_zh"]
    assert ("errors" in told) == (status == 422)


async def test_what_is_not_there(site: Site) -> None:
    client = await site.staff()
    for path in ("/api/cases/nothing", "/api/nowhere"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_pages_of_the_list(site: Site, world: World) -> None:
    cases = [(await world.car_stands(f"cam1.{number}")).id for number in range(5)]
    client = await site.staff()
    seen, after = [], ""
    while True:
        page = (await client.get(f"/api/cases?limit=2{after}")).json()
        seen += [case["id"] for case in page["cases"]]
        if page["after"] is None:
            break
        after = f"&after={page['after']}"
    assert seen == cases[::-1]


async def test_logging_in_and_out(site: Site) -> None:
    client = site.visitor()
    assert (await client.get("/api/session")).status_code == 401
    for wrong in ({"name": USER, "password": "no"}, {"name": "nobody", "password": PASSWORD}):
        assert (await client.post("/api/login", json=wrong)).status_code == 401
    answer = await client.post("/api/login", json={"name": USER, "password": PASSWORD})
    assert answer.json()["user"] == USER
    assert (await client.get("/api/session")).json() == answer.json()
    token = {"X-CSRF-Token": answer.json()["csrf"]}
    kept = dict(client.cookies)
    assert (await client.post("/api/logout", headers=token)).status_code == 204
    assert (await client.get("/api/session")).status_code == 401
    client.cookies.update(kept)  # whoever has a copy of the cookie has nothing any more
    assert (await client.get("/api/session")).status_code == 401
