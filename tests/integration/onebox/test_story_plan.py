"""The demo's community has a plan of its own, which says that it is simulated and gives way to a person's."""

import io

from PIL import Image

from cloud.db import create_engine
from cloud.plans.domain import PlaceKind
from cloud.plans.service import PlanService
from deploy.onebox.demo import METERS
from deploy.onebox.identity import COMMUNITY, GATEWAY
from deploy.story.plan import PLACES, SIZE, drawn, keep_plan
from tests.integration.cloud.ground import database, postgres

__all__ = ["database", "postgres"]


async def test_the_drawn_plan_is_kept_once_and_marked(database: str) -> None:
    await keep_plan(database)
    await keep_plan(database)
    engine = create_engine(database)
    plans = PlanService(engine)
    plan = await plans.get(COMMUNITY)
    assert plan is not None
    assert plan.simulated
    assert (plan.width, plan.height) == SIZE
    assert len(await plans.places(COMMUNITY)) == len(PLACES)
    other = io.BytesIO()
    Image.new("RGB", (300, 300)).save(other, "PNG")
    await plans.keep(COMMUNITY, other.getvalue(), by="li.lei")
    await keep_plan(database)
    kept = await plans.get(COMMUNITY)
    assert kept is not None
    assert (kept.kept_by, kept.simulated, kept.width) == ("li.lei", False, 300)
    await engine.dispose()


def test_what_the_story_is_about_stands_on_it() -> None:
    named = {place.name for place in PLACES}
    assert {f"{GATEWAY}/{meter}" for meter in METERS} <= named
    assert any(place.kind is PlaceKind.ZONE for place in PLACES)
    assert len(drawn()) < 50_000
