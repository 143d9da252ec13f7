"""How much of a period a community's cameras could see: hours that each could be believed × how often it saw its zones.

A rate of what was found says nothing of a camera that is blind: it finds nothing, and nobody misses it. So a blind
camera lowers this measure, and one of which it is not known whether it saw its zones neither lowers nor raises it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from cloud.cases.sight import SEEN
from cloud.evaluation.domain import Whose
from cloud.evaluation.figures import NOTHING, Figure, Tally

_HOUR_S: Final = 3600
_DAY_H: Final = 24

_WITHIN: Final = "(cast(:communities as text[]) is null or community = any(:communities))"
# Cameras that were told of in the period, and those that a gateway has and that were told of before it: for how long
# each was there, saw, and was asked to look again.
_CAMERAS: Final = f"""
    with told as (
        select community, gateway, camera, min(day) as first, max(day) as last, sum(least(seen_s, 86400)) as seen_s
        from camera_days where day >= :first and day < :after and {_WITHIN} group by 1, 2, 3
    ), theirs as (
        select community, gateway, jsonb_array_elements_text(cameras) as camera
        from gateways where revoked_at is null and jsonb_typeof(cameras) = 'array' and {_WITHIN}
    ), looked as (
        select community, gateway, camera, count(*) as answered, count(*) filter (where outcome = any(:seen)) as saw
        from looks join cases on cases.id = looks.case_id
        where outcome is not null and answered_at >= :since and answered_at < :until
            and device is null and simulated = :simulated and {_WITHIN}
        group by 1, 2, 3
    ), there as (
        select community, gateway, camera, first, last, seen_s, theirs.community is not null as stays
        from told full join theirs using (community, gateway, camera)
    ), dated as (
        select *, exists (
            select from camera_days as earlier where earlier.day < :first
                and earlier.community = there.community and earlier.gateway = there.gateway
                and earlier.camera = there.camera
        ) as is_old
        from there
    )
    select community, coalesce(seen_s, 0) as seen_s, coalesce(answered, 0) as answered, coalesce(saw, 0) as saw,
        (case when stays then cast(:after as date) else last + 1 end)
            - (case when is_old then cast(:first as date) else first end) as days
    from dated left join looked using (community, gateway, camera) where is_old or first is not null
"""  # noqa: S608 - no text from outside


@dataclass(frozen=True, slots=True)
class Watch:
    """What one camera could see in the whole days of a period that it was there."""

    days: int
    seen_s: float
    answered: int = 0  # second looks
    saw: int = 0  # those of them in which it could see

    @property
    def tally(self) -> Tally:
        """Its hours, and those of them that it truly watched; nothing where that is not known."""
        if self.seen_s and not self.answered:
            return NOTHING
        watched = self.seen_s * self.saw / self.answered if self.answered else 0.0
        return Tally({Figure.WATCHED_H: watched / _HOUR_S, Figure.CAMERA_H: float(self.days * _DAY_H)})


async def by_community(
    connection: AsyncConnection, whose: Whose, *, since: datetime, until: datetime, zone: tzinfo
) -> Mapping[str, Tally]:
    """What each community's cameras could see; of one without cameras nothing is said.

    Args:
        until: the whole days before it count.
        zone: the one that days begin and end in.
    """
    first, after = since.astimezone(zone).date(), until.astimezone(zone).date()
    within = whose.scope.communities
    values = {"first": first, "after": after, "since": since, "until": until, "simulated": whose.simulated}
    values |= {"seen": [str(each) for each in SEEN], "communities": None if within is None else sorted(within)}
    query = text(_CAMERAS).bindparams(bindparam("communities", type_=ARRAY(TEXT)), bindparam("seen", type_=ARRAY(TEXT)))
    found: dict[str, Tally] = {}
    for row in await connection.execute(query, values):
        tally = Watch(row.days, row.seen_s, row.answered, row.saw).tally
        found[row.community] = Tally.sum((found.get(row.community, NOTHING), tally))
    return found
