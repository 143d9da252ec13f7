"""What came of each job, and where it is kept: a line of JSON each, so that a long run that was cut off goes on."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from benchmarks.throw.measures import Tally
from edge.trajectory import Floors

DAY_S: Final = 86_400.0
FILE: Final = "results.jsonl"
ROOT: Final = Path(__file__).parents[2]
MAKES: Final = (
    "edge/config/facades.py",
    "edge/perception/falls",
    "edge/sources/film.py",
    "edge/sources/full_decoding.py",
    "edge/sources/luma.py",
    "edge/sources/picture.py",
    "edge/sources/stamps.py",
    "edge/trajectory.py",
    "models/throw/classifier.py",
    "models/throw/throw.onnx",
    "models/throw/simulation",
    *(
        f"benchmarks/throw/{module}.py"
        for module in (
            "baseline",
            "clips",
            "faults",
            "judging",
            "matching",
            "measures",
            "perception",
            "plan",
            "told",
            "trials",
            "watching",
        )
    ),
)


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToldFloors(_Closed):
    """From which floor, as it was told."""

    low: int
    likely: int
    high: int

    @classmethod
    def of(cls, floors: Floors | None) -> "ToldFloors | None":
        """Take over what was told."""
        return None if floors is None else cls(low=floors.low, likely=floors.likely, high=floors.high)

    def within_one(self, true: int) -> bool:
        """Whether the likely floor is the true one or next to it."""
        return abs(_step(self.likely) - _step(true)) <= 1

    def holds(self, true: int) -> bool:
        """Whether the interval holds the true floor."""
        return self.low <= true <= self.high


class FallResult(_Closed):
    """One true fall and what was told of it. `reasons`: of rejected tracks that were near it."""

    kind: str
    floor: int
    area: float
    seen: int = Field(ge=0, description="frames in which it is seen")
    found: bool
    floors: ToldFloors | None
    column_right: bool | None = Field(description="None where it has no window, or nothing is told")
    physics_found: bool
    physics_floors: ToldFloors | None
    baseline_found: bool
    reasons: dict[str, int]


class WatcherResult(_Closed):
    """What one watcher made of one clip."""

    boxes: Tally
    frames: Tally
    tro: float | None
    false: int = Field(ge=0)
    again: int = Field(ge=0)


class Outcome(_Closed):
    """What came of a clip decided otherwise, or shown otherwise. `found`: of each of its falls, as in `ClipResult`."""

    found: tuple[bool, ...]
    false: int = Field(ge=0)


class ClipResult(_Closed):
    """One rendered clip."""

    type: Literal["clip"] = "clip"
    key: str
    number: int
    confuser: str | None = Field(description="of a clip without a fall")
    weather: str
    light: str
    resolution: str
    fps: float
    codec: str
    photograph: bool = Field(description="whether the wall is textured by one")
    seconds: float
    falls: tuple[FallResult, ...]
    detector: WatcherResult
    physics: WatcherResult
    baseline: WatcherResult
    ablation: dict[str, Outcome] = Field(description="by one half of what decides")
    faults: dict[str, Outcome] = Field(description="with each fault of a stream; empty where none was put in")
    delay_s: float | None = Field(description="the longest from a fall's last sighting to its verdict")
    rejected: dict[str, int]
    notes: tuple[str, ...] = Field(description="failures in words")


class TracksResult(_Closed):
    """Camera-days of one confuser as tracks."""

    type: Literal["tracks"] = "tracks"
    key: str
    confuser: str
    days: float
    tracks: int = Field(ge=0)
    false: int = Field(ge=0)
    physics_false: int = Field(ge=0, description="where nobody drew the windows")
    baseline_false: int = Field(ge=0)
    ablation_false: dict[str, int] = Field(description="by one half of what decides")
    rejected: dict[str, int]
    notes: tuple[str, ...]


Result = ClipResult | TracksResult
_LINE: Final[TypeAdapter[Result]] = TypeAdapter(Annotated[Result, Field(discriminator="type")])


class OtherCode(ValueError):
    """Results in the folder were made by other code: take an empty folder."""


class Keep:
    """Results of one run in a folder. Only results of the very same code go together.

    Raises:
        OtherCode: what lies in the folder was made by other code, or is no result.
    """

    def __init__(self, folder: Path, made_by: str) -> None:
        self._path = folder / FILE
        folder.mkdir(parents=True, exist_ok=True)
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        if lines and lines[0] != made_by:
            raise OtherCode(f"{self._path} was made by other code: take an empty folder")
        self.results: Final = [result for line in lines[1:] if (result := self._read(line, last=line is lines[-1]))]
        whole = [made_by, *(result.model_dump_json() for result in self.results)]
        self._path.write_text("\n".join(whole) + "\n", encoding="utf-8")

    def add(self, result: Result) -> None:
        """Write one result down."""
        self.results.append(result)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(result.model_dump_json() + "\n")

    def _read(self, line: str, *, last: bool) -> Result | None:
        try:
            return _LINE.validate_json(line)
        except ValidationError as error:
            if last:  # it was cut off while it was written
                return None
            raise OtherCode(f"{self._path} holds a line that is no result: take an empty folder") from error


def fingerprint(root: Path = ROOT, makes: Iterable[str] = MAKES) -> str:
    """A name for the code, and the model, that make results."""
    digest = hashlib.sha256()
    for path in sorted(path for make in makes for path in _files(root / make)):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def clips(results: Sequence[Result], where: Callable[[ClipResult], bool] = lambda _: True) -> list[ClipResult]:
    """Rendered clips among results, by number."""
    found = [one for one in results if isinstance(one, ClipResult) and where(one)]
    return sorted(found, key=lambda one: one.number)


def camera_days(results: Sequence[Result]) -> float:
    """Over which false alarms were looked for: rendered ones, which count as what they are, and those of tracks.

    Tracks come at the rates they do, and each kind of them in days of its own, which are the same days: the days of all
    kinds are divided by the number of kinds.
    """
    tracks = [one for one in results if isinstance(one, TracksResult)]
    kinds = len({one.confuser for one in tracks})
    rendered_s = sum(one.seconds for one in clips(results))
    return rendered_s / DAY_S + (sum(one.days for one in tracks) / kinds if kinds else 0.0)


def _files(path: Path) -> Iterable[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))


def _step(floor: int) -> int:
    """Floors counted without a gap: there is no floor 0."""
    return floor if floor > 0 else floor + 1
