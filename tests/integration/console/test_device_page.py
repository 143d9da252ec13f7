"""The page of devices: a gateway's lines, and points that the point store did not take."""

from datetime import timedelta

from cloud.accounts import Kind
from cloud.accounts.organisations import Given
from cloud.accounts.token_service import TokenService
from cloud.db import transaction
from cloud.devices import service as devices
from contract.device import CameraHealth, CameraState, ConfigData, HealthData, LineHealth, LineState
from tests.integration.console.site import Site

CAMERA = CameraHealth(
    camera="cam1",
    state=CameraState.LIVE,
    last_frame_age_s=2,
    looks=1,
    inferences=0,
    decode_ms=0,
    gate_ms=0,
    inference_ms=0,
)
HEALTH = HealthData(
    uptime_s=1,
    lines=(LineHealth(line="rs485-a", state=LineState.LOST, detail="it was pulled out <b>", devices=12, answering=7),),
    outbox_records=0,
    outbox_bytes=0,
    evidence_bytes=0,
    disk_free_bytes=1,
    cpu_fraction=0,
    memory_bytes=1,
)


async def test_lines_of_a_gateway_are_shown(site: Site) -> None:
    await site.services.devices.register("lantian", "gw-east", "A" * 43 + "=")
    async with transaction(site.world.engine) as connection:
        await devices.apply(connection, "lantian", "gw-east", HEALTH, at=site.services.clock())
    page = (await (await site.staff()).get("/devices")).text
    for told in ("线路", "rs485-a", "断开", "12 个设备中 7 个有应答", "it was pulled out &lt;b&gt;"):
        assert told in page
    assert "读数存储" not in page


async def test_programs_read_gateways_a_page_at_a_time_and_their_own_alone(site: Site) -> None:
    services, now = site.services, site.services.clock()
    await services.organisations.put([Given("here", Kind.COMMUNITY, None, "蓝天小区", community="lantian")], by="test")
    for community, gateway in (("lantian", "gw-b"), ("lantian", "gw-a"), ("baiyun", "gw-c")):
        await services.devices.register(community, gateway, "A" * 43 + "=")
    async with transaction(site.world.engine) as connection:
        told, config = HEALTH.model_copy(update={"cameras": (CAMERA,)}), ("cam2", "cam1")
        await devices.apply(connection, "lantian", "gw-a", told, at=now - timedelta(days=3))
        await devices.apply(connection, "lantian", "gw-a", ConfigData(version="0" * 12, cameras=config), at=now)
        await devices.seen(connection, "lantian", "gw-a", at=now - timedelta(days=3), via="test")
    client = site.visitor()
    token = await TokenService(site.world.engine).add("city", organisation="here", by="test")
    client.headers["Authorization"] = f"Bearer {token}"
    first = (await client.get("/api/devices", params={"limit": 1})).json()
    (gateway,) = first["gateways"]
    assert (first["after"], gateway["state"], gateway["current"]) == ("lantian/gw-a", "offline", False)
    assert [(each["camera"], each["state"]) for each in gateway["cameras"]] == [("cam1", "live"), ("cam2", None)]
    assert (gateway["health"]["disk_free_bytes"], gateway["lines"][0]["answering"]) == (1, 7)
    rest = (await client.get("/api/devices", params={"limit": 1, "after": first["after"]})).json()
    assert ([each["gateway"] for each in rest["gateways"]], rest["after"]) == (["gw-b"], None)
    assert (await client.get("/api/devices", params={"community": "baiyun"})).json()["gateways"] == []
    wrong = await client.get("/api/devices", params={"limit": 101})
    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "application/problem+json")


async def test_points_that_wait_and_points_that_were_lost_are_told(site: Site) -> None:
    now = site.services.clock()
    async with transaction(site.world.engine) as connection:
        since = (now - timedelta(hours=2)).isoformat()
        await connection.exec_driver_sql(
            "insert into meter_points "
            "(queued_at, at, community, gateway, meter, medium, unit, origin, simulated, value) "
            "values (%s, %s, 'lantian', 'gw-east', 'w-1', 'water', 'm³', 'live', false, 5)",
            (since, since),
        )
        await connection.exec_driver_sql("insert into meter_point_losses values (%s, 'limit', 2)", (now.date(),))
    page = (await (await site.staff()).get("/devices")).text
    assert "没有收到新读数" in page
    assert "有 2 条单次读数没能存入读数存储" in page
