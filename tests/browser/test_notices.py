"""Notices in a browser: from the link in a message to the case in one hand, and the pages on which leads set them."""

import re
from datetime import datetime, time, timedelta

import pyotp
import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from cloud.accounts import Role
from cloud.db import transaction
from cloud.notify.channels import AppriseChannel
from cloud.notify.desk import Desk
from cloud.notify.domain import Conditions, Destination, Duty, Occasion, Reason, Rule, Tongue
from cloud.notify.hours import Hours
from cloud.notify.ownership import Viewer
from cloud.notify.reach import Reach
from cloud.notify.vault import Vault
from cloud.notify.worker import Notifier
from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.desk import add_people, person
from tests.browser.test_looks import wrong
from tests.integration.console.site import CLOUD_KEY, PASSWORD, USER, Site, World
from tests.integration.notify.receivers import web

pytestmark = pytest.mark.browser

HERE = Reach.of(["127.0.0.1"])
LEAD = Viewer(person(Role.LEAD))


async def destination(site: Site, name: str, address: str, **more: object) -> str:
    given = Destination(id="", organisation="", name=name, channel="", **more)  # type: ignore[arg-type]
    return await site.services.notices.put_destination(LEAD, given, address)


async def deliver(site: Site, public_url: str) -> None:
    """One turn of what forms and sends messages."""
    clock = site.services.clock
    desk = Desk(site.world.engine, clock=clock, zone=site.services.zone, public_url=public_url, keep=timedelta(days=90))
    channel = AppriseChannel(reach=HERE)
    await desk.turn()
    await Notifier(site.world.engine, desk, channel, Vault(lambda: CLOUD_KEY), clock=clock).turn()


async def test_the_link_in_a_message_opens_the_case_on_the_phone_where_one_tap_takes_it_and_one_reports_it(
    staff: Staff, site: Site, world: World, address: str, shoot: Shoot
) -> None:
    begun, _ = await site.services.accounts.second_factors.begin(USER)
    codes = await site.services.accounts.second_factors.confirm(USER, code_of(begun, site.services.clock()))
    async with web() as telephone:
        to = await destination(site, "王芳", telephone.address(), window_s=0)
        rule = Rule("", "", "新案件", Conditions(occasions=frozenset({Occasion.OPENED})), to)
        await site.services.notices.rules.put(LEAD, rule)
        case = await world.car_stands()
        await deliver(site, address)
    (request,) = telephone.requests
    (link,) = re.findall(r"https?://\S+", request.json["message"])
    page = await staff.open(PHONE, log_in=False)
    await page.goto(link)
    await page.get_by_label("用户名").fill(USER)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.locator("input[name=code]").fill(codes[0])
    await page.locator("main button.main").click()
    await expect(page).to_have_url(re.compile(f"/cases/{case.id}$"))
    await expect(page.locator(".notified")).to_contain_text("王芳")
    await expect(page.locator(".notified")).to_contain_text("已送达")
    take = page.get_by_role("button", name="接单")
    assert await is_under_the_thumb(page, "接单"), "without scrolling"
    await shoot(page, "notice-link-phone")
    await take.click()
    await expect(page.locator(".steps .now")).to_contain_text("任务处理")
    assert await is_under_the_thumb(page, "上报处理完毕")
    await page.get_by_role("button", name="上报处理完毕").click()
    await expect(page.locator(".steps .now")).to_contain_text("处理反馈")


async def is_under_the_thumb(page: Page, name: str) -> bool:
    """Whether a button is on the screen as the page opens, and as high as a finger."""
    box = await page.get_by_role("button", name=name).bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= PHONE[1] and box["height"] >= 44


async def office(site: Site) -> None:
    """An office in which everything is set that can be, and one destination is stuck."""
    await add_people(site)
    clock = site.services.clock()
    away = {"away_from": clock - timedelta(days=1), "away_until": clock + timedelta(days=3)}
    night = Hours(time(22), time(7))
    group = await destination(site, "绿园值班群", "wecombot://693a91f6-7aaa-4bc4-97a0", quiet=night)
    wang = await destination(site, "王芳（夜班，住三号楼，电话在值班室）", "ntfys://ntfy.sh/wang", **away)
    city = await destination(site, "e三明接口", "json://127.0.0.1:1/hook", window_s=0, language=Tongue.BOTH)
    notices = site.services.notices
    opened = Conditions(
        occasions=frozenset({Occasion.OPENED, Occasion.URGED, Occasion.RAISED}),
        zone_kinds=frozenset({"fire_lane", "gate_mouth"}),  # type: ignore[arg-type]
        hours=("08:00", "20:00"),
    )
    await notices.rules.put(LEAD, Rule("", "", "消防通道、出入口", opened, group, by_duty=True, urgent=True))
    await notices.rules.put(LEAD, Rule("", "", "没人接单", Conditions(untaken_min=15, repeat_min=30), city))
    for weekday in range(3):
        await notices.rota.add(LEAD, Duty("", "", weekday, Hours(time(8), time(20)), group, wang))
    await notices.rota.add(
        LEAD, Duty("", "", clock.astimezone(site.services.zone).weekday(), Hours(time(0), time(0)), wang, group)
    )
    await notices.test(LEAD, group)
    await notices.test(LEAD, city)
    async with transaction(site.world.engine) as connection:
        stuck = "update notice_destinations set failing_since = :at, reason = :why where id = :id"
        values = {"at": clock - timedelta(hours=2), "why": Reason.UNREACHABLE, "id": city}
        await connection.execute(text(stuck), values)
        failed = (
            "update notice_messages set state = 'failed', attempts = 7, reason = 'unreachable' where destination = :id"
        )
        await connection.execute(text(failed), {"id": city})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_pages_that_are_full_have_no_serious_fault(
    staff: Staff, site: Site, shoot: Shoot, size: tuple[int, int], language: str, *, dark: bool
) -> None:
    await office(site)
    page = await staff.open(size, dark=dark, user=LEAD.user)
    await page.context.add_cookies([{"name": "linli_language", "value": language, "url": staff.address}])
    name = f"{'phone' if size is PHONE else 'desk'}{'-dark' if dark else ''}-{language}"
    rules = (await site.services.notices.settings(LEAD)).rules
    pages = {
        "notices": "/notices",
        "rules": "/notices/rules",
        "rule": f"/notices/rules?edit={rules[0].id}",
        "roster": "/notices/roster",
    }
    found = {}
    for which, path in pages.items():
        await page.goto(path)
        await shoot(page, f"full-{which}-{name}")
        if told := await wrong(page):
            found[which] = told
    assert found == {}


def code_of(secret: str, at: datetime) -> str:
    """What an authenticator shows."""
    return pyotp.TOTP(secret).at(at)
