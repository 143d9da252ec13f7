"""The gateway's configuration file: one TOML document, closed; `linli-edge config example` explains every setting."""

from contract.settings import Section
from edge.config.boards import Board, Gate, Input, Sensor
from edge.config.cameras import Camera
from edge.config.document import (
    Config,
    Gateway,
    Health,
    Masking,
    Models,
    Plates,
    Store,
    Uplink,
    Zombie,
    load,
    parse,
)
from edge.config.facades import Facade, Grid, Throws
from edge.config.households import Away, Door, Household
from edge.config.lines import Line, Meter
from edge.config.measures import Fraction, Point, Seconds, seconds
from edge.config.zones import DAYS, Day, Period, Zone

__all__ = [
    "DAYS",
    "Away",
    "Board",
    "Camera",
    "Config",
    "Day",
    "Door",
    "Facade",
    "Fraction",
    "Gate",
    "Gateway",
    "Grid",
    "Health",
    "Household",
    "Input",
    "Line",
    "Masking",
    "Meter",
    "Models",
    "Period",
    "Plates",
    "Point",
    "Seconds",
    "Section",
    "Sensor",
    "Store",
    "Throws",
    "Uplink",
    "Zombie",
    "Zone",
    "load",
    "parse",
    "seconds",
]
