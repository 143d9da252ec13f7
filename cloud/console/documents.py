"""What the JSON interface takes and gives: closed documents. Here those of a stay; the others lie with their matter."""

from typing import Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from cloud.accounts import Role, Session

# Text that PostgreSQL keeps: without the one character that it has no room for.
NO_NUL: Final = r"^[^\x00]*$"


class Closed(BaseModel):
    """What travels: closed, and not changed on its way."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginIn(Closed):
    name: str = Field(max_length=200)
    password: str = Field(max_length=1000)
    code: str = Field(default="", max_length=40, description="of the second factor, where the user has one")


class SessionOut(Closed):
    """Who is logged in, and the token that each POST carries in `X-CSRF-Token`; empty for an access token."""

    user: str
    role: Role
    organisation: str | None = Field(description="whose communities it sees; null: everything")
    csrf: str
    expires_at: AwareDatetime

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(
            user=session.user,
            role=session.role,
            organisation=session.organisation,
            csrf=session.csrf,
            expires_at=session.expires_at,
        )
