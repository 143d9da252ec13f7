"""Words in an SVG picture."""

from typing import Final
from xml.sax.saxutils import escape

FONT: Final = "font-family='system-ui, sans-serif' font-size='13' fill='#222'"


def text(x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False) -> str:
    """One line of words with its baseline at (x, y)."""
    weight = " font-weight='bold'" if bold else ""
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'{weight} {FONT}>{escape(words)}</text>"
