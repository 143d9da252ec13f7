"""Access tokens: how another system, as an integrator, asks without a person's password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.accounts.domain import AccountError, UnusableName
from contract.identifiers import is_slug

PREFIX: Final = "linli_"  # so that a token that lies somewhere open is known for what it is
TOKEN_BYTES: Final = 32
MAX_TOKEN: Final = 100  # characters of a header that are worth a look
MAX_TOKENS: Final = 1000  # good at a time
MIN_LASTS: Final = timedelta(hours=1)
MAX_LASTS: Final = timedelta(days=731)
LASTS: Final = timedelta(days=365)
USED_WITHIN: Final = timedelta(hours=1)  # how exactly it is known when a token was used last


class UnusableToken(AccountError):
    """A token lasts from an hour to two years, and there are at most 1000 good ones."""


class UnknownToken(AccountError):
    """There is no such token."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What is known of a token; the token itself is kept nowhere."""

    name: str  # a slug: which system it is for
    organisation: str | None  # whose communities it sees; None: everything
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    used_at: datetime | None = None  # within `USED_WITHIN`

    @property
    def user(self) -> str:
        """How histories name it: no person is called so."""
        return f"token:{self.name}"

    def is_good(self, now: datetime) -> bool:
        """Whether it may be used."""
        return self.revoked_at is None and now < self.expires_at


def check(name: str, lasts: timedelta) -> None:
    """Refuse a name or a time that cannot be.

    Raises:
        UnusableName, UnusableToken: and the text says what is wanted.
    """
    if not is_slug(name):
        raise UnusableName("name: 1 to 63 of a-z, 0-9 and '-', such as hotline-12345")
    if not MIN_LASTS <= lasts <= MAX_LASTS:
        raise UnusableToken(f"a token lasts from an hour to {MAX_LASTS.days} days")
