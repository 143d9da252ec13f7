"""The gateway's configuration file: one TOML document, closed; `linli-edge config example` explains every setting."""

from contract.settings import Section
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
from edge.config.measures import Fraction, Point, Seconds, seconds
from edge.config.zones import DAYS, Day, Period, Zone

__all__ = [
    "DAYS",
    "Camera",
    "Config",
    "Day",
    "Facade",
    "Fraction",
    "Gateway",
    "Grid",
    "Health",
    "Masking",
    "Models",
    "Period",
    "Plates",
    "Point",
    "Seconds",
    "Section",
    "Store",
    "Throws",
    "Uplink",
    "Zombie",
    "Zone",
    "load",
    "parse",
    "seconds",
]
