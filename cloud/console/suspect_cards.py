"""Suspected vehicles as they are shown in their list."""

from dataclasses import dataclass, replace

from cloud.cases.domain import Photo, Suspect
from cloud.console.facts import SYNCED, Eye, Fact, Moment, entered_word, known, moment, phrase, plate_facts
from cloud.console.picture_views import Picture, picture_at
from cloud.console.times import span
from cloud.console.views import sign_words
from cloud.console.words import WORDS, Word
from contract.envelope import PictureKind


@dataclass(frozen=True, slots=True)
class SuspectCard:
    """A vehicle that may become a zombie vehicle, in the list."""

    zone: Word
    where: str
    stood: Word
    facts: tuple[Fact, ...]
    signs: tuple[Word, ...]
    told: Moment
    simulated: bool
    doubtful_clock: bool
    cover: Picture | None
    dismiss_path: str  # empty: the event that said it is not known


def suspect_card(suspect: Suspect, eye: Eye) -> SuspectCard:
    """A suspected vehicle for the list."""
    entered = entered_word(suspect.entered_at, suspect.entered_within_s, eye)
    return SuspectCard(
        zone=known("zone", suspect.zone_kind),
        where=suspect.zone_name or suspect.zone,
        stood=phrase("dwell.at_least", span(suspect.standing_s)),
        facts=(
            Fact(WORDS["case.vehicle"], known("vehicle", suspect.vehicle)),
            *plate_facts(suspect.plate, suspect.permit),
            Fact(WORDS["case.entered"], entered),
            Fact(
                WORDS["case.camera"],
                Word(suspect.camera, suspect.camera),
                hint=Word(f"{suspect.community} / {suspect.gateway}", f"{suspect.community} / {suspect.gateway}"),
            ),
        ),
        signs=sign_words(suspect.signs),
        told=moment(suspect.told_at, eye),
        simulated=suspect.simulated,
        doubtful_clock=suspect.clock != SYNCED or suspect.odd_time,
        cover=None if suspect.cover is None else _suspect_picture(suspect, suspect.cover, eye),
        dismiss_path="" if suspect.event_id is None else f"/suspects/{suspect.event_id}/dismiss",
    )


def _suspect_picture(suspect: Suspect, photo: Photo, eye: Eye) -> Picture:
    """No time was up when it was taken: that comes with a case."""
    shown = picture_at(f"/suspects/{suspect.event_id}", photo, eye)
    return replace(shown, caption=WORDS["photo.suspected"]) if photo.kind == PictureKind.DUE else shown
