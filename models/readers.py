"""Plate readers: a crop prepared, a network run, its steps read."""

import numpy as np
from numpy.typing import NDArray

from models.decoders.ctc import Columns, collapse
from models.detection import PlateGlimpse
from models.detectors import Network
from models.manifest import Model
from models.picture import Preparation


class NetworkPlateReader:
    """Reads plates with one network; a `PlateReader`.

    Args:
        model: the network's manifest row.
        network: runs it.
        columns: where its answer holds the plate alphabet.
    """

    def __init__(self, model: Model, network: Network, columns: Columns) -> None:
        self._model = model
        self._network = network
        self._columns = columns
        self._preparation = Preparation(model.input)

    def read(self, crop: NDArray[np.uint8]) -> PlateGlimpse:
        """Read one plate once; see `PlateReader`."""
        intake = self._preparation.prepare(crop)
        (answer,) = self._network.run(self._model.outputs, {self._model.input.name: intake.tensor})
        within = min(1.0, crop.shape[1] * float(intake.scale[0]) / intake.tensor.shape[3])
        return collapse(answer[0], self._columns, within=within)
