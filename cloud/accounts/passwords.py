"""Passwords as Argon2id hashes. A name that nobody has costs as much as one that somebody has."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE: Final = 2  # hashes computed at the same time: each takes 64 MiB, and a stranger decides how many he asks for


class Passwords:
    """Hash and check, off the event loop and a few at a time.

    Args:
        hasher: by default Argon2id as RFC 9106 recommends it for low memory (64 MiB, 3 passes).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._nobody = self._hasher.hash("the hash that stands in for a user who does not exist")

    async def hash(self, password: str) -> str:
        """Return a salted hash with its parameters, as text."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` made `stored`; with no hash stored, take the same time and say no."""
        async with self._slots:
            matched = await asyncio.to_thread(self._verify, stored or self._nobody, password)
        return matched and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether `stored` was made with weaker parameters than are used now."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
