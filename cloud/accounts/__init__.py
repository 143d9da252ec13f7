"""Who may use the console: users, their sessions, and how often somebody may try to log in."""

from cloud.accounts.domain import (
    AccountError,
    LoginRefused,
    NameTaken,
    Role,
    Session,
    TooManyAttempts,
    UnknownUser,
    UnusableName,
    User,
    WeakPassword,
)
from cloud.accounts.service import AccountService

__all__ = [
    "AccountError",
    "AccountService",
    "LoginRefused",
    "NameTaken",
    "Role",
    "Session",
    "TooManyAttempts",
    "UnknownUser",
    "UnusableName",
    "User",
    "WeakPassword",
]
