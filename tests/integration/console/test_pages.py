"""Pages as a browser without JavaScript gets them."""

from contract.envelope import PictureKind
from tests.integration.console.scene import street
from tests.integration.console.site import Site, World


async def test_the_list_shows_an_open_case_in_words(site: Site, world: World) -> None:
    case = await world.car_stands(minutes=12)
    page = await (await site.staff()).get("/cases")
    assert page.status_code == 200
    for shown in ("消防通道", "Fire lane", "3 号楼北侧", "已停 12 分钟", "任务派遣", f'href="/cases/{case.id}"'):
        assert shown in page.text


async def test_a_case_has_its_page(site: Site, world: World) -> None:
    picture = street()
    case = await world.car_stands(pictures=((PictureKind.ENTER, street(brightness=0.9)), (PictureKind.DUE, picture)))
    await world.picture_arrives(picture)
    page = await (await site.staff()).get(f"/cases/{case.id}")
    for shown in ("接单", "照片在路上", case.number, "行人和其他车牌已打码"):
        assert shown in page.text
