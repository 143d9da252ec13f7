"""Ask and answer on a half-duplex line: gaps, patience, tries, echoes, late answers and collisions."""

from firmware_bridge.sessions.patience import BOARD, METER, Patience
from firmware_bridge.sessions.session import Decoder, Session, Take

__all__ = ["BOARD", "METER", "Decoder", "Patience", "Session", "Take"]
