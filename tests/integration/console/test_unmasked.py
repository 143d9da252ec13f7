"""A picture that nobody masked opens for those who work on the case; the others are told why not, and noted."""

from datetime import UTC, datetime
from hashlib import sha256

import pypdfium2  # type: ignore[import-untyped]
import pytest

from cloud.accounts import Role
from contract.envelope import Evidence, PictureKind
from contract.vehicle import ZombieSuspected
from tests.integration.console.scene import street
from tests.integration.console.site import Site
from tests.integration.console.test_access import person

CLOSED = "未打码，仅限经办单位"
NAME = sha256(street()).hexdigest()
PICTURES = ((PictureKind.DUE, street()),)
OPEN_TO = {Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET}


@pytest.mark.parametrize("masked", [True, False], ids=["masked", "unmasked"])
@pytest.mark.parametrize("role", [Role.STAFF, Role.LEAD, Role.COMMUNITY, Role.STREET, Role.CITY])
async def test_what_nobody_masked_is_for_those_who_work_on_the_case(site: Site, role: Role, *, masked: bool) -> None:
    case = await site.world.car_stands(masked=masked, pictures=PICTURES)
    await site.world.picture_arrives(street())
    client, is_open = await person(site, role), masked or role in OPEN_TO
    here = f"/cases/{case.id}"
    for door in (f"{here}/photos/{NAME}", f"/api{here}/photos/{NAME}"):
        for headers in ({}, {"If-None-Match": f'"{NAME}"'}, {"Range": "bytes=0-9"}):
            answer = await client.get(door, headers=headers)
            assert (answer.status_code < 400, answer.status_code == 403) == (is_open, not is_open)
            assert is_open or street()[:10] not in answer.content
    for page in ("/cases", here, f"{here}/photos/{NAME}/figure", f"{here}/sheet"):
        shown = (await client.get(page)).text
        assert (f'src="{here}/photos/{NAME}"' in shown, CLOSED in shown) == (is_open, not is_open), page
    paper = pypdfium2.PdfDocument((await client.get(f"{here}/sheet.pdf")).content)
    assert any(each.type == PICTURE for each in paper[0].get_objects()) is is_open
    assert len(await site.services.audit.list(what="photo.refused")) == (0 if is_open else 6)


async def test_a_suspect_s_picture_that_is_not_masked_is_closed_too(site: Site) -> None:
    shown = Evidence(
        sha256=NAME,
        media_type="image/jpeg",
        size=len(street()),
        kind=PictureKind.ENTER,
        taken_at=datetime.now(UTC),
        masked=False,
    )
    await site.world.zombie(ZombieSuspected, evidence=(shown,))
    await site.world.picture_arrives(street())
    for role, is_open in ((Role.STREET, True), (Role.CITY, False)):
        client = await person(site, role)
        page = (await client.get("/suspects")).text
        event = (await site.services.cases.suspects())[0].event_id
        path = f"/suspects/{event}/photos/{NAME}"
        assert (f'src="{path}"' in page, CLOSED in page) == (is_open, not is_open)
        assert (await client.get(path)).status_code == (200 if is_open else 403)
    assert len(await site.services.audit.list(what="photo.refused")) == 1


async def test_a_program_reads_that_it_is_there_and_not_the_picture(site: Site) -> None:
    case = await site.world.car_stands(masked=False, pictures=PICTURES)
    await site.world.picture_arrives(street())
    program = await person(site, Role.INTEGRATOR)
    [told] = (await program.get(f"/api/cases/{case.id}")).json()["photos"]
    refused = await program.get(told["path"])
    assert (told["masked"], told["arrived"], refused.status_code) == (False, True, 403)
    assert refused.json()["type"].endswith("/problems/unmasked")
    [entry] = await site.services.audit.list(what="photo.refused")
    assert (entry.actor, entry.about, entry.detail) == ("integrator-all", f"case/{case.id}", {"sha256": NAME})


PICTURE = 3  # FPDF_PAGEOBJ_IMAGE
