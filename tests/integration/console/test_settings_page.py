"""The page of settings: what is in force, and of people and organisations the reader's own tree alone."""

import re

import pytest

from cloud.accounts import Kind, Role
from cloud.accounts.organisations import Given
from tests.integration.console.site import PASSWORD, Site

TREE = [
    Given("river", Kind.STREET, None, "江滨街道"),
    Given("here", Kind.COMMUNITY, "river", "蓝天小区", community="lantian"),
    Given("keepers", Kind.PROPERTY, "here", "蓝天物业"),
    Given("riverside", Kind.STREET, None, "江岸街道"),  # its path begins with the same letters
]
PEOPLE = {
    "at.street": (Role.STREET, "river"),
    "at.property": (Role.LEAD, "keepers"),
    "at.other": (Role.STREET, "riverside"),
    "of.all": (Role.AUDITOR, None),
}


async def test_whoever_leads_reads_what_is_in_force_and_who_is_in_their_tree(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.services.organisations.put(TREE, by="test")
    for name, (role, organisation) in PEOPLE.items():
        await site.services.accounts.add(name, PASSWORD, role, organisation=organisation)
    await site.services.accounts.revoke("at.property")
    page = (await (await site.staff("at.street")).get("/settings")).text
    for told in (
        "规定 4 工作时",
        "默认值，尚未设定",
        "09:00–12:00、13:30–17:30",
        "封存的原图",
        "30 天",
        "[[deadlines]]",
    ):
        assert told in page
    assert re.findall(r"<li><strong>([\w.]+)</strong>", page) == ["at.property", "at.street"]
    assert page.count("已停用") == 1
    assert ("蓝天物业" in page, "江岸街道" in page) == (True, False)
    everything = (await (await site.staff("of.all")).get("/settings")).text
    assert set(PEOPLE) < set(re.findall(r"<li><strong>([\w.]+)</strong>", everything))
    monkeypatch.setattr("cloud.console.settings_page.PEOPLE", 1)
    for after, shown, more in (("", "at.property", 1), ("at.property", "at.street", 0)):
        page = (await (await site.staff("at.street")).get("/settings", params={"after": after})).text
        assert re.findall(r"<li><strong>([\w.]+)</strong>", page) == [shown]
        assert page.count('href="/settings?after=at.property#people"') == more
    for length, status in ((40, 200), (41, 400)):
        answer = await (await site.staff("at.street")).get("/settings", params={"after": "z" * length})
        assert answer.status_code == status
