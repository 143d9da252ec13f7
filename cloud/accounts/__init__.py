"""Who may use the console: users, their sessions, and how often somebody may try to log in."""

from cloud.accounts.domain import (
    AccountError,
    CodeRefused,
    FactorUnreadable,
    LoginRefused,
    NameTaken,
    OpenSession,
    Origin,
    ReservedName,
    Role,
    SecondFactorWanted,
    Session,
    Step,
    TooManyAttempts,
    UnknownUser,
    UnusableName,
    User,
    WeakPassword,
)
from cloud.accounts.organisation_service import OrganisationService, answering
from cloud.accounts.organisations import Kind, Organisation
from cloud.accounts.service import AccountService

__all__ = [
    "AccountError",
    "AccountService",
    "CodeRefused",
    "FactorUnreadable",
    "Kind",
    "LoginRefused",
    "NameTaken",
    "OpenSession",
    "Organisation",
    "OrganisationService",
    "Origin",
    "ReservedName",
    "Role",
    "SecondFactorWanted",
    "Session",
    "Step",
    "TooManyAttempts",
    "UnknownUser",
    "UnusableName",
    "User",
    "WeakPassword",
    "answering",
]
