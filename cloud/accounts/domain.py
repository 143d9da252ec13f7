"""Users and sessions as values, and what may be wrong with a name or a password."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cloud.scope import EVERYTHING, Scope

MIN_PASSWORD: Final = 10  # characters; length is what NIST SP 800-63B asks for, not kinds of characters
MAX_PASSWORD: Final = 200  # characters; bounds what a stranger can make Argon2 chew on
MAX_NAME: Final = 40
NAME: Final = rf"[\w](?:[\w.-]{{0,{MAX_NAME - 2}}}[\w])"
# Who histories and the audit log name where no person acts, and what pages call them: nobody may pass for one of them.
NO_PERSON: Final = frozenset(
    {"system", "camera", "device", "unknown", "cli", "token", "nobody", "linli-onebox", "系统", "摄像机", "设备"}
)
BY_SIGN_ON: Final = "oidc"  # single sign-on acts by this name, and whom it cannot name otherwise it calls so


class Role(StrEnum):
    """What a user is there for. What they see follows their place in the tree of organisations."""

    STAFF = "staff"  # of the property: works cases
    LEAD = "lead"  # of the property: dispatches, verifies, sees and changes the list of permits
    COMMUNITY = "community"  # of the community's three parties (物管会 / 业委会 / 物业): as a lead, and grants
    STREET = "street"  # as the community, and supervises
    CITY = "city"  # sees everything within its tree and changes nothing
    INSTALLER = "installer"  # gateways, cameras and lines; no case
    AUDITOR = "auditor"  # the audit log, and who looked at what
    INTEGRATOR = "integrator"  # a program: reports from outside, cases as JSON


class AccountError(Exception):
    """Something about an account that a person can put right; the text says what."""


class UnusableName(AccountError):
    """A user's name has 2 to 40 letters, digits, `.`, `-` or `_`."""


class ReservedName(UnusableName):
    """Histories and the audit log call something so that is no person: choose another name."""


class WeakPassword(AccountError):
    """A password has 10 to 200 characters and is not the user's name."""


class NameTaken(AccountError):
    """There is such a user already."""


class UnknownUser(AccountError):
    """There is no such user."""


class CodeRefused(AccountError):
    """The code of the second factor is wrong, was used before, or none is wanted now."""


class FactorUnreadable(CodeRefused):
    """The second factor was sealed with another key: a recovery code helps, or it is set up anew."""


class SecondFactorWanted(AccountError):
    """The role wants a second factor: it may be made anew and never be left out."""


class LoginRefused(AccountError):
    """Name and password do not belong together. It does not say which of the two is wrong."""


class TooManyAttempts(AccountError):
    """Somebody tried too often; `wait_s` seconds from now it may be tried again."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many attempts; try again in {wait_s:.0f} s")
        self.wait_s = wait_s


class Step(StrEnum):
    """How far somebody has come in logging in."""

    FULL = "full"
    CODE = "code"  # the second factor's code is still to be given
    ENROL = "enrol"  # the role wants a second factor, and the user has none yet


@dataclass(frozen=True, slots=True)
class User:
    """One who may log in, until revoked."""

    name: str
    created_at: datetime
    revoked_at: datetime | None = None
    role: Role = Role.STAFF
    organisation: str | None = None
    subject: str | None = None  # of single sign-on
    has_second_factor: bool = False
    by_rule: bool = False  # placed by what single sign-on says of them: without that they come in no more


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's stay. `csrf` goes into every form it is given.

    `scope` holds the communities of the user's organisation and all below it; without an organisation: all there are.
    What is not at `Step.FULL` opens nothing but the way on.
    """

    user: str
    csrf: str
    expires_at: datetime
    role: Role = Role.STAFF
    organisation: str | None = None
    scope: Scope = EVERYTHING
    step: Step = Step.FULL
    id: int = 0

    @property
    def is_lead(self) -> bool:
        """Whether the list of permits is for this user."""
        return self.role in {Role.LEAD, Role.COMMUNITY, Role.STREET}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a login comes from, as its user is shown it later."""

    address: str
    agent: str = ""  # what the browser calls itself


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a user's open sessions, for its owner."""

    id: int
    created_at: datetime
    expires_at: datetime
    origin: Origin


def canonical_name(text: str) -> str:
    """Spell a user's name the one way it is stored: NFKC and lower case, so that look-alike widths are one user.

    Raises:
        UnusableName: too short, too long, or with other characters.
    """
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    if re.fullmatch(NAME, name) is None:
        raise UnusableName(f"name: 2 to {MAX_NAME} letters, digits, '.', '-' or '_'")
    return name


def name_of_person(text: str) -> str:
    """As `canonical_name`, for a user who is added.

    Raises:
        UnusableName: as there.
        ReservedName: who reads a history would take the user for a program, a camera or single sign-on.
    """
    name = canonical_name(text)
    if name in NO_PERSON or name.startswith(BY_SIGN_ON):
        raise ReservedName(
            f"name: 历史和审计里用 {name!r} 表示系统而不是人，请换一个 "
            f"{name!r} stands in histories and the audit log for what is no person; choose another"
        )
    return name


def check_password(name: str, password: str) -> None:
    """Refuse a password that is too easy or too long.

    Raises:
        WeakPassword: and the text says what is wanted, never what was given.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise WeakPassword(f"password: {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if unicodedata.normalize("NFKC", password).casefold() == name or len(set(password)) < 4:
        raise WeakPassword("password: not the user's name, and not the same few characters again and again")
