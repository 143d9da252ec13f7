"""From a picture to its original on a phone: asked for, granted, opened; and the pages of it are fit for everybody."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.async_api import expect

from cloud.accounts import Role
from contract.envelope import PictureKind
from contract.sealing import SEALED, seal
from tests.browser.axe import faults
from tests.browser.conftest import PHONE, Shoot, Staff
from tests.integration.console.scene import street
from tests.integration.console.site import LEAD, PASSWORD, Site, World, _evidence, _sealed

pytestmark = pytest.mark.browser

KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))


async def test_from_the_picture_to_the_original_on_a_phone(
    staff: Staff, site: Site, world: World, shoot: Shoot
) -> None:
    body = street()
    original = seal(body, KEY.public_key().public_bytes_raw(), b"any")
    shown = _evidence(PictureKind.DUE, body, datetime.now(UTC), True)
    case = await world.car_stands(evidence=(shown, _sealed(original, shown)))
    await world.picture_arrives(body)
    await world.picture_arrives(original, SEALED)
    await site.services.accounts.add("zhao", PASSWORD, Role.STREET)
    page = await staff.open(PHONE, to=f"/cases/{case.id}")
    await page.get_by_role("link", name="申请查看原图").click()
    await expect(page).to_have_url(f"{staff.address}/cases/{case.id}/photos/{sha256(body).hexdigest()}/original")
    assert await faults(page) == []
    await shoot(page, "original-ask-phone")
    await page.get_by_label("理由").fill("行人纠纷，需要核对画面")
    await page.get_by_role("button", name="提交申请").click()
    await expect(page.locator(".chip").first).to_contain_text("待审批")
    asked = page.url
    lead = await staff.open(PHONE, user=LEAD, to="/originals")
    await lead.get_by_role("link", name="行人纠纷").click()
    await expect(lead.get_by_role("button", name="批准", exact=False).first).to_be_visible()
    assert await faults(lead) == []
    await shoot(lead, "original-decide-phone")
    await lead.get_by_role("button", name="批准").first.click()
    await expect(lead.locator(".chip").first).to_contain_text("已批准")
    await page.goto(asked)
    await expect(page.get_by_role("link", name="打开原图")).to_be_visible()
    assert await faults(page) == []
    await shoot(page, "original-granted-phone")
    await page.goto("/originals")
    assert await faults(page) == []
    await shoot(page, "originals-phone")
    street_desk = await staff.open(PHONE, user="zhao", to=f"/cases/{case.id}/keeping")
    await street_desk.get_by_label("为什么").fill("法院调取")
    await street_desk.get_by_role("button", name="保留本案").click()
    await expect(street_desk.get_by_role("status")).to_contain_text("zhao")
    assert await faults(street_desk) == []
    await shoot(street_desk, "keeping-phone")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    for each in (page, lead, street_desk):
        assert not await each.evaluate(wide)
