"""From a frame to the picture that leaves: masked, framed and captioned; and beside it the frame itself, sealed."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from contract.evidence import frame_note
from contract.sealing import context_of, public_bytes, seal
from edge import config
from edge.errors import Misconfigured
from edge.evidence.jpeg import PICTURE_QUALITY, SEALED_QUALITY, encode
from edge.evidence.margin import Caption, outline, with_margin
from edge.evidence.mask import Masker
from edge.values import Box, Detection, Image, Moment, Picture, PictureKind


class Developer:
    """Makes the pictures of one camera. Keeps nothing."""

    def __init__(
        self, camera: config.Camera, *, masker: Masker, device: str, timezone: tzinfo, seal_to: str = ""
    ) -> None:
        """Take what all pictures of the camera share.

        Args:
            device: `community/gateway`.
            timezone: of the time in the margin.
            seal_to: the community's public key; empty: unmasked frames are not kept in any form.
        Raises:
            Misconfigured: nothing can be sealed to `seal_to`.
        """
        self._camera = camera
        self._masker = masker
        self._device = device
        self._timezone = timezone
        self._names: Final = {zone.id: zone.name for zone in camera.zones}
        try:
            self._seal_to = public_bytes(seal_to) if seal_to else b""
        except ValueError as error:
            raise Misconfigured(f"masking.seal_to: 不能用来加密 cannot be used: {error}") from None

    def picture(
        self,
        image: Image,
        taken: Moment,
        box: Box,
        detections: Sequence[Detection],
        *,
        kind: PictureKind,
        zone: str,
        shows_subject: bool = True,
        original: bytes | None = None,
    ) -> Picture:
        """Develop a frame.

        Args:
            image: shape (h, w, 3), uint8, BGR; not written into.
            box: where the subject stands or stood.
            detections: what the detector saw in this very frame.
            shows_subject: whether it stands there. Otherwise a plate there is somebody else's: it is masked, and
                nothing is sealed, for an unmasked frame would prove nothing against anyone.
            original: the frame as JPEG, where there is one already; it is what gets sealed.
        """
        masked = self._masker.mask(image, subject=box if shows_subject else None, detections=detections)
        framed = with_margin(masked, self._caption(taken, kind, zone))
        outline(framed[: image.shape[0]], box)
        sealed = self._sealed(image, taken, original) if shows_subject else None
        jpeg = encode(framed, PICTURE_QUALITY, note=frame_note(image.shape[1], image.shape[0]))
        return Picture(kind, taken, jpeg, self._masker.enabled, sealed)

    def _caption(self, taken: Moment, kind: PictureKind, zone: str) -> Caption:
        return Caption(
            device=self._device,
            camera=self._camera.id,
            zone=zone,
            zone_name=self._names.get(zone, ""),
            kind=kind,
            taken=taken,
            timezone=self._timezone,
            simulated=self._camera.simulated,
        )

    def _sealed(self, image: Image, taken: Moment, original: bytes | None) -> bytes | None:
        """The unmasked frame, encrypted before it touches a disk. None where pictures leave unmasked anyway."""
        if not (self._seal_to and self._masker.enabled):
            return None
        community, _, gateway = self._device.partition("/")
        context = context_of(community, gateway, self._camera.id, taken.seen_at)
        return seal(original or encode(image, SEALED_QUALITY), self._seal_to, context)
