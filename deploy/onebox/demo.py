"""The demo: the box with a story before its camera, or with a person's own camera."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from deploy.onebox.box import Box, Plan, running
from deploy.onebox.driver import drive
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
from deploy.story.scene import PLACE, Scene
from deploy.story.stage import Stage
from edge.address import redact
from edge.config import Camera as GatewayCamera
from edge.sources.opening import Address, Kind
from models.errors import FetchFailed, ModelRefused

STORY_LIMIT_S: Final = 22.0  # more than two pictures' 10 s, so that enter, interval and due are three different ones
OWN_LIMIT_S: Final = 30.0
LOWER_HALF: Final = ((0.02, 0.5), (0.98, 0.5), (0.98, 0.98), (0.02, 0.98))
NOTICE: Final = (
    "演示画面由真实录像编排而成，时限已压缩  Arranged footage: real pictures, put together; time is compressed"
)


@dataclass(frozen=True, slots=True)
class Theatre:
    """What the story needs: a stage, and a box whose camera looks at it."""

    stage: Stage
    plan: Plan


def story_camera(ports: Ports) -> str:
    """The story's camera, as a gateway's configuration has it."""
    zone = Zone("fire-lane-1", "演示消防通道 Demo fire lane", "fire_lane", PLACE, STORY_LIMIT_S)
    more = {"look_every": 1.0, "read_timeout": 3.0, "stale_after": 10.0, "leave_time": 3.0, "simulated": True}
    name = "情景摄像机（编排画面） Story camera (arranged footage)"
    return Camera("story", name, f"rtsp://{HOST}:{ports.camera}{stage.PATH}", zone, more).toml()


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
    plan = Plan(
        story_camera,
        written_in="deploy/onebox/demo.py",
        before_gateway=lambda ports: (_camera_part(place, ports),),
        console_port=console_port,
    )
    return Theatre(theatre, plan)


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
            await box.supervisor.guard(_play(box, theatre.stage, terminal))


async def _play(box: Box, stage: Stage, terminal: Terminal) -> None:
    """Let the car come and go, and tell what becomes of its cases."""
    async with asyncio.TaskGroup() as group:
        group.create_task(drive(stage, box.cloud.dsn, terminal, again=True))
        group.create_task(tell(box.cloud.dsn, box.gateway.started_at, terminal))


def greet(box: Box, terminal: Terminal) -> None:
    """Say where the page is and how to log in."""
    terminal.plain(f"\n    网页 page      {box.cloud.url}")
    terminal.plain("    用户 user      staff")
    terminal.plain(f"    密码 password  {box.cloud.staff_password}\n")
    terminal.say("Ctrl-C 停止 stops everything")


def _camera_part(place: Path, ports: Ports) -> Part:
    async def ready() -> bool:
        return await listens(ports.camera)

    command = python("deploy.story", "serve", str(place), "--port", str(ports.camera))
    return Part(name="story", command=command, ready=ready, stop_within_s=3)
