"""A small OpenID Connect provider on loopback: its tokens are as a test wants them."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "linli", "a secret of the client"


@dataclass
class FakeProvider:
    """What it says of itself and of whoever logs in; `twist` changes a token's claims before they are signed."""

    issuer: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    says_issuer: str = ""
    subject: str = "u-1"
    claims: dict[str, Any] = field(default_factory=dict)
    twist: Callable[[dict[str, Any]], None] | None = None
    token: Callable[[dict[str, Any]], str] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key_requests: int = 0

    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.add_api_route("/.well-known/openid-configuration", self.discovery)
        app.add_api_route("/jwks", self.jwks)
        app.add_api_route("/authorize", self.authorize)
        app.add_api_route("/token", self.give, methods=["POST"])
        return app

    async def discovery(self) -> dict[str, str]:
        return {
            "issuer": self.says_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "more": "that nobody reads",
        }

    async def jwks(self) -> Response:
        self.key_requests += 1
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        """Somebody logs in here at once."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", status_code=302)

    async def give(
        self,
        code: str = Form(),
        code_verifier: str = Form(),
        redirect_uri: str = Form(),
        client_id: str = Form(),
        client_secret: str = Form(""),
    ) -> Response:
        asked = self.codes.pop(code, None)
        fits = (
            asked is not None
            and asked["code_challenge"] == create_s256_code_challenge(code_verifier)
            and asked["redirect_uri"] == redirect_uri
            and (client_id, client_secret) == (CLIENT, SECRET)
        )
        if not fits or asked is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self._token(asked["nonce"])})

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        if self.twist is not None:
            self.twist(claims)
        if self.token is not None:
            return self.token(claims)
        key = self.signs_with or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


@asynccontextmanager
async def running() -> AsyncIterator[FakeProvider]:
    """A provider that answers over HTTP, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    provider = FakeProvider(f"http://127.0.0.1:{listener.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(provider.app(), log_config=None, lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
        listener.close()
