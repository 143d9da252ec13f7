"""What the terminal tells of cases and cameras while the box runs: a line a change, nothing else."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import psycopg
from pydantic import BaseModel, ConfigDict

from contract.device import CameraState
from deploy.onebox import identity
from deploy.onebox.telling import Terminal

LOOK_EVERY_S: Final = 1.0
MAX_CASES: Final = 20  # looked at: whatever changes more at once is on the page
_CASES: Final = "select number, stage, verification from cases order by updated_at desc, id desc limit %s"
_CAMERAS: Final = "select health -> 'cameras' from gateways where community = %s and gateway = %s and health_at > %s"
_WORDS: Final = {
    ("handling", "none"): "  案件 {} 已接单  accepted",
    ("reported", "waiting"): "  案件 {} 上报处理完毕，等摄像机或设备核实  reported handled; camera or device confirms",
    ("handling", "still_there"): "  案件 {} 摄像机复核：车辆仍在  the camera still sees the vehicle",
    ("reported", "cannot_see"): "  案件 {} 摄像机无法判定，请到现场查看  the camera cannot tell; check on the spot",
    ("reported", "no_answer"): "  案件 {} 摄像机未答复，请到现场查看  the camera has not answered; check on the spot",
    ("closed", "gone"): "✓ 案件 {} 摄像机核实后结案  case closed, verified by the camera",
    ("closed", "ended"): "✓ 案件 {} 设备核实后结案  case closed, verified by the device",
}
_CLOSED: Final = "✓ 案件 {} 结案，由人工核实  case closed, verified by a person"
# As FFmpeg says it, English stays beside.
_REASONS: Final = {
    "Connection refused": "连接被拒绝",
    "No such file or directory": "没有这个文件",
    "timed out": "连接超时",
    "Immediate exit requested": "没有应答",
    "401": "用户名或密码不对",
    "404": "摄像机上没有这个地址",
    "No route to host": "网络不通",
    "Invalid data": "不是视频",
    "holds no video": "没有视频",
    "End of file": "视频已结束",
}
_STATES: Final = {
    CameraState.LOST: "没有画面 gives no picture",
    CameraState.FROZEN: "画面静止 always shows the same picture",
    CameraState.DARK: "画面看不清 cannot be seen in",
}


class Camera(BaseModel):
    """What is told here of a gateway's words about a camera."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    camera: str
    state: CameraState
    detail: str = ""


@dataclass(slots=True)
class News:
    """Tells what has changed since it was told last; remembers no more than was looked at last."""

    terminal: Terminal
    _cases: dict[str, tuple[str, str]] | None = None
    _cameras: dict[str, CameraState] = field(default_factory=dict)

    def cases(self, found: list[tuple[str, str, str]]) -> None:
        """Hear of the cases changed last, newest first: number, stage, verification. The first time nothing is told."""
        known, self._cases = self._cases, {number: (stage, word) for number, stage, word in found}
        if known is None:
            return
        oldest_first = [row for row in reversed(found) if known.get(row[0]) != row[1:]]
        for number, stage, verification in oldest_first:
            if number not in known and stage not in {"closed", "evaluated"}:
                self.terminal.say(f"! 案件 {number} 新案件  a case was opened", "bold")
            other = _CLOSED if stage == "closed" else ""
            if words := _WORDS.get((stage, verification), other):
                self.terminal.say(words.format(number))

    def cameras(self, found: list[Camera]) -> None:
        """Hear how the cameras are."""
        for each in found:
            before = self._cameras.get(each.camera)
            if each.state in {before, CameraState.STARTING}:
                continue
            self._cameras[each.camera] = each.state
            if each.state is CameraState.LIVE:
                back = "画面已恢复 the picture is back" if before else "有画面 gives a picture"
                self.terminal.say(f"✓ 摄像机 camera {each.camera}  {back}", "green")
            else:
                self.terminal.say(f"✗ 摄像机 camera {each.camera}  {_trouble(each)}", "red")


async def tell(dsn: str, since: datetime, terminal: Terminal) -> None:
    """Tell of cases and cameras until cancelled; while the database is away, of nothing.

    Args:
        since: what a gateway said before is of an earlier run.
    """
    news = News(terminal)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=2, autocommit=True) as connection:
                while True:
                    await _look(connection, since, news)
                    await asyncio.sleep(LOOK_EVERY_S)
        except psycopg.OperationalError:
            await asyncio.sleep(LOOK_EVERY_S)


async def _look(connection: psycopg.AsyncConnection, since: datetime, news: News) -> None:
    cases = await (await connection.execute(_CASES, (MAX_CASES,))).fetchall()
    news.cases([(str(number), str(stage), str(word)) for number, stage, word in cases])
    who = (identity.COMMUNITY, identity.GATEWAY, since)
    row = await (await connection.execute(_CAMERAS, who)).fetchone()
    if row is not None and row[0]:
        news.cameras([Camera.model_validate(each) for each in row[0]])


def _trouble(camera: Camera) -> str:
    chinese = next((words for sign, words in _REASONS.items() if sign in camera.detail), "")
    why = f"{chinese} {camera.detail}".strip()
    return f"{_STATES[camera.state]}：{why}；网关会一直重试 the gateway keeps trying"
