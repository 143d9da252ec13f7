"""Passwords for people: drawn by the box, chosen whole by a double click, typed on a phone."""

import secrets
from typing import Final

LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 l i, nothing for which a phone must shift
LENGTH: Final = 17  # 84 bits


def typable() -> str:
    """Draw a password; 31 letters and digits, 17 of them."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
