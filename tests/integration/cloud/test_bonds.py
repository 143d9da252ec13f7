"""Cases that are merged, linked, split and reopened beside each other, against the real database."""

from datetime import UTC

import pytest

from cloud.accounts import Role
from cloud.cases.domain import Bond, CaseView, Refused, Related
from cloud.cases.journal import alike, replayed
from cloud.cases.service import CaseService
from cloud.cases.vocabulary import Action, Alert, Note, Source, Stage
from cloud.console.facts import Eye
from cloud.console.views import CasePage, case_page
from cloud.scope import Scope
from tests.integration.cloud.case_work import act, get, now_of, now_of_id, report, service_of, stored
from tests.integration.cloud.ground import Ground
from tests.integration.cloud.sender import Sender
from tests.people import VERIFIER, person


@pytest.fixture
def cases(ground: Ground) -> CaseService:
    return service_of(ground)


async def test_a_merged_case_goes_on_in_another(ground: Ground, sender: Sender, cases: CaseService) -> None:
    await ground.tell(sender.opened())
    first = await ground.case()
    second = await report(cases)
    for action in (Action.FILE, Action.DISPATCH):
        second = await act(cases, second, action)
    with pytest.raises(Refused, match="no such other case"):
        await act(cases, first, Action.MERGE, other="LL-20261121-9999")
    photos = len((await get(cases, first)).photos)
    merged = await act(cases, first, Action.MERGE, other=second.number)
    assert (merged.stage, merged.merged_into) == (Stage.MERGED, second.id)
    await ground.tell(sender.milestone(), sender.opened())
    view = await get(cases, second)
    assert (view.case.sightings, len(view.merged), len(view.photos)) == (3, 1, photos)
    assert {line.what for line in view.history} >= {Action.MERGE, Note.MERGED_IN, Note.STILL_STANDING, Note.SEEN_AGAIN}
    assert [(link.kind, link.outward) for link in view.links] == [(Bond.MERGED, False)]
    assert await ground.one("select count(*) from cases") == 2
    for case in (first, second):
        now, lines = await stored(ground, case)
        assert alike(replayed(lines), now)


async def test_nobody_gains_time_by_merging_into_a_younger_case(ground: Ground, cases: CaseService) -> None:
    first = await report(cases)
    ground.clock.move(3 * 3600)
    second = await report(cases, "12345-2")
    await act(cases, first, Action.MERGE, other=second.number)
    second = await now_of(cases, second)
    assert second.due_at == first.due_at
    ground.clock.move(1801)  # half of what it had left
    await cases.alert()
    assert (await now_of(cases, second)).alert is Alert.HALF
    ground.clock.move(2000)
    third = await report(cases, "12345-3")
    await act(cases, await now_of(cases, second), Action.MERGE, other=third.number)
    assert (await now_of(cases, third)).due_at == third.due_at, "what was missed stays with the case that missed it"
    now, lines = await stored(ground, await now_of(cases, third))
    assert alike(replayed(lines), now)


async def test_cases_are_linked_once_and_a_part_is_split_off(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    await ground.tell(sender.opened())
    first, second = await ground.case(), await report(cases)
    first = await act(cases, first, Action.LINK, other=second.id)
    with pytest.raises(Refused, match="already"):
        await act(cases, await now_of(cases, second), Action.LINK, other=first.number)
    with pytest.raises(Refused, match="another case"):
        await act(cases, first, Action.LINK, other=first.id)
    event = str(await ground.one("select event_id from case_events"))
    with pytest.raises(Refused, match="not of this case"):
        await act(cases, first, Action.SPLIT, note="另一辆", events=(second.id,))
    first = await act(cases, first, Action.SPLIT, note="另一辆", events=(event,))
    links = (await get(cases, first)).links
    part = next(link for link in links if link.kind is Bond.SPLIT)
    assert part.related is not None
    view = await cases.get(part.related.id)
    assert view is not None
    assert view.case.report is not None
    assert (view.case.stage, view.case.source, view.case.report.text) == (Stage.FILED, Source.STAFF, "另一辆")
    assert str(await ground.one("select case_id from case_events")) == view.case.id
    assert alike(replayed((await stored(ground, view.case))[1]), view.case)


async def test_of_a_linked_case_elsewhere_it_is_said_that_it_is_there_and_no_more(
    ground: Ground, cases: CaseService
) -> None:
    here, there = await report(cases), await report(cases, "12345-2", community="yuhua")
    there = await act(cases, there, Action.LINK, other=here.number)
    here = await act(cases, await now_of(cases, here), Action.LINK, other=(await report(cases, "12345-3")).number)
    for scope, hidden in ((Scope(frozenset({"demo"})), there), (Scope(frozenset({"yuhua"})), here)):
        seen = await cases.get((here if hidden is there else there).id, scope)
        assert seen is not None
        assert [link.related for link in seen.links if link.related is None] == [None]
        assert hidden.number not in repr(seen)
        assert hidden.id not in repr(seen)
    whole = await get(cases, here)
    numbers = {link.related.number for link in whole.links if link.related is not None}
    assert numbers == {there.number, "LL-20261121-0003"}
    assert [line.note for line in whole.history if line.what is Note.LINKED] == [there.number]
    mine = await cases.get(here.id, Scope(frozenset({"demo"})))
    assert mine is not None
    assert [line.note for line in mine.history if line.what is Note.LINKED] == [""], "that there is one stays"


async def test_a_case_is_not_reopened_beside_another_of_its_place(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    await ground.tell(sender.opened())
    first = await act(cases, await ground.case(), Action.VOID, note="误报")
    await ground.tell(sender.opened(stay="s9.9"))
    with pytest.raises(Refused, match=r"LL-20261121-0002.* is open"):
        await act(cases, first, Action.REOPEN, note="又来了")


async def test_a_bad_rating_beside_an_open_case_of_the_place_names_it_and_links_the_two(
    ground: Ground, cases: CaseService
) -> None:
    first = await report(cases)
    for action in (Action.FILE, Action.DISPATCH, Action.ACCEPT):
        first = await act(cases, first, action)
    first = await act(cases, first, Action.REPORT, note="换了灯泡")
    first = await act(cases, first, Action.VERIFY_PASS, by=VERIFIER)
    second = await report(cases, text_="又灭了")
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql("delete from case_links")  # as where nothing but the place joins them
    first = await now_of(cases, first)
    first = await act(cases, first, Action.RATE, rating=1, fault=True, by=person("hotline", Role.INTEGRATOR))
    assert (first.stage, first.reopened, first.reporter_rating, first.handler_fault) == (Stage.CLOSED, 0, 1, True)
    told = [(line.what, line.note) for line in (await get(cases, first)).history][-2:]
    assert told == [(Action.RATE, ""), (Note.NOT_REOPENED, second.number)]
    for one, other in ((first, second), (second, first)):
        (link,) = (await get(cases, one)).links
        assert (link.kind, link.related) == (Bond.LINKED, Related(other.id, other.number))
    assert (await get(cases, second)).history[-1].note == first.number
    for each in (first, second):
        now, lines = await stored(ground, each)
        assert alike(replayed(lines), now)
    assert not shown(await get(cases, second)).unopened
    page = shown(await get(cases, first))
    assert page.unopened is not None
    assert (page.unopened.value.zh, page.unopened.path) == (second.number, f"/cases/{second.id}")
    assert page.lines[-1].path == f"/cases/{second.id}"
    await act(cases, await now_of(cases, second), Action.NOT_FILE, note="同一件")
    first = await act(cases, first, Action.REOPEN, note="没修好")
    assert shown(await get(cases, first)).unopened is None, "it is under way again"


def shown(view: CaseView) -> CasePage:
    return case_page(view, Eye(view.case.updated_at, UTC))


async def test_a_vehicle_found_in_another_slot_of_its_zone_is_a_case_of_its_own_that_names_the_other(
    ground: Ground, sender: Sender, cases: CaseService
) -> None:
    sure, unsure = ({"state": "read", "text": text, "looks": 9} for text in ("京A12345", "京A1234?"))
    slots = [("s1", "fire-lane", sure), ("s2", "fire-lane", sure), ("s3", "gate", sure), ("s4", "fire-lane", unsure)]
    for slot, zone, plate in slots:
        await ground.tell(sender.opened(slot=slot, stay=f"{slot}.1", zone=zone, plate=plate))
    ids = [str(row[0]) for row in await ground.rows("select id from cases order by number")]
    first, second, *others = [await get(cases, await now_of_id(cases, each)) for each in ids]
    for one, other in ((first, second), (second, first)):
        assert [(link.kind, link.related) for link in one.links] == [
            (Bond.LINKED, Related(other.case.id, other.case.number))
        ]
        assert (one.history[-1].what, one.history[-1].note) == (Note.LINKED, other.case.number)
        assert alike(replayed((await stored(ground, one.case))[1]), one.case)
    assert [each.links for each in others] == [(), ()]
