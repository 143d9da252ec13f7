"""What proves a fall: one picture of all of it, and a film; both masked. The film's original goes along sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

import cv2

from contract.evidence import frame_note
from contract.sealing import context_of, public_bytes, seal
from edge import config
from edge.errors import Misconfigured
from edge.evidence.fall_caption import FallCaption
from edge.evidence.jpeg import PICTURE_QUALITY, encode
from edge.evidence.margin import AMBER, with_margin
from edge.evidence.pixels import Pixels
from edge.evidence.reel import Clip
from edge.evidence.remux import to_mp4
from edge.evidence.rendition import Subject, render
from edge.evidence.screening import picture_size, screen
from edge.evidence.strobe import LEAD_S, Exposure, draw_curve, draw_marks, expose
from edge.evidence.veil import Find, cover, persons_in, veil
from edge.evidence.window import launch_window
from edge.trajectory import Fall
from edge.values import Image, Moment, Picture, PictureKind


@dataclass(frozen=True, slots=True)
class Film:
    """A clip as it leaves the gateway.

    Attributes:
        mp4: the masked rendition; the original where masking is off.
        sealed: the original as the camera coded it, encrypted to the community's key; None where none is set.
    """

    taken: Moment
    mp4: bytes
    masked: bool
    sealed: bytes | None

    @property
    def kind(self) -> PictureKind:
        """Always a clip."""
        return PictureKind.CLIP


class FallDeveloper:
    """Makes the evidence of one camera's falls from what its reel kept. Keeps nothing; any thread may ask.

    Args:
        find: what a detector sees in a picture: persons are wanted.
        device: `community/gateway`.
        timezone: of the time in the margin.
    Raises:
        Misconfigured: nothing can be sealed to `masking.seal_to`.
    """

    def __init__(
        self, camera: config.Camera, masking: config.Masking, *, find: Find, device: str, timezone: tzinfo
    ) -> None:
        self._camera = camera
        self._masked = masking.enabled
        self._find = find
        self._device = device
        self._timezone = timezone
        try:
            self._seal_to = public_bytes(masking.seal_to) if masking.seal_to else b""
        except ValueError as error:
            raise Misconfigured(f"masking.seal_to: 不能用来加密 cannot be used: {error}") from None

    def picture(self, clip: Clip, fall: Fall, facade: config.Facade, began: Moment, ended: Moment) -> Picture | None:
        """The fall in one picture; None where nothing of its time can be decoded.

        Raises:
            NotFilmed: there is no decoder for the clip.
        """
        exposure = expose(screen(clip, fall.began_s - LEAD_S, fall.ended_s), fall)
        if exposure is None:
            return None
        height, width = exposure.ground.shape[:2]
        window = launch_window(facade, fall, (width, height))
        canvas = self._drawn(exposure, fall, window)
        caption = FallCaption(
            device=self._device,
            camera=self._camera.id,
            facade=facade.name or facade.id,
            fall=fall,
            began=began,
            ended=ended,
            timezone=self._timezone,
            simulated=self._camera.simulated,
        )
        jpeg = encode(with_margin(canvas, caption), PICTURE_QUALITY, note=frame_note(width, height))
        return Picture(PictureKind.FALL, began, jpeg, self._masked)

    def film(self, clip: Clip, taken: Moment, falls: Sequence[tuple[Fall, config.Facade]]) -> Film:
        """The clip as a film.

        Args:
            taken: when its first picture was.
        Raises:
            NotFilmed: it cannot be written as an MP4, decoded or coded anew.
        """
        size = picture_size(clip)
        original = to_mp4(clip, size)
        if not self._masked:
            return Film(taken, original, masked=False, sealed=None)
        sealed = seal(original, self._seal_to, self._context(taken)) if self._seal_to else None
        del original  # as large as the clip, and the rendition takes seconds
        subjects = tuple(Subject(fall, launch_window(facade, fall, size)) for fall, facade in falls)
        return Film(taken, render(clip, subjects, self._find), masked=True, sealed=sealed)

    def _drawn(self, exposure: Exposure, fall: Fall, window: Pixels) -> Image:
        ground = exposure.ground
        persons = persons_in(ground, (window,), self._find) if self._masked else ()
        canvas = veil(ground, (window,)) if self._masked else ground.copy()
        draw_curve(canvas, fall)
        exposure.onto(canvas)
        cover(canvas, persons)
        draw_marks(canvas, fall)
        cv2.rectangle(canvas, window[:2], (window[2] - 1, window[3] - 1), AMBER, max(1, canvas.shape[1] // 640))
        return canvas

    def _context(self, taken: Moment) -> bytes:
        community, _, gateway = self._device.partition("/")
        return context_of(community, gateway, self._camera.id, taken.seen_at)
