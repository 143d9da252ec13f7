"""Single sign-on: begun in a browser, ended in the same one, once, for a user who is known here."""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cloud.accounts import organisation_rows
from cloud.accounts.domain import (
    BY_SIGN_ON,
    Origin,
    Role,
    Session,
    Step,
    TooManyAttempts,
    UnusableName,
    User,
    name_of_person,
)
from cloud.accounts.oidc import Identity, Provider, SignOnRefused
from cloud.accounts.repository import AccountRepository
from cloud.accounts.sessions import Sessions, digest
from cloud.accounts.tables import sign_ons
from cloud.accounts.throttle import PER_ADDRESS, Throttle
from cloud.audit import Deed, Entry, record
from cloud.db import transaction

LASTS: Final = timedelta(minutes=10)  # for a person to log in at the provider
MAX_BEGUN: Final = 10_000
MAX_TEXT: Final = 4096  # characters of a code or a state that are worth a look
MAX_VALUES: Final = 1000  # of a claim, that are looked at

_log = logging.getLogger(__name__)


class NotPlaced(SignOnRefused):
    """The provider vouches for somebody whom no `oidc.rule` gives a place here."""


class ClaimMissing(NotPlaced):
    """The provider's token does not have the claim that `oidc.rule` reads: ask the provider for it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom the claim places: who has `value` in it."""

    value: str
    role: Role
    organisation: str


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it must bring back as a cookie."""

    address: str
    browser: str


class SignOn:
    """Single sign-on over one database and one provider.

    Args:
        claim: which claim of the token `rules` read; the first rule that fits places the user, and from then on one
            must fit: else the user's sessions end and no other opens. Without rules nobody is added by itself, and
            whoever was added by hand stays where they were placed.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        sessions: Sessions,
        provider: Provider,
        issuer: str,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        claim: str = "groups",
        rules: Sequence[Rule] = (),
    ) -> None:
        self._engine = engine
        self._sessions = sessions
        self._provider = provider
        self._issuer = issuer
        self._clock = clock
        self._claim = claim
        self._rules = tuple(rules)
        self._attempts = Throttle(PER_ADDRESS, monotonic)
        self._is_claim_missing = False

    async def begin(self, wanted: str, *, address: str) -> Begun:
        """Begin.

        Args:
            wanted: the page to go to in the end.
        Raises:
            SignOnRefused: the provider does not answer, or too many have begun.
            TooManyAttempts: and says how long to wait.
        """
        self._count(address)
        state, browser, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        to = await self._provider.address(state=state, nonce=nonce, verifier=verifier)
        now = self._clock()
        async with transaction(self._engine) as connection:
            await connection.execute(delete(sign_ons).where(sign_ons.c.expires_at <= now))
            if (await connection.execute(select(func.count()).select_from(sign_ons))).scalar_one() >= MAX_BEGUN:
                raise SignOnRefused("too many have begun and not ended")
            values = {
                "state_sha256": digest(state),
                "browser_sha256": digest(browser),
                "nonce": nonce,
                "verifier": verifier,
                "wanted": wanted[:1000],
                "expires_at": now + LASTS,
            }
            await connection.execute(insert(sign_ons).values(values))
        return Begun(to, browser)

    async def end(self, state: str, code: str, browser: str, origin: Origin) -> tuple[str, Session, str]:
        """The session's token, the session, and the page that was wanted.

        Args:
            browser: what the cookie holds.
        Raises:
            SignOnRefused: it was not begun, not here, not now or has ended; or the provider vouches for nobody known.
            TooManyAttempts: and says how long to wait.
        """
        self._count(origin.address)
        try:
            nonce, verifier, wanted = await self._taken(state, browser)
            if not 0 < len(code) <= MAX_TEXT:
                raise SignOnRefused("the provider gave no code")
            identity = await self._provider.identity(code, nonce=nonce, verifier=verifier)
            try:
                async with transaction(self._engine) as connection:
                    user = await self._user(connection, identity)
                    token, session = await self._sessions.open(connection, user, Step.FULL, origin, by="single sign-on")
            except NotPlaced:
                await self._shut_out(identity)
                raise
        except SignOnRefused as error:
            await self._note_failure(str(error), origin)
            raise
        for _ in ("begun", "ended"):  # an office may come in together: who came in was no attempt
            self._attempts.give_back(origin.address)
        return token, session, wanted

    async def _taken(self, state: str, browser: str) -> tuple[str, str, str]:
        """What was begun with a state, which is gone with this."""
        if not (0 < len(state) <= MAX_TEXT and 0 < len(browser) <= MAX_TEXT):
            raise SignOnRefused("it was not begun in this browser")
        async with transaction(self._engine) as connection:
            mine = sign_ons.c.state_sha256 == digest(state), sign_ons.c.browser_sha256 == digest(browser)
            row = (await connection.execute(delete(sign_ons).where(*mine).returning(sign_ons))).first()
        if row is None or row.expires_at <= self._clock():
            raise SignOnRefused("it was not begun in this browser, or ended already, or long ago")
        return row.nonce, row.verifier, row.wanted

    async def _user(self, connection: AsyncConnection, identity: Identity) -> str:
        """The local user's name; added or placed anew where a rule says so."""
        accounts, subject = AccountRepository(connection), self._subject(identity)
        known, rule = await accounts.by_subject(subject), self._rule(identity.claims)
        if known is not None and known.revoked_at is not None:
            raise SignOnRefused("the user is revoked")
        if rule is not None and await organisation_rows.find(connection, rule.organisation) is None:
            raise SignOnRefused(f"oidc.rule: there is no organisation {rule.organisation}")
        if known is None and not self._rules:
            raise SignOnRefused("nobody here is of that subject; `user add --oidc` adds one")
        if rule is None:
            if known is None or known.by_rule:
                raise self._not_placed(identity.claims)
            return known.name
        if known is None:
            return await self._added(connection, subject, identity, rule)
        if (known.role, known.organisation, known.by_rule) != (rule.role, rule.organisation, True):
            await accounts.place_by_rule(known.name, rule.role, rule.organisation)
            await self._note(connection, Deed.USER_CHANGED, known.name, rule)
        return known.name

    async def _shut_out(self, identity: Identity) -> None:
        """End the sessions of one whom no rule places any more; role and place stay, for whom a rule fits again."""
        async with transaction(self._engine) as connection:
            known = await AccountRepository(connection).by_subject(self._subject(identity))
            if known is None or not await self._sessions.end_all(connection, known.name):
                return
            detail = {"by": "single sign-on", "why": "no oidc.rule fits any more"}
            entry = Entry(BY_SIGN_ON, Deed.SESSION_ENDED, f"user/{known.name}", detail=detail, at=self._clock())
            await record(connection, entry)

    def _not_placed(self, claims: Mapping[str, object]) -> NotPlaced:
        if claims.get(self._claim) is not None:
            return NotPlaced(f"no oidc.rule fits the claim {self._claim!r}; `user add --oidc` does without")
        missing = f"id_token: there is no claim {self._claim!r}, which oidc.rule reads; oidc.scopes asks for it"
        if not self._is_claim_missing:  # said once: of people in no group some providers send none
            _log.warning("single sign-on: %s", missing)
        self._is_claim_missing = True
        return ClaimMissing(missing)

    def _subject(self, identity: Identity) -> str:
        return f"{self._issuer} {identity.subject}"

    async def _added(self, connection: AsyncConnection, subject: str, identity: Identity, rule: Rule) -> str:
        """A new user, called as the provider calls them where that name is free and usable."""
        unique = f"{BY_SIGN_ON}-{hashlib.sha256(subject.encode()).hexdigest()[:24]}"
        for name in (_name(identity.claims.get("preferred_username")), unique):
            if name is None or await AccountRepository(connection).get(name) is not None:
                continue
            user = User(
                name, self._clock(), role=rule.role, organisation=rule.organisation, subject=subject, by_rule=True
            )
            if await AccountRepository(connection).add_user(user, None):
                await self._note(connection, Deed.USER_ADDED, name, rule)
                return name
        raise SignOnRefused("the user cannot be added")

    def _rule(self, claims: Mapping[str, object]) -> Rule | None:
        values = values_of(claims.get(self._claim))
        return next((rule for rule in self._rules if rule.value in values), None)

    async def _note(self, connection: AsyncConnection, deed: Deed, name: str, rule: Rule) -> None:
        detail = {"role": rule.role.value, "organisation": rule.organisation}
        await record(connection, Entry(BY_SIGN_ON, deed, f"user/{name}", detail=detail, at=self._clock()))

    async def _note_failure(self, why: str, origin: Origin) -> None:
        detail = {"by": "single sign-on", "why": why, "address": origin.address}
        async with transaction(self._engine) as connection:
            await record(connection, Entry("unknown", Deed.LOGIN_FAILED, "user/", detail=detail, at=self._clock()))

    def _count(self, address: str) -> None:
        wait_s = self._attempts.wait_s(address)
        if wait_s > 0:
            raise TooManyAttempts(wait_s)
        self._attempts.take(address)


def values_of(told: object) -> frozenset[str]:
    """What a claim says, as rules spell it: texts and whole numbers. One that is not there says nothing, not "None"."""
    values = told[:MAX_VALUES] if isinstance(told, list) else [told]
    return frozenset(str(each) for each in values if isinstance(each, str | int) and not isinstance(each, bool))


def _name(told: object) -> str | None:
    try:
        return name_of_person(told) if isinstance(told, str) and len(told) <= MAX_TEXT else None
    except UnusableName:
        return None
