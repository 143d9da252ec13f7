"""Train the throw classifier on harvested tracks: `python -m models.throw.train TRACKS.npz throw.onnx`.

PyTorch is wanted here alone (`pip install 'linli[train]'`). The same tracks and seed give the same file on the same
machine. Clips are split, not tracks: every fifth goes into the check set, which chooses the epoch and nothing else.
"""

import hashlib
from dataclasses import dataclass
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

from models.throw.network import Weights, fresh, logits, written

BATCH: Final = 256
RATE: Final = 2e-3
DECAY: Final = 1e-3
DROP: Final = 0.2
NO_CROPS: Final = 0.3  # share of tracks whose pictures are hidden, so that a path alone is judged too
CHECKED: Final = 5  # every fifth clip


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


def read(path: Path) -> Tracks:
    """Read what was harvested. What physics lets through counts three times: of that it will be asked."""
    with np.load(path) as held:
        fall = held["fall"].astype(np.float32)
        weight = 1.0 + 2.0 * held["physics"].astype(np.float32)
        balance = float(((1 - fall) * weight).sum() / max(1.0, float((fall * weight).sum())))
        weight = weight * np.where(fall > 0, min(balance, 10.0), 1.0).astype(np.float32)
        return Tracks(
            torch.from_numpy(held["path"]),
            torch.from_numpy(held["facts"]),
            torch.from_numpy(held["crops"].astype(np.float32)),
            torch.from_numpy(fall),
            held["clip"],
            torch.from_numpy(weight),
        )


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
    tracks: Annotated[Path, typer.Argument(help="as benchmarks.throw.harvest wrote it")],
    out: Annotated[Path, typer.Argument(help="the ONNX file to write")],
    epochs: Annotated[int, typer.Option(min=1)] = 40,
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
    digest = hashlib.sha256(tracks.read_bytes()).hexdigest()
    onnx.save(written(weights, {"tracks": digest, "seed": str(seed), "epochs": str(epochs)}), str(out))
    typer.echo(f"loss {loss:.4f}; of {fall.sum()} falls {(score[fall] >= 0.5).mean():.1%} are told as falls,", nl=False)
    typer.echo(f" of {(~fall).sum()} others {(score[~fall] >= 0.5).mean():.2%}; {out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    typer.run(main)
