"""Names that no person may have, for histories and the audit log name by them what is no person."""

import pytest

from cloud.accounts import ReservedName, UnusableName
from cloud.accounts.domain import canonical_name, name_of_person
from cloud.accounts.service import SYSTEM
from cloud.cases import vocabulary
from cloud.console.history import actor
from cloud.privacy import keeper

NO_PERSONS = [
    "system",
    "SYSTEM",
    "ｓｙｓｔｅｍ",
    " camera ",
    "device",
    "unknown",
    "cli",
    "token",
    "oidc",
    "oidc-0a1b",
    "系统",
]


@pytest.mark.parametrize("name", NO_PERSONS)
def test_no_person_is_called_so(name: str) -> None:
    with pytest.raises(ReservedName, match=r"不是人.*no person"):
        name_of_person(name)


@pytest.mark.parametrize("name", ["wang.fang", "系统管理员", "systems", "linli", "camera.wang", "王芳", "o.idc"])
def test_whoever_is_called_otherwise_may_be(name: str) -> None:
    assert name_of_person(name) == name


def test_whoever_acts_in_histories_without_being_a_person_is_among_them() -> None:
    acting = {vocabulary.SYSTEM, vocabulary.CAMERA, vocabulary.DEVICE, keeper.BY, SYSTEM}
    shown = {word for name in acting for word in (actor(name).zh, actor(name).en)}
    for name in acting | shown:
        with pytest.raises(ReservedName):
            name_of_person(name)


@pytest.mark.parametrize("name", ["cli:root", "token:hotline-12345", "user/wang", "a", "-wang", "x" * 41])
def test_what_tells_programs_from_people_is_in_no_name(name: str) -> None:
    with pytest.raises(UnusableName):
        canonical_name(name)


def test_who_was_called_so_before_still_comes_in() -> None:
    assert canonical_name("System") == "system"
