"""A thrown object as staff see it: in the list, with its film and its path, live. The film is drawn."""

import io

import av
import numpy as np
import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESK, PHONE, Shoot, Staff
from tests.browser.test_console_story import every_picture_shown, nothing_sticks_out
from tests.integration.console.scene import street
from tests.integration.console.site import World

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
SECONDS, RATE = 2, 25


def film() -> bytes:
    """A light spot that falls over a dark wall, as MP4."""
    made = io.BytesIO()
    with av.open(made, "w", "mp4") as container:
        stream = container.add_stream("libx264", RATE)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for at in range(SECONDS * RATE):
            picture = np.full((360, 640, 3), 60, np.uint8)
            low = min(340, round(0.5 * 600 * (at / RATE) ** 2))
            picture[low : low + 12, 300:312] = 240
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode())
    return made.getvalue()


@SIZES
async def test_from_the_fall_to_its_film(staff: Staff, world: World, shoot: Shoot, size: tuple[int, int]) -> None:
    name = "phone" if size is PHONE else "desk"
    page = await staff.open(size)
    await page.goto("/cases")
    await expect(page.get_by_text("没有待办案件")).to_be_visible()
    composite, clip = street(car=False), film()
    await world.something_falls(picture=composite)
    await world.picture_arrives(composite)
    card = page.locator(".cards li")
    await expect(card).to_contain_text("约 12 层（11–13），左起第 4 列")  # live
    await expect(card.locator("img")).to_be_visible()
    await shoot(page, f"thrown-list-{name}")
    await card.get_by_role("link").click()
    await expect(page.locator(".fall svg")).to_be_visible()
    await world.film_follows(clip)
    await expect(page.get_by_text("视频在路上")).to_be_visible()
    await world.picture_arrives(clip, "video/mp4")
    video = page.locator("video")
    await expect(video).to_be_visible()
    await expect(video).to_have_js_property("duration", SECONDS)
    await video.evaluate("film => { film.currentTime = 1 }")
    await world.something_falls(fall="f2", evidence=())
    await expect(page.locator(".fall svg")).to_have_count(2)
    assert await video.evaluate("film => film.currentTime") == 1, "what is being watched outlives a live update"
    await every_picture_shown(page, 1)
    await nothing_sticks_out(page)
    await shoot(page, f"thrown-case-{name}")
