"""Access tokens: what they open, for how long, and where they are taken from."""

from datetime import UTC, datetime, timedelta

import pytest

from cloud.accounts import NameTaken, Role, UnusableName
from cloud.accounts.organisations import UnknownOrganisation
from cloud.accounts.token_service import TokenService
from cloud.accounts.tokens import MAX_LASTS, MIN_LASTS, UnknownToken, UnusableToken
from tests.integration.console.site import Site


@pytest.fixture
def tokens(site: Site) -> TokenService:
    return TokenService(site.world.engine)


async def test_a_token_stands_for_an_integrator_until_it_is_revoked(site: Site, tokens: TokenService) -> None:
    text = await tokens.add("hotline", by="cli:root")
    visitor = site.visitor()
    visitor.headers["Authorization"] = f"Bearer {text}"
    told = (await visitor.get("/api/session")).json()
    assert (told["user"], told["role"], told["csrf"]) == ("token:hotline", "integrator", "")
    (known,) = await tokens.list()
    assert known.used_at is not None
    assert (await visitor.get("/cases")).status_code == 403, "a page is for people"
    await tokens.revoke("hotline", by="cli:root")
    gone = await visitor.get("/api/session")
    assert (gone.status_code, gone.json()["type"]) == (401, "/problems/login-needed")
    assert gone.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_ends_by_itself(site: Site) -> None:
    at = [datetime(2026, 11, 23, tzinfo=UTC)]
    tokens = TokenService(site.world.engine, clock=lambda: at[0])
    text = await tokens.add("hotline", by="t", lasts=timedelta(days=1))
    at[0] += timedelta(hours=24) - timedelta(seconds=1)
    session = await tokens.session(text)
    assert session is not None
    assert session.role is Role.INTEGRATOR
    at[0] += timedelta(seconds=1)
    assert await tokens.session(text) is None


async def test_a_token_is_taken_from_its_header_alone(site: Site, tokens: TokenService) -> None:
    text = await tokens.add("hotline", by="t")
    visitor = site.visitor()
    assert (await visitor.get(f"/api/cases?token={text}&access_token={text}")).status_code == 401
    visitor.cookies.set("linli_session", text)
    assert (await visitor.get("/api/cases")).status_code == 401


async def test_a_wrong_token_is_not_helped_by_a_cookie(site: Site) -> None:
    staff = await site.staff()
    for wrong in ("Bearer linli_wrong", "Bearer", "Bearer \xff", "bearer " + "linli_" + "x" * 500):
        assert (await staff.get("/api/cases", headers=[(b"Authorization", wrong.encode("latin-1"))])).status_code == 401
    proxy = await staff.get("/api/cases", headers={"Authorization": "Basic dXNlcjpwYXNz"})
    assert proxy.status_code == 200, "another scheme is a proxy's matter"


async def test_what_is_kept_is_no_token(site: Site, tokens: TokenService) -> None:
    text = await tokens.add("hotline", by="t")
    async with site.world.engine.connect() as connection:
        kept = (await connection.exec_driver_sql("select row_to_json(t)::text from access_tokens t")).scalar_one()
        told = (await connection.exec_driver_sql("select string_agg(body, ' ') from audit_log")).scalar_one()
    assert text not in kept + told
    assert "token/hotline" in told


@pytest.mark.parametrize(
    ("name", "lasts", "organisation", "fault"),
    [
        ("王芳", timedelta(days=1), None, UnusableName),
        ("a b", timedelta(days=1), None, UnusableName),
        ("ok", MIN_LASTS - timedelta(seconds=1), None, UnusableToken),
        ("ok", MAX_LASTS + timedelta(seconds=1), None, UnusableToken),
        ("ok", MAX_LASTS, "nowhere", UnknownOrganisation),
    ],
)
async def test_another_token_is_refused(
    tokens: TokenService, name: str, lasts: timedelta, organisation: str | None, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        await tokens.add(name, by="t", lasts=lasts, organisation=organisation)


async def test_a_name_is_used_once(tokens: TokenService) -> None:
    await tokens.add("ok", by="t", lasts=MIN_LASTS)
    await tokens.revoke("ok", by="t")
    with pytest.raises(NameTaken):
        await tokens.add("ok", by="t", lasts=MAX_LASTS)
    with pytest.raises(UnknownToken):
        await tokens.revoke("other", by="t")
