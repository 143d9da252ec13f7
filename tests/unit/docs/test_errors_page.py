"""docs/errors.md: every error that a person can meet, and every reason that one can be given."""

import inspect
from types import ModuleType

import pytest

import cloud.accounts.domain
import cloud.errors
import contract.errors
import deploy.onebox.errors
import edge.errors
import firmware_bridge.errors
import models.errors
from cloud.ingest.reading import Reason
from cloud.notify.domain import Reason as NoticeReason
from contract.device import CameraState, GapReason
from edge.rules import verification
from tests.unit.docs.pages import read, section

PAGE = read("docs/errors.md")
ROOMS: list[tuple[ModuleType, str]] = [
    (edge.errors, "The gateway"),
    (cloud.errors, "The cloud"),
    (firmware_bridge.errors, "The bridge"),
    (models.errors, "Models"),
    (contract.errors, "Messages"),
    (deploy.onebox.errors, "Onebox"),
]
ERRORS = [
    pytest.param(name, heading, id=f"{module.__name__}.{name}")
    for module, heading in ROOMS
    for name, value in inspect.getmembers(module, inspect.isclass)
    if issubclass(value, Exception) and value.__module__ == module.__name__
]
ACCOUNT_ERRORS = [
    name
    for name, value in inspect.getmembers(cloud.accounts.domain, inspect.isclass)
    if issubclass(value, cloud.accounts.domain.AccountError) and value is not cloud.accounts.domain.AccountError
]


@pytest.mark.parametrize(("name", "heading"), ERRORS)
def test_every_error_class_has_a_row_under_its_room(name: str, heading: str) -> None:
    assert f"| `{name}` |" in section(PAGE, heading)


def test_the_rooms_have_errors_at_all() -> None:
    assert len(ERRORS) >= 20


@pytest.mark.parametrize("name", ACCOUNT_ERRORS)
def test_every_error_of_an_account_is_named(name: str) -> None:
    assert f"`{name}`" in section(PAGE, "A case says no")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_quarantine_has_a_row(reason: Reason) -> None:
    assert f"| `{reason.value}` |" in section(PAGE, "Quarantine")


CANNOT_SEE = [verification.NO_PICTURE, verification.HIDDEN, verification.UNDECIDED]


@pytest.mark.parametrize("reason", CANNOT_SEE)
def test_every_reason_why_a_camera_cannot_see_has_a_row(reason: str) -> None:
    assert reason in section(PAGE, "A camera's answer")


@pytest.mark.parametrize("state", CameraState)
def test_every_state_of_a_camera_is_in_the_installers_handbook(state: CameraState) -> None:
    assert f"| `{state.value}` |" in section(read("docs/installers.md"), "8.")


@pytest.mark.parametrize("reason", GapReason)
def test_every_reason_of_a_gap_is_in_the_contract(reason: GapReason) -> None:
    assert f"`{reason.value}`" in section(read("docs/contract.md"), "`data` of the device events")


@pytest.mark.parametrize("code", ["0", "1", "2"])
def test_exit_codes_are_told(code: str) -> None:
    assert f"| {code} |" in section(PAGE, "Exit codes")


def test_every_reason_that_a_notice_did_not_arrive_is_explained() -> None:
    told = section(PAGE, "Why a notice did not arrive")
    assert [reason for reason in NoticeReason if f"| `{reason}` |" not in told] == []
