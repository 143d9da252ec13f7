"""An OpenID Connect provider: where it is, what it signs with, and what its tokens say."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cloud.accounts.domain import AccountError

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")  # never a shared secret, never none
TIMEOUT_S: Final = 10.0
MAX_ANSWER: Final = 256 * 1024  # bytes of any answer of the provider
KEPT_S: Final = 3600.0  # what the provider says of itself
AGAIN_S: Final = 60.0  # keys are asked for anew so often at most, whatever tokens come
LEEWAY_S: Final = 60  # between the provider's clock and ours
MAX_AGE_S: Final = 600  # since a token was made
MAX_SUBJECT: Final = 255


class SignOnRefused(AccountError):
    """Single sign-on did not come to its end; the text says why, for the log, and holds no token."""


class _Discovery(BaseModel):
    """What a provider says of itself; what is not needed here is left unread."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    issuer: str = Field(max_length=500)
    authorization_endpoint: str = Field(max_length=500)
    token_endpoint: str = Field(max_length=500)
    jwks_uri: str = Field(max_length=500)


@dataclass(frozen=True, slots=True)
class Client:
    """What this console is to the provider."""

    issuer: str
    id: str
    secret: str | None
    redirect: str
    scopes: tuple[str, ...] = ("openid",)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for."""

    subject: str
    claims: Mapping[str, object]


class Provider:
    """Speaks to one provider.

    Args:
        clock: aware time now, for the tokens' times.
        monotonic: seconds, for what is kept.
        tls: how its certificate is checked; None: as the system does.
    """

    def __init__(
        self,
        client: Client,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        tls: SSLContext | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._monotonic = monotonic
        self._tls = tls
        self._found: tuple[float, _Discovery] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._lock = asyncio.Lock()

    async def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser.

        Raises:
            SignOnRefused: the provider does not answer, or not as it should.
        """
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.redirect,
            "scope": " ".join(self._client.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = (await self._discovery()).authorization_endpoint
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def identity(self, code: str, *, nonce: str, verifier: str) -> Identity:
        """Whom a code stands for.

        Raises:
            SignOnRefused: the provider refuses it, or what it says cannot be believed.
        """
        found = await self._discovery()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect,
            "client_id": self._client.id,
            "code_verifier": verifier,
        }
        if self._client.secret is not None:
            form["client_secret"] = self._client.secret
        answer = await self._ask("POST", found.token_endpoint, form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignOnRefused("the provider gave no id_token")
        return self._believed(await self._decoded(token, found), nonce)

    async def _decoded(self, token: str, found: _Discovery) -> dict[str, Any]:
        """What a token says whose signature is right; once more with new keys, as providers change theirs."""
        for may_ask in (True, False):
            keys = await self._key_set(found, anew=not may_ask)
            try:
                return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            except (JoseError, ValueError, TypeError, KeyError) as error:
                if not may_ask:
                    raise SignOnRefused(f"id_token: the signature is not right ({type(error).__name__})") from None
        raise SignOnRefused("id_token: no key")

    def _believed(self, claims: dict[str, Any], nonce: str) -> Identity:
        wanted = {
            "iss": {"essential": True, "value": self._client.issuer},
            "aud": {"essential": True, "value": self._client.id},
            "nonce": {"essential": True, "value": nonce},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
        }
        now = int(self._clock().timestamp())
        try:
            jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY_S, **wanted).validate(claims)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError) as error:
            raise SignOnRefused(f"id_token: {error}") from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._client.id:
            raise SignOnRefused("id_token: made for another client")
        if now - int(claims["iat"]) > MAX_AGE_S:
            raise SignOnRefused("id_token: made long ago")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
            raise SignOnRefused("id_token: no subject")
        return Identity(subject, claims)

    async def _discovery(self) -> _Discovery:
        async with self._lock:
            if self._found is not None and self._monotonic() - self._found[0] < KEPT_S:
                return self._found[1]
            address = self._client.issuer.rstrip("/") + "/.well-known/openid-configuration"
            try:
                found = _Discovery.model_validate(await self._ask("GET", address))
            except ValidationError:
                raise SignOnRefused("the provider does not say where its endpoints are") from None
            if found.issuer != self._client.issuer:
                raise SignOnRefused("the provider calls itself otherwise than oidc.issuer does")
            for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
                if urlsplit(endpoint).scheme != urlsplit(self._client.issuer).scheme:
                    raise SignOnRefused("an endpoint of the provider is not https")
            self._found = (self._monotonic(), found)
            return found

    async def _key_set(self, found: _Discovery, *, anew: bool) -> KeySet:
        async with self._lock:
            age = None if self._keys is None else self._monotonic() - self._keys[0]
            if self._keys is None or age is None or age > KEPT_S or (anew and age >= AGAIN_S):
                try:
                    keys = KeySet.import_key_set(await self._ask("GET", found.jwks_uri))  # type: ignore[arg-type]
                except (JoseError, ValueError, TypeError, KeyError):
                    raise SignOnRefused("the provider's keys cannot be read") from None
                self._keys = (self._monotonic(), keys)
            return self._keys[1]

    async def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, object]:
        """The JSON object that an endpoint answers with."""
        verify = _system_tls() if self._tls is None else self._tls
        body = bytearray()
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                httpx.AsyncClient(verify=verify, timeout=TIMEOUT_S, follow_redirects=False) as client,
                client.stream(method, address, data=form, headers={"Accept": "application/json"}) as answer,
            ):
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > MAX_ANSWER:
                        raise SignOnRefused("the provider's answer is too long")
                told = httpx.Response(answer.status_code, content=bytes(body)).json() if answer.is_success else None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            raise SignOnRefused(f"the provider does not answer ({type(error).__name__})") from None
        if not isinstance(told, dict):
            raise SignOnRefused(f"the provider refuses ({answer.status_code})")
        return told


@cache
def _system_tls() -> SSLContext:
    """Read once: it takes tens of milliseconds in which nobody is answered."""
    return httpx.create_ssl_context()
