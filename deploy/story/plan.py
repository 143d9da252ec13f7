"""The story's community as a plan: drawn here, of no real place, and so that it says of itself that it is simulated."""

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from cloud.db import create_engine
from cloud.plans.domain import Place, PlaceKind
from cloud.plans.service import PlanService
from deploy.onebox.identity import COMMUNITY, GATEWAY

SIZE: Final = (1200, 800)
DRAWN_AT: Final = 2  # times larger, then made smaller: smooth edges
PAPER, ROAD, LAWN, WATER = "#eef0ea", "#ffffff", "#d3e3c6", "#bfd9e8"
HOUSE, EDGE, INK, LANE = "#d9cbb8", "#8d7f6d", "#4a4f4b", "#c2452d"

Box = tuple[int, int, int, int]

LAWNS: Final[tuple[Box, ...]] = ((70, 70, 560, 370), (640, 70, 1130, 370), (70, 450, 560, 730), (640, 450, 1130, 730))
# Number, and where each house stands.
HOUSES: Final[tuple[tuple[str, Box], ...]] = (
    ("1", (110, 110, 300, 200)),
    ("2", (330, 110, 520, 200)),
    ("3", (110, 250, 300, 340)),
    ("4", (680, 110, 870, 200)),
    ("5", (900, 110, 1090, 200)),
    ("6", (110, 600, 300, 690)),
    ("7", (330, 600, 520, 690)),
    ("8", (680, 600, 870, 690)),
)
BERTHS: Final = (910, 600, 8, 22)  # the first one's corner, how many, how wide
POND: Final[Box] = (760, 480, 1010, 560)
FIRE_LANE: Final[Box] = (60, 378, 1140, 442)
NAME: Final = "SIMULATED  ·  drawn for a demonstration"

BY: Final = "demo"
PLACES: Final = (
    Place(PlaceKind.CAMERA, f"{GATEWAY}/story", 0.30, 0.46),
    Place(PlaceKind.ZONE, f"{GATEWAY}/story/fire-lane-1", 0.36, 0.51),
    Place(PlaceKind.DEVICE, f"{GATEWAY}/water-401", 0.14, 0.36),
    Place(PlaceKind.DEVICE, f"{GATEWAY}/water-402", 0.20, 0.36),
    Place(PlaceKind.DEVICE, f"{GATEWAY}/power-401", 0.14, 0.40),
    Place(PlaceKind.DEVICE, f"{GATEWAY}/power-402", 0.20, 0.40),
    Place(PlaceKind.DEVICE, f"{GATEWAY}/east-gate", 0.975, 0.51),
)


def drawn() -> bytes:
    """The plan as PNG."""
    image = Image.new("RGB", (SIZE[0] * DRAWN_AT, SIZE[1] * DRAWN_AT), PAPER)
    _Drawing(image).community()
    coded = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).quantize(64).save(coded, "PNG", optimize=True)
    return coded.getvalue()


class _Drawing:
    """A pen that draws larger than it is told."""

    def __init__(self, image: Image.Image) -> None:
        self._pen = ImageDraw.Draw(image)

    def community(self) -> None:
        self._box((30, 30, 1170, 770), fill=ROAD, outline=EDGE, width=5, radius=26)
        for lawn in LAWNS:
            self._box(lawn, fill=LAWN, radius=18)
        self._box(POND, fill=WATER, radius=40)
        self._lane()
        self._berths()
        for number, box in HOUSES:
            self._box(box, fill=HOUSE, outline=EDGE, width=3, radius=4)
            self._text(((box[0] + box[2]) // 2, (box[1] + box[3]) // 2), number, 40)
        self._box((1155, 385, 1185, 435), fill=ROAD, outline=LANE, width=4)
        self._text((600, 752), NAME, 22)

    def _lane(self) -> None:
        left, top, right, bottom = FIRE_LANE
        for at in range(left + 10, right - 30, 56):
            self._pen.line(_larger((at, bottom - 6, at + 30, top + 6)), fill="#f0c3b8", width=5 * DRAWN_AT)
        self._box(FIRE_LANE, outline=LANE, width=4, radius=6)

    def _berths(self) -> None:
        left, top, count, wide = BERTHS
        for at in range(count):
            self._box((left + at * wide, top, left + (at + 1) * wide, top + 60), fill=ROAD, outline=EDGE, width=2)

    def _box(
        self, box: Box, *, fill: str | None = None, outline: str | None = None, width: int = 1, radius: int = 0
    ) -> None:
        self._pen.rounded_rectangle(_larger(box), radius * DRAWN_AT, fill, outline, width * DRAWN_AT)

    def _text(self, middle: tuple[int, int], text: str, size: int) -> None:
        font = ImageFont.load_default(size * DRAWN_AT)
        self._pen.text((middle[0] * DRAWN_AT, middle[1] * DRAWN_AT), text, INK, font, anchor="mm")


def _larger(box: Box) -> Box:
    return (box[0] * DRAWN_AT, box[1] * DRAWN_AT, box[2] * DRAWN_AT, box[3] * DRAWN_AT)


async def keep_plan(dsn: str) -> None:
    """Let the drawing be the community's plan, unless somebody has uploaded another since."""
    engine = create_engine(dsn, pool=1)
    try:
        plans = PlanService(engine)
        kept = await plans.get(COMMUNITY)
        if kept is not None and kept.kept_by != BY:
            return
        await plans.keep(COMMUNITY, drawn(), by=BY, simulated=True)
        for place in PLACES:
            await plans.place(COMMUNITY, place, by=BY)
    finally:
        await engine.dispose()
