"""A report that is handed in once more, against the real database: nothing of it is lost, and nothing told twice."""

import asyncio
from hashlib import sha256

import pytest

from cloud.accounts import Role
from cloud.cases import repeats
from cloud.cases.domain import Bond, Case, CaseView, Refused, Report
from cloud.cases.handed_in import MAX_PHOTOS, HandedIn
from cloud.cases.journal import alike, replayed
from cloud.cases.service import CaseService
from cloud.cases.vocabulary import Action, Note, Source, Stage
from tests.integration.cloud.case_work import stored
from tests.integration.cloud.ground import Ground
from tests.people import LEAD, VERIFIER, person

HOTLINE = person("hotline", Role.INTEGRATOR)
ENDS = {
    # how a case may have ended
    Stage.CLOSED: [Action.FILE, Action.DISPATCH, Action.ACCEPT, Action.REPORT, Action.VERIFY_PASS],
    Stage.NOT_FILED: [Action.NOT_FILE],
    Stage.VOIDED: [Action.FILE, Action.VOID],
}


@pytest.fixture
def cases(ground: Ground) -> CaseService:
    return ground.cases


async def hand_in(
    ground: Ground, text: str = "路灯不亮", *photos: str, reference: str = "12345-1", place: str = "3 号楼"
) -> Case:
    ground.clock.move(1)
    report = Report(text, place, reference, photos)
    return await ground.cases.report(report, community="demo", source=Source.HOTLINE, by=HOTLINE)


async def look(ground: Ground, case: Case) -> CaseView:
    view = await ground.cases.get(case.id)
    assert view is not None
    return view


async def act(ground: Ground, case: Case, action: Action, **more: str) -> Case:
    now = (await look(ground, case)).case
    by = VERIFIER if action is Action.VERIFY_PASS else LEAD
    note = "" if action is Action.MERGE else "说明"
    return await ground.cases.act(case.id, action, by=by, version=now.version, note=note, **more)  # type: ignore[arg-type]


async def told(ground: Ground, case: Case) -> list[str]:
    """What a case's history tells of further words."""
    return [line.note for line in (await look(ground, case)).history if line.what is Note.REPORTED_AGAIN]


async def lies_ready(ground: Ground, name: str) -> str:
    """A photo that was handed in as a file."""
    sha = sha256(name.encode()).hexdigest()
    await ground.rows("select 1")
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql(
            "insert into evidence (sha256, community, gateway, size, media_type, completed_at) "
            "values (%s, 'demo', 'outside', 4, 'image/jpeg', now())",
            (sha,),
        )
    return sha


async def test_other_words_are_told_once_and_say_where(ground: Ground) -> None:
    case = await hand_in(ground)
    for _ in range(2):
        assert (await hand_in(ground, "还是不亮")).id == case.id
        assert (await hand_in(ground, place="5 号楼")).id == case.id
        assert (await hand_in(ground)).id == case.id
    assert await told(ground, case) == ["还是不亮", "5 号楼：路灯不亮"]
    assert (await look(ground, case)).case.sightings == 3


@pytest.mark.parametrize("stage", ENDS)
async def test_other_words_after_the_end_open_another_case_that_is_linked(ground: Ground, stage: Stage) -> None:
    case = await hand_in(ground)
    await hand_in(ground, "还是不亮")
    for action in ENDS[stage]:
        case = await act(ground, case, action)
    assert case.stage is stage
    for again in ("路灯不亮", "还是不亮"):
        assert (await hand_in(ground, again)).id == case.id, "the same words are the same report"
    new = await hand_in(ground, "修好一天又灭了")
    assert new.id != case.id
    assert (new.stage, new.report and new.report.text) == (Stage.COLLECTED, "修好一天又灭了")
    for one, other, outward in ((new, case, True), (case, new, False)):
        (link,) = (await look(ground, one)).links
        assert link.related is not None
        assert (link.kind, link.related.id, link.outward) == (Bond.LINKED, other.id, outward)
    assert (await hand_in(ground, "修好一天又灭了")).id == new.id
    assert (await hand_in(ground, "又亮了")).id == new.id
    assert await HandedIn(ground.engine).report(Source.HOTLINE, "12345-1", HOTLINE.scope) == new.id
    for each in (case, new):
        now, lines = await stored(ground, each)
        assert alike(replayed(lines), now)
    with pytest.raises(Refused, match="is open"):
        await act(ground, case, Action.REOPEN)
    await act(ground, new, Action.NOT_FILE)
    assert (await act(ground, case, Action.REOPEN)).is_open


async def test_what_is_said_of_a_merged_report_is_told_where_it_goes_on(ground: Ground) -> None:
    first, second = await hand_in(ground), await hand_in(ground, "整排路灯不亮", reference="12345-2")
    await act(ground, first, Action.MERGE, other=second.id)
    for _ in range(2):
        assert (await hand_in(ground, "还是不亮")).id == first.id
    assert await told(ground, second) == ["还是不亮"]
    await act(ground, second, Action.VOID)
    new = await hand_in(ground, "修好一天又灭了")
    (link,) = (await look(ground, new)).links
    assert link.related is not None
    assert link.related.id == second.id, "the case that had its matter"
    assert await hand_in(ground, "还是不亮") == new, "told of what it had been merged into"


async def test_the_same_words_of_another_place_are_news_and_what_was_told_before_a_merge_is_not(ground: Ground) -> None:
    first, second = await hand_in(ground), await hand_in(ground, reference="12345-2", place="5 号楼")
    await hand_in(ground, "还是不亮")
    await act(ground, first, Action.MERGE, other=second.id)
    await hand_in(ground, "又灭了", reference="12345-2", place="5 号楼")
    for _ in range(2):
        await hand_in(ground, "还是不亮")
        await hand_in(ground, "又灭了")
    assert await told(ground, second) == ["还是不亮", "又灭了", "3 号楼：又灭了"], "the first before they were merged"


async def test_photos_of_a_repeated_report_are_kept_once(ground: Ground) -> None:
    one, two, three = [await lies_ready(ground, name) for name in ("one", "two", "three")]
    case = await hand_in(ground, "路灯不亮", one)
    for _ in range(2):
        await hand_in(ground, "路灯不亮", one, two)
        await hand_in(ground, "还是不亮", two, three)
    assert sorted(photo.sha256 for photo in (await look(ground, case)).photos) == sorted([one, two, three])
    assert await ground.one("select count(*) from case_photos") == 3
    with pytest.raises(Refused, match="not been handed in"):
        await hand_in(ground, "又灭了", "0" * 64)
    assert await told(ground, case) == ["还是不亮"], "all of it or nothing"


async def test_photos_of_what_has_ended_are_kept_and_those_that_were_deleted_do_not_come_back(ground: Ground) -> None:
    one, two = [await lies_ready(ground, name) for name in ("one", "two")]
    case = await hand_in(ground, "路灯不亮", one)
    await act(ground, case, Action.NOT_FILE)
    assert (await hand_in(ground, "路灯不亮", one, two)).id == case.id
    assert {photo.sha256 for photo in (await look(ground, case)).photos} == {one, two}
    async with ground.engine.begin() as connection:
        await connection.exec_driver_sql(
            """with gone as (delete from case_photos where sha256 = %s returning *)
            insert into case_tombstones (case_id, event_id, what, sha256, media_type, kind, taken_at, masked, sealed,
                size, deleted_at, why)
            select case_id, event_id, 'picture', sha256, media_type, kind, taken_at, masked, sealed, size, now(),
                'expired' from gone""",
            (one,),
        )
        await connection.exec_driver_sql("delete from evidence where sha256 = %s", (one,))
    assert (await hand_in(ground, "路灯不亮", one, two)).id == case.id
    assert await ground.one("select count(*) from case_photos") == 1


async def test_a_photo_for_a_merged_case_belongs_to_the_one_that_goes_on(ground: Ground) -> None:
    first, second = await hand_in(ground), await hand_in(ground, reference="12345-2")
    await act(ground, first, Action.MERGE, other=second.id)
    sha, handed_in = await lies_ready(ground, "one"), HandedIn(ground.engine, clock=ground.clock)
    for _ in range(2):
        await handed_in.photo(first.id, sha, 4, by=HOTLINE)
    assert await handed_in.home(first.id) == await handed_in.home(second.id) == second.id
    assert [photo.sha256 for photo in (await look(ground, second)).photos] == [sha]


async def test_a_case_takes_so_many_photos_and_other_words(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = [await lies_ready(ground, str(number)) for number in range(MAX_PHOTOS + 1)]
    case = await hand_in(ground)
    for at in range(0, MAX_PHOTOS, 8):
        await hand_in(ground, "路灯不亮", *ready[at : at + 8])
    with pytest.raises(Refused, match="at most"):
        await hand_in(ground, "路灯不亮", ready[-1])
    assert len((await look(ground, case)).photos) == MAX_PHOTOS
    monkeypatch.setattr(repeats, "MAX_WORDINGS", 2)
    for words in ("一", "二", "一", "路灯不亮"):
        await hand_in(ground, words)
    with pytest.raises(Refused, match="no more"):
        await hand_in(ground, "三")
    assert await told(ground, case) == ["一", "二"]
    await act(ground, case, Action.NOT_FILE)
    assert (await hand_in(ground, "三")).id != case.id, "what has ended takes no words, and keeps none out"


async def test_the_same_report_at_once_opens_one_case_and_tells_each_wording_once(ground: Ground) -> None:
    words = ["路灯不亮", "还是不亮", "又灭了"]
    found = await asyncio.gather(
        *(
            ground.cases.report(Report(text, "3 号楼", "1"), community="demo", source=Source.HOTLINE, by=HOTLINE)
            for text in words * 4
        )
    )
    assert len({case.id for case in found}) == 1
    (case,) = {case.id: case for case in found}.values()
    view = await look(ground, case)
    assert view.case.report is not None
    assert sorted([view.case.report.text, *await told(ground, case)]) == sorted(words)
    assert view.case.sightings == 3
