"""A photo that is handed in for a case, whoever hands it in: kept as evidence, and noted on the case."""

from typing import Final

from cloud.cases.domain import Actor, Case, Photo
from cloud.cases.handed_in import OUTSIDE
from cloud.console.recoding import Recoded
from cloud.console.services import Services
from cloud.evidence.repository import Owner
from cloud.evidence.service import Piece, Refused
from cloud.problems import Told, Trouble

WHO: Final = "outside"  # in the place of a gateway: whose budget of evidence it counts to


async def keep(services: Services, case: Case, picture: Recoded, *, by: Actor, kind: str = OUTSIDE) -> Photo:
    """Keep a picture of a case.

    Args:
        kind: `handed_in.OUTSIDE` or `handed_in.ON_SITE`.
    Raises:
        Trouble: too-often, where the community's evidence of the day is full.
        cloud.cases.domain.Refused: the case takes no more.
    """
    size = len(picture.body)
    piece = Piece(Owner(case.community, WHO), picture.sha256, 0, size, "image/jpeg", picture.body)
    try:
        await services.evidence.receive(piece)
    except Refused as error:  # over the day's budget, whichever it was
        raise Trouble("too-often", why=Told("今日照片已满", str(error)), headers={"Retry-After": "600"}) from None
    return await services.handed_in.photo(case.id, picture.sha256, size, by=by, kind=kind)
