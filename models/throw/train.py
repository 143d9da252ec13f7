"""Train the throw classifier on harvested tracks: `python -m models.throw.train throw.onnx TRACKS.npz …`.

PyTorch is wanted here alone (`pip install 'linli[train]'`). The same tracks and seed give the same file on the same
machine. Clips are split, not tracks: every seventh goes into the check set, which chooses the epoch and nothing else.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import onnx
import torch
import typer
from numpy.typing import NDArray
from rich.progress import track as progress
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (its usual name)

from models.throw.classifier import CHANNELS
from models.throw.network import Weights, fresh, logits, written

BATCH: Final = 512
RATE: Final = 2e-3
DECAY: Final = 1e-2
DROP: Final = 0.3
NO_CROPS: Final = 0.3  # share of tracks whose pictures are hidden, so that a path alone is judged too
PER_CLIP: Final = 80.0  # samples of one clip that count, up to four of a track: a snowstorm has hundreds, and all alike
CHECKED: Final = 7  # every seventh clip; harvested resolutions take turns by five


@dataclass(frozen=True, slots=True)
class Tracks:
    """Harvested tracks, n of each: inputs as `Shown`, 1 for falls, the clip's number, the weight in training."""

    path: Tensor
    facts: Tensor
    crops: Tensor
    fall: Tensor
    clip: NDArray[np.int64]
    weight: Tensor

    def of(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Tracks":
        at = torch.from_numpy(np.flatnonzero(rows) if rows.dtype == bool else rows)
        return Tracks(
            self.path[at], self.facts[at], self.crops[at], self.fall[at], self.clip[at.numpy()], self.weight[at]
        )


def read(paths: Sequence[Path]) -> Tracks:
    """Read what was harvested. Falls weigh as much as all that is none, with pictures and without, each apart.

    So that a track has no pictures says nothing of whether it is a fall.
    """
    held = [np.load(path) for path in paths]
    path, facts, crops, fall, clip = (
        np.concatenate([each[name] for each in held]) for name in ("path", "facts", "crops", "fall", "clip")
    )
    pictured = crops.any(axis=(1, 2, 3))
    weight = np.ones(len(fall), np.float32)
    for part in (pictured, ~pictured):
        _, of, counts = np.unique(clip[part & ~fall], return_inverse=True, return_counts=True)
        weight[part & ~fall] = np.minimum(1.0, PER_CLIP / counts[of]) if part is pictured else 1.0
        weight[part & fall] = weight[part & ~fall].sum() / max(1, int((part & fall).sum()))
    return Tracks(
        torch.from_numpy(path),
        torch.from_numpy(facts),
        torch.from_numpy(crops.astype(np.float32)),
        torch.from_numpy(fall.astype(np.float32)),
        clip,
        torch.from_numpy(weight / weight.mean()),
    )


def mirrored(tracks: Tracks) -> Tracks:
    """The same, seen in a mirror: what falls to the left falls to the right as well."""
    path = tracks.path.clone()
    path[:, [CHANNELS.index(name) for name in ("x", "dx", "off_x")]] *= -1
    return replace(tracks, path=path, crops=tracks.crops.flip(-1))


def train(tracks: Tracks, *, epochs: int, seed: int) -> tuple[Weights, float]:
    """Fit the network; give the weights of the best epoch and its loss on the check set."""
    checked = tracks.of(tracks.clip % CHECKED == 0)
    trained = tracks.of(tracks.clip % CHECKED != 0)
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    spread = trained.facts.std(dim=0).clamp(min=1e-3)
    weights = fresh(seed, trained.facts.mean(dim=0), spread)
    free = [value for value in weights.values() if value.requires_grad]
    steps = max(1, len(trained.fall) // BATCH) * epochs
    optimiser = torch.optim.AdamW(free, lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=RATE, total_steps=steps)
    best, best_loss = weights, float("inf")
    for _ in progress(range(epochs), description="训练 train"):
        order = chance.permutation(len(trained.fall))
        for batch in np.array_split(order, max(1, len(order) // BATCH)):
            some = trained.of(batch)
            some = mirrored(some) if chance.random() < 0.5 else some
            kept = torch.from_numpy((chance.random(len(batch)) >= NO_CROPS).astype(np.float32))
            told = logits(weights, some.path, some.facts, some.crops * kept[:, None, None, None], drop=DROP)
            loss = F.binary_cross_entropy_with_logits(told, some.fall, weight=some.weight)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        now = checked_loss(weights, checked)
        if now < best_loss:
            best, best_loss = {name: value.detach().clone() for name, value in weights.items()}, now
    return best, best_loss


def checked_loss(weights: Weights, tracks: Tracks) -> float:
    """The mean loss over tracks."""
    with torch.no_grad():
        told = logits(weights, tracks.path, tracks.facts, tracks.crops)
        return float(F.binary_cross_entropy_with_logits(told, tracks.fall, weight=tracks.weight))


def main(
    out: Annotated[Path, typer.Argument(help="the ONNX file to write")],
    tracks: Annotated[list[Path], typer.Argument(help="files as benchmarks.throw.harvest wrote them")],
    epochs: Annotated[int, typer.Option(min=1)] = 120,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Train the throw classifier."""
    torch.set_num_threads(2)
    held = read(tracks)
    weights, loss = train(held, epochs=epochs, seed=seed)
    checked = held.of(held.clip % CHECKED == 0)
    with torch.no_grad():
        score = torch.sigmoid(logits(weights, checked.path, checked.facts, checked.crops)).numpy()
    fall = checked.fall.numpy() > 0
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in tracks)).hexdigest()
    onnx.save(written(weights, {"tracks": digest, "seed": str(seed), "epochs": str(epochs)}), str(out))
    typer.echo(f"loss {loss:.4f}; of {fall.sum()} falls {(score[fall] >= 0.5).mean():.1%} are told as falls,", nl=False)
    typer.echo(f" of {(~fall).sum()} others {(score[~fall] >= 0.5).mean():.2%}; {out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)
