"""The demo: the box with a story before its camera, or with a person's own camera."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.onebox.box import Box, Plan, running
from deploy.onebox.driver import drive
from deploy.onebox.errors import Misconfigured, PartFailed
from deploy.onebox.folder import Folder
from deploy.onebox.gateway import Camera, Zone
from deploy.onebox.nats import listens
from deploy.onebox.part import Part, python
from deploy.onebox.ports import HOST, Ports
from deploy.onebox.telling import Terminal
from deploy.story import stage
from deploy.story.clip import ensure_clips
from deploy.story.scene import PLACE, Scene
from deploy.story.stage import Stage
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
    address = str(Path(url).absolute()) if Path(url).exists() else url
    zone = Zone("lower-half", "画面下半部 Lower half", "fire_lane", LOWER_HALF, OWN_LIMIT_S)
    return Camera("camera", "自有摄像机 Own camera", address, zone).toml()


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
        raise PartFailed(f"the story's footage could not be brought: {error}") from None
    except ModelRefused as error:
        raise Misconfigured(f"the story's footage is refused: {error}") from None
    place = folder.private("story")
    theatre = Stage(place, clips)
    if theatre.scene is None:
        theatre.show(Scene.EMPTY)
    plan = Plan(story_camera, lambda ports: (_camera_part(place, ports),), console_port)
    return Theatre(theatre, plan)


async def show(folder: Folder, terminal: Terminal, *, camera: str | None, console_port: int | None) -> None:
    """Run the demo until cancelled: the story again and again, or a person's camera."""
    theatre = None if camera else await set_up_theatre(folder, terminal, console_port=console_port)
    plan = theatre.plan if theatre else Plan(lambda _: own_camera(camera or ""), console_port=console_port)
    async with running(folder, plan, terminal) as box:
        greet(box, terminal)
        if theatre is None:
            terminal.say(
                f"画面下半部停车超过 {OWN_LIMIT_S:.0f} 秒即立案  a vehicle that stands in the lower half is a case"
            )
            await box.supervisor.guard(asyncio.Event().wait())
        else:
            terminal.say(NOTICE, "bold")
            terminal.say(
                "接单后车主把车开走，再上报处理完毕  accept the case, the car is driven away; then report it handled"
            )
            await box.supervisor.guard(drive(theatre.stage, box.cloud.dsn, terminal, again=True))


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
