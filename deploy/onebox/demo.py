"""The demo: the box with a story before its camera, or with a person's own camera."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from deploy.onebox import toml
from deploy.onebox.box import Box, Plan, running
from deploy.onebox.cloud import STAFF, STREET
from deploy.onebox.driver import GATE, PARKED, OpenGate, ParkedCar, drive
from deploy.onebox.errors import Misconfigured, PartFailed
from deploy.onebox.folder import Folder
from deploy.onebox.gateway import Camera, Zone
from deploy.onebox.nats import listens
from deploy.onebox.news import tell
from deploy.onebox.part import Part, python
from deploy.onebox.ports import HOST, Ports
from deploy.onebox.telling import Terminal
from deploy.story import stage
from deploy.story.clip import ensure_clips
from deploy.story.history import write_history
from deploy.story.plan import keep_plan
from deploy.story.scene import PLACE, Scene
from deploy.story.stage import Stage
from deploy.story.yard import BOARD, METERS_LINE, Yard
from edge.address import redact
from edge.config import Camera as GatewayCamera
from edge.sources.opening import Address, Kind
from models.errors import FetchFailed, ModelRefused

STORY_LIMIT_S: Final = 22.0  # more than two pictures' 10 s, so that enter, interval and due are three different ones
OWN_LIMIT_S: Final = 30.0
LOWER_HALF: Final = ((0.02, 0.5), (0.98, 0.5), (0.98, 0.98), (0.02, 0.98))
STUCK_AFTER_S: Final = 15.0
NOTICE: Final = (
    "演示画面由真实录像编排而成，时限已压缩；表计和大门是模拟的，数据为虚构  Arranged footage: real pictures, put "
    "together; time is compressed. Meters and gate are simulated, their figures made up"
)
METERS: Final = {
    "power-401": "dlt645:000000000001",
    "power-402": "dlt645:000000000002",
    "water-401": "cjt188:10:00000000000001",
    "water-402": "cjt188:10:00000000000002",
}
METER_NAMES: Final = {
    "power-401": "3号楼401 电表 Electricity, flat 401",
    "power-402": "3号楼402 电表 Electricity, flat 402",
    "water-401": "3号楼401 水表 Water, flat 401",
    "water-402": "3号楼402 水表 Water, flat 402",
}


@dataclass(frozen=True, slots=True)
class Theatre:
    """What the story needs: a stage, a yard, and a box whose gateway looks at the one and is wired to the other."""

    stage: Stage
    yard: Yard
    plan: Plan


def story_camera(ports: Ports) -> str:
    """The story's camera, as a gateway's configuration has it."""
    zone = Zone("fire-lane-1", "演示消防通道 Demo fire lane", "fire_lane", PLACE, STORY_LIMIT_S)
    more = {"look_every": 1.0, "read_timeout": 3.0, "stale_after": 10.0, "leave_time": 3.0, "simulated": True}
    name = "情景摄像机（编排画面） Story camera (arranged footage)"
    return Camera("story", name, f"rtsp://{HOST}:{ports.camera}{stage.PATH}", zone, more).toml()


def story_lines(yard: Yard) -> str:
    """The story's meters and its gate, as a gateway's configuration has them; a pseudo-terminal has no parity."""
    line: toml.Table = {"id": "meters", "port": str(yard.folder / METERS_LINE), "format": "2400-8N1", "read_every": 60}
    told = toml.section("[lines]", {**line, "simulated": True})
    for meter, device in METERS.items():
        medium = "electricity" if device.startswith("dlt645") else "water"
        told += toml.section(
            "[lines.meters]", {"id": meter, "name": METER_NAMES[meter], "device": device, "medium": medium}
        )
    board: toml.Table = {"id": "gate-board", "port": str(yard.folder / BOARD), "simulated": True}
    gate: toml.Table = {"id": "east-gate", "name": "东门 East gate", "board": "gate-board", "inputs": ["door"]}
    return told + toml.section("[boards]", board) + toml.section("[gates]", {**gate, "stuck_after": STUCK_AFTER_S})


def own_camera(url: str) -> str:
    """A person's camera with a zone over the lower half of its picture."""
    zone = Zone("lower-half", "画面下半部 Lower half", "fire_lane", LOWER_HALF, OWN_LIMIT_S)
    return Camera("camera", "自有摄像机 Own camera", _address(url), zone).toml()


def check_camera(url: str) -> None:
    """See, before anything is started, that this can be a camera: an address, or a file or device that is there.

    Raises:
        Misconfigured: it cannot; the text has no password, of a mistyped address neither.
    """
    try:
        GatewayCamera(id="camera", url=_address(url))
    except ValidationError as error:
        why = error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise Misconfigured(f"--camera {redact(url)}: {why}") from None
    address = Address.of(url)
    if address.kind is not Kind.RTSP and not _is_there(address.target.removeprefix("file:")):
        raise Misconfigured(
            f"--camera {redact(url)}: 没有这个文件或设备；网络摄像机写作 rtsp://…  "
            "there is no such file or device; a network camera is written rtsp://…"
        )


def _address(url: str) -> str:
    """An address, or the whole path of a file that is there."""
    return str(Path(url).absolute()) if _is_there(url) else url


def _is_there(name: str) -> bool:
    path = Path(name)
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):  # longer than a name can be, or none
        return False


async def set_up_theatre(folder: Folder, terminal: Terminal, *, console_port: int | None) -> Theatre:
    """Make the clips and the stage.

    Raises:
        PartFailed: the footage could not be brought; trying again may help.
        Misconfigured: another footage came than this program knows.
    """
    try:
        with terminal.working("编排演示画面 arranging the story's footage"):
            clips = await asyncio.to_thread(ensure_clips)
    except FetchFailed as error:
        raise PartFailed(
            f"演示录像下载失败，请检查网络后重试  the story's footage could not be brought: {error}"
        ) from None
    except ModelRefused as error:
        raise Misconfigured(f"演示录像与程序所知的不符  the story's footage is refused: {error}") from None
    place = folder.private("story")
    theatre = Stage(place, clips)
    if theatre.scene is None:
        theatre.show(Scene.EMPTY)
    yard = Yard(folder.private("yard"))
    plan = Plan(
        lambda ports: story_camera(ports) + story_lines(yard),
        written_in="deploy/onebox/demo.py",
        before_gateway=lambda ports: (_camera_part(place, ports), _yard_part(yard)),
        history=lambda path: write_history(path, METERS, datetime.now(UTC)),
        drawing=keep_plan,
        clock_synced="yes",
        console_port=console_port,
    )
    return Theatre(theatre, yard, plan)


async def show(folder: Folder, terminal: Terminal, *, camera: str | None, console_port: int | None) -> None:
    """Run the demo until cancelled: the story again and again, or a person's camera."""
    theatre = None if camera else await set_up_theatre(folder, terminal, console_port=console_port)
    own = Plan(lambda _: own_camera(camera or ""), written_in="--camera", console_port=console_port)
    plan = theatre.plan if theatre else own
    async with running(folder, plan, terminal) as box:
        greet(box, terminal)
        if theatre is None:
            terminal.say(
                f"画面下半部停车超过 {OWN_LIMIT_S:.0f} 秒即立案  a vehicle that stands in the lower half is a case"
            )
            await box.supervisor.guard(tell(box.cloud.dsn, box.gateway.started_at, terminal))
        else:
            terminal.say(NOTICE, "bold")
            terminal.say(
                "接单后车主把车开走，再上报处理完毕  accept the case, the car is driven away; then report it handled"
            )
            await box.supervisor.guard(_play(box, theatre, terminal))


async def _play(box: Box, theatre: Theatre, terminal: Terminal) -> None:
    """Let the car come and go and the gate stand open, and tell what becomes of the cases."""
    async with asyncio.TaskGroup() as group:
        group.create_task(drive(ParkedCar(theatre.stage), PARKED, box.cloud.dsn, terminal, again=True))
        group.create_task(drive(OpenGate(theatre.yard), GATE, box.cloud.dsn, terminal, again=True))
        group.create_task(tell(box.cloud.dsn, box.gateway.started_at, terminal))


def greet(box: Box, terminal: Terminal) -> None:
    """Say where the page is and how to log in."""
    terminal.plain(f"\n    网页 page      {box.cloud.url}")
    terminal.plain(f"    用户 user      {STAFF}（物业 property）, {STREET}（街道 street）")
    terminal.plain(f"    密码 password  {box.cloud.staff_password}\n")
    terminal.say("Ctrl-C 停止 stops everything")


def _yard_part(yard: Yard) -> Part:
    async def ready() -> bool:
        return yard.is_ready

    return Part(name="yard", command=python("deploy.story", "yard", str(yard.folder)), ready=ready, stop_within_s=3)


def _camera_part(place: Path, ports: Ports) -> Part:
    async def ready() -> bool:
        return await listens(ports.camera)

    command = python("deploy.story", "serve", str(place), "--port", str(ports.camera))
    return Part(name="story", command=command, ready=ready, stop_within_s=3)
