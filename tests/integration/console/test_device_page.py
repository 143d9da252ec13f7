"""The page of devices: a gateway's lines, and points that the point store did not take."""

from datetime import timedelta

from cloud.db import transaction
from cloud.devices import service as devices
from contract.device import HealthData, LineHealth, LineState
from tests.integration.console.site import Site

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
