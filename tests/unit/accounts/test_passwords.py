"""Hashes of passwords."""

import pytest
from argon2 import PasswordHasher

from cloud.accounts.passwords import Passwords

PASSWORD = "a long enough secret"


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def test_a_password_matches_its_own_hash_alone(passwords: Passwords) -> None:
    stored = await passwords.hash(PASSWORD)
    assert await passwords.matches(stored, PASSWORD)
    assert not await passwords.matches(stored, PASSWORD + "x")
    assert stored != await passwords.hash(PASSWORD)


async def test_without_a_hash_nothing_matches_not_even_the_stand_ins_password(passwords: Passwords) -> None:
    assert not await passwords.matches(None, "the hash that stands in for a user who does not exist")


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$v=19$m=8,t=1,p=1$", "$2b$12$abcdefghijklmnopqrstuv"])
async def test_a_damaged_hash_lets_nobody_in(passwords: Passwords, stored: str) -> None:
    assert not await passwords.matches(stored, PASSWORD)


async def test_what_is_used_by_default_is_as_the_standard_recommends() -> None:
    stored = await Passwords().hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
