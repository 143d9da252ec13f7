"""docs/api.md: what it tells integrators to type works, in its order."""

import re
import shlex

import httpx

from cloud.accounts import Role
from cloud.accounts.token_service import TokenService
from cloud.problems import PROBLEMS
from tests.integration.console.site import PASSWORD, Site
from tests.integration.console.test_reports_api import act, photo
from tests.unit.docs.pages import code, read

FROM_PAGE = {"-H": "header", "-d": "body", "--data-binary": "file"}


async def typed(client: httpx.AsyncClient, line: str, known: dict[str, str]) -> httpx.Response:
    """One line of the page, as curl would send it."""
    words = shlex.split(re.sub(r"\$([A-Z]+)", lambda found: known[found[1]], line))
    assert words[0] == "curl"
    headers, body, address, rest = {}, None, "", iter(words[1:])
    for word in rest:
        match FROM_PAGE.get(word):
            case "header":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            case "body":
                body = next(rest).encode()
            case "file":
                assert next(rest) == "@photo.jpg"
                body = photo()
            case _:
                assert not address
                address = word
    return await client.request("GET" if body is None else "POST", address, headers=headers, content=body)


async def test_what_the_page_says_can_be_typed(site: Site) -> None:
    token = await TokenService(site.world.engine).add("hotline-12345", by="cli:test")
    known = {"TOKEN": token, "LINLI": "http://linli.test"}
    client = site.visitor()
    answers = {}
    for block in code(read("docs/api.md"), "sh"):
        for line in block.strip().splitlines():
            if "$CASE/rating" in line:
                await close(site, known)
            answers[line] = answer = await typed(client, line, known)
            assert answer.is_success, (line, answer.text)
            if line.endswith("/api/reports"):
                known["CASE"] = answer.json()["case"]["id"]
    assert len(answers) >= 10


async def close(site: Site, known: dict[str, str]) -> None:
    """What the property does with the report meanwhile."""
    people = []
    for name, role in (("a.lead", Role.LEAD), ("a.street", Role.STREET)):
        await site.services.accounts.add(name, PASSWORD, role)
        people.append(await site.staff(name))
    lead, street = people
    for action in ("file", "dispatch", "accept", "report"):
        await act(lead, known["CASE"], action, note="已清运")
    known["VERSION"] = str((await act(street, known["CASE"], "verify_pass"))["version"])


async def test_the_interface_describes_itself_to_those_logged_in(site: Site) -> None:
    visitor, staff = site.visitor(), await site.staff()
    assert (await visitor.get("/api/openapi.json")).status_code == 401
    assert (await visitor.get("/api/docs")).status_code == 303
    told = (await staff.get("/api/openapi.json")).json()
    page = (await staff.get("/api/docs")).text
    assert told["openapi"].startswith("3.1")
    for path in told["paths"]:
        assert path in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


async def test_each_type_of_problem_leads_to_a_page(site: Site) -> None:
    visitor = site.visitor()
    refused = (await visitor.get("/api/cases")).json()
    told = (await visitor.get(refused["type"])).json()
    assert (told["status"], told["title"]) == (refused["status"], refused["title"])
    for name, kind in PROBLEMS.items():
        page = await visitor.get(f"/problems/{name}", headers={"Accept": "text/html"})
        assert (page.status_code, kind.means.zh in page.text) == (200, True)
    assert (await visitor.get("/problems/nothing")).status_code == 404


async def test_another_site_and_a_long_body_are_refused_as_problems(site: Site) -> None:
    staff = await site.staff()
    foreign = await staff.post("/api/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.json()["type"] == "/problems/another-site"
    long = await staff.post("/api/login", content=b"x" * (64 * 1024 + 1))
    assert (long.status_code, long.json()["type"]) == (413, "/problems/too-large")
    del staff.headers["X-CSRF-Token"]
    assert (await staff.post("/api/logout")).json()["type"] == "/problems/no-form-token"


async def test_names_that_no_answer_could_hold_are_answered_all_the_same(site: Site) -> None:
    for odd, length in ((rb"\ud800", 0), (b"x" * 5000, 101)):
        body = b'{"name": "a", "password": "secret-word", "' + odd + b'": 1}'
        answer = await site.visitor().post("/api/login", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert "secret-word" not in answer.text
        assert [len(each["at"]) for each in answer.json()["errors"]] == [length]
    many = b"{" + b",".join(b'"k%d": 1' % number for number in range(100)) + b"}"
    answer = await site.visitor().post("/api/login", content=many, headers={"Content-Type": "application/json"})
    assert len(answer.json()["errors"]) == 20
