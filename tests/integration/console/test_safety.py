"""Ways round the console's guards: each is tried as an attacker tries it."""

import gzip
from datetime import UTC, datetime

import pytest

from cloud.accounts import AccountService, Origin, Role, Step
from cloud.db import transaction
from cloud.errors import DatabaseLost
from tests.integration.console.scene import street
from tests.integration.console.site import COMMUNITY, LEAD, PASSWORD, USER, WEAK, Site, World
from tests.integration.console.test_desk_pages import png
from tests.integration.console.test_reports_api import GIVEN, photo, program

FILM = bytes(range(250)) * 8


async def told(site: Site, what: str, actor: str = USER) -> list[str]:
    return [each.about for each in await site.services.audit.list(actor=actor, what=what)]


@pytest.mark.parametrize("asked", ["bytes=1-", "bytes=-99999999", "lines=1-2", "Bytes=0-", "x"])
async def test_no_part_of_a_picture_is_looked_at_unseen(site: Site, world: World, asked: str) -> None:
    body = street()
    case = await world.car_stands()
    name = await world.picture_arrives(body)
    answer = await (await site.staff()).get(f"/cases/{case.id}/photos/{name}", headers={"Range": asked})
    assert len(answer.content) >= len(body) - 1
    assert await told(site, "photo.viewed") == [f"case/{case.id}"]


async def test_a_film_from_its_second_byte_on_is_a_look_and_its_further_parts_are_none(
    site: Site, world: World
) -> None:
    case = await world.something_falls()
    await world.film_follows(FILM)
    name = await world.picture_arrives(FILM, "video/mp4")
    staff = await site.staff()
    for asked in ("bytes=1-", "bytes=500-", "bytes=1000-1999"):
        assert (await staff.get(f"/cases/{case.id}/photos/{name}", headers={"Range": asked})).status_code == 206
    assert await told(site, "film.viewed") == [f"case/{case.id}"]
    other = await site.staff(LEAD)
    await other.get(f"/cases/{case.id}/photos/{name}", headers={"Range": "bytes=1-"})
    assert await told(site, "film.viewed", LEAD) == [f"case/{case.id}"], "each person's look is one"


async def test_a_look_that_could_not_be_written_down_shows_nothing_and_the_next_one_is(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object) -> None:
        raise DatabaseLost("gone")

    case = await world.something_falls()
    await world.film_follows(FILM)
    path = f"/cases/{case.id}/photos/{await world.picture_arrives(FILM, 'video/mp4')}"
    staff, part = await site.staff(), {"Range": "bytes=500-"}
    with monkeypatch.context() as away:
        away.setattr(site.services.audit, "record", lost)
        assert (await staff.get(path, headers=part)).status_code == 503
    assert (await staff.get(path, headers=part)).status_code == 206
    assert await told(site, "film.viewed") == [f"case/{case.id}"]


async def test_a_change_of_the_map_is_written_down(site: Site, world: World) -> None:
    await world.car_stands()
    lead = await site.staff(LEAD)
    files = {"file": ("plan.png", png(), "image/png")}
    assert (await lead.post("/map/plan", data={"community": COMMUNITY}, files=files)).status_code == 303
    place = {"community": COMMUNITY, "thing": "camera:gw-east/cam1", "x": "10", "y": "10"}
    assert (await lead.post("/map/places", data=place)).status_code == 303
    assert (await lead.post("/map/places", data=place | {"remove": "yes"})).status_code == 303
    found = await site.services.audit.list(actor=LEAD, what="setting.changed")
    assert [(each.about, each.community) for each in found] == [(f"plan/{COMMUNITY}", COMMUNITY)] * 3


async def test_a_photo_that_is_handed_in_is_written_down(site: Site) -> None:
    hotline = await program(site)
    case = (await hotline.post("/api/reports", json=GIVEN)).json()["case"]["id"]
    answer = await hotline.post(f"/api/cases/{case}/photos", content=photo(), headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 201, answer.text
    (entry,) = await site.services.audit.list(actor="token:hotline", what="case.acted")
    assert (entry.about, entry.community) == (f"case/{case}", COMMUNITY)
    assert entry.detail["photo"] == answer.json()["sha256"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
async def test_an_evaluation_that_is_taken_along_is_written_down(site: Site, world: World, kind: str) -> None:
    await world.car_stands()
    assert (await (await site.staff()).get(f"/evaluation.{kind}")).status_code == 200
    (about,) = await told(site, "exported")
    assert about.startswith("evaluation/")


async def test_who_is_given_a_role_that_wants_a_second_factor_works_with_nothing_until_there_is_one(
    site: Site,
) -> None:
    accounts = AccountService(
        site.world.engine,
        clock=lambda: datetime.now(UTC),
        passwords=WEAK,
        second_factor_of=frozenset({Role.LEAD}),
    )
    token, session = await accounts.login(USER, PASSWORD, address="192.0.2.1")
    assert session.step is Step.FULL
    await accounts.set_role(USER, Role.LEAD)
    assert await accounts.session(token) is None
    half = await accounts.sessions.find(token)
    assert half is not None
    assert half.step is Step.ENROL
    await accounts.add_signed_on("from.city", "https://id.example sub", Role.LEAD)
    async with transaction(site.world.engine) as connection:
        signed_on, _ = await accounts.sessions.open(connection, "from.city", Step.FULL, Origin("192.0.2.1"))
    assert await accounts.session(signed_on) is not None, "the provider asks for its own"


@pytest.mark.parametrize("media_type", ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"])
async def test_a_form_is_never_as_long_as_a_photo(site: Site, media_type: str) -> None:
    staff = await site.staff()
    del staff.headers["X-CSRF-Token"]
    answer = await staff.post("/api/cases/x/photos", content=b"x" * 100_000, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account"),
        ("POST", "/account/second-factor"),
        ("POST", "/account/second-factor/confirm"),
        ("POST", "/account/second-factor/codes"),
        ("POST", "/account/second-factor/off"),
        ("POST", "/account/sessions/end"),
    ],
)
async def test_a_token_has_no_account(site: Site, method: str, path: str) -> None:
    hotline = await program(site)
    answer = await hotline.request(method, path, data={"code": "123456", "session": "1"} if method == "POST" else None)
    assert answer.status_code == 403


@pytest.mark.parametrize("words", ["q=guess", "plate=guess", "handler=guess", "community=guess", "after=x"])
async def test_a_page_with_words_of_its_address_is_not_compressed(site: Site, world: World, words: str) -> None:
    """Another site may lead to such an address, and the page that opens asks for itself anew."""
    await world.car_stands()
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip"}
    staff = await site.staff()
    answer = await staff.get(f"/cases?{words}", headers=headers)
    assert "content-encoding" not in answer.headers
    async with staff.stream("GET", "/cases?size=200&show=all", headers=headers) as plain:
        assert gzip.decompress(b"".join([part async for part in plain.aiter_raw()]))
