"""What the classifier is shown of a motion. The same here as in training."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge.perception.falls.motion import Motion
from models.throw.classifier import CROP, CROPS, STEPS, Shown

CUT: Final = 5.0  # spreads: beyond it, off is off
FAR: Final = 0.2  # of the picture's height: beyond it, inside is inside


def shown(motion: Motion) -> Shown:
    """Tell a motion in the classifier's terms."""
    return Shown(_path(motion), _facts(motion), _crops(motion.crops))


def _path(motion: Motion) -> NDArray[np.float32]:
    """Channels over equal steps of time: see `CHANNELS`."""
    at = np.linspace(0.0, motion.lasted_s, STEPS)
    height = max(1.0, motion.down_px)
    x, y = (np.interp(at, motion.t, (motion.xy[:, i] - motion.xy[0, i]) / height) for i in (0, 1))
    off = np.clip(motion.off / motion.noise[:, None], -CUT, CUT)
    off_x, off_y = (np.interp(at, motion.t, off[:, i]) for i in (0, 1))
    area = np.log(np.array([point.area for point in motion.points]))
    contrast = np.abs([point.contrast for point in motion.points])
    size = np.interp(at, motion.t, area - np.median(area))
    light = np.interp(at, motion.t, contrast / max(1.0, float(contrast.max())))
    rows = [x, y, np.gradient(x) * STEPS, np.gradient(y) * STEPS, off_x, off_y, size, light]
    return np.stack(rows).astype(np.float32)


def _facts(motion: Motion) -> NDArray[np.float32]:
    """See `FACTS`."""
    fitted, free = motion.fall, motion.free
    length = float(np.hypot(*np.diff(motion.xy, axis=0).T).sum())
    step_s = float(np.median(np.diff(motion.t)))
    facts = [
        motion.lasted_s,
        np.log(len(motion.points)),
        len(motion.points) / (motion.lasted_s / step_s + 1),
        np.log(max(1.0, 1000 * motion.down_px / motion.rows)),
        motion.down_px / max(1.0, length),
        min(CUT, fitted.residual),
        min(CUT, motion.aside),
        np.log(max(1.0, fitted.gain)),
        np.log(free.scale * 1080 / motion.rows),
        fitted.speed,
        np.log(fitted.drag),
        np.clip(motion.at_odds, -CUT, CUT),
        float(motion.on_plane is not None),
        np.log1p(motion.crowd),
        np.log(np.median([point.area for point in motion.points])),
        np.log(np.median([max(1.0, abs(point.contrast)) for point in motion.points])),
        min(FAR, motion.begins / motion.rows),
        min(FAR, motion.ends / motion.rows),
    ]
    return np.array(facts, np.float32)


def _crops(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Evenly chosen, each as bright as it can be: its shape counts, `peak` tells the rest."""
    if not len(crops):
        return np.zeros((CROPS, CROP, CROP), np.float32)
    chosen = crops[np.linspace(0, len(crops) - 1, CROPS).round().astype(int)].astype(np.float32)
    return np.asarray(chosen / np.maximum(1.0, chosen.max(axis=(1, 2), keepdims=True)), np.float32)
