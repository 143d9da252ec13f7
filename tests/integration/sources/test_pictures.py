"""Pictures as real decoders give them: the whole one and the small one show what was filmed, whatever the format."""

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from edge.sources.decoding import LookDecoder
from edge.sources.picture import LUMA, Darkroom, DecodedPicture
from edge.values import Image, Luma, grey, shrunk

SIDE = 160


def drawn(width: int, height: int, shift: int = 0) -> Image:
    """Coloured surfaces from black to white, and a gradient; soft, so that halved chroma can hold them."""
    across = np.linspace(0, 255, width, dtype=np.float32)
    image = np.repeat(np.repeat(across[None, :, None], height, axis=0), 3, axis=2)
    for number, colour in enumerate([(0, 0, 0), (255, 255, 255), (40, 60, 200), (190, 70, 30), (60, 160, 60)]):
        left, top = (number * width // 5 + shift) % width, number * height // 9
        cv2.rectangle(image, (left, top), (left + width // 6, top + height // 3), colour, -1)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 3.0).round(), np.uint8)


def encoded(path: Path, pictures: list[Image], *, codec: str, pixels: str) -> Path:
    """Encode pictures well, each a key frame; one given twice is filmed once.

    Twice would be two pictures: swscale's 10-bit luma of one BGR picture differs at the right edge from call to call.
    """
    height, width = pictures[0].shape[:2]
    quality = {"libx264": {"qp": "6"}, "libx265": {"x265-params": "qp=6:log-level=none"}}.get(codec, {"qmin": "1"})
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10, options=quality)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = width, height, pixels, 1
        full = pixels.startswith("yuvj")
        stream.codec_context.color_range = 2 if full else 1
        frames = {id(picture): filmed(picture, pixels) for picture in pictures}
        for number, picture in enumerate(pictures):
            frame = frames[id(picture)]
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def filmed(picture: Image, pixels: str) -> VideoFrame:
    """Convert as a camera does; a grey picture as one of colour without its colour, for swscale's grey has no range."""
    if not pixels.startswith("gray"):
        frame = VideoFrame.from_ndarray(picture, format="bgr24")
        return frame.reformat(format=pixels, dst_color_range="JPEG" if pixels.startswith("yuvj") else "MPEG")
    luma = 16 + cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) * 219 / 255
    scaled = luma.round().astype(np.uint8) if pixels == "gray" else (luma * 4).round().astype(np.uint16)
    return VideoFrame.from_ndarray(scaled, format=pixels)


def decoded(path: Path) -> Iterator[DecodedPicture]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoder = LookDecoder(stream.codec_context, look_every=0.0)
        for number, packet in enumerate(container.demux(stream)):
            picture = decoder.feed(packet, number / 10, number / 10) if packet.size else None
            if picture is not None:
                yield picture


FORMATS = [
    # codec,     pixels,         width, height
    ("libx264",  "yuv420p",       640,  360),
    ("libx264",  "yuv420p",       638,  362),  # rows of the decoder's are longer than the picture's, and cropped
    ("libx264",  "yuv420p",      1918, 1078),
    ("libx264",  "yuvj420p",      640,  360),
    ("libx264",  "yuv422p",       642,  361),
    ("libx264",  "yuv444p",       641,  363),
    ("libx264",  "yuv420p10le",   640,  360),
    ("libx264",  "gray",          641,  363),
    ("libx264",  "gray10le",      640,  360),
    ("libx264",  "yuv420p",       120,   68),  # smaller than the small picture
    ("libx264",  "yuv420p",       360,  640),  # on its side
    ("libx265",  "yuv420p",       640,  360),
    ("libx265",  "yuvj420p",      638,  362),
    ("libx265",  "yuv444p",       641,  363),
    ("libx265",  "yuv420p10le",   638,  362),
    ("libx265",  "yuv420p12le",   640,  360),
    ("libx265",  "gray",          641,  363),
    ("mjpeg",    "yuvj422p",      641,  363),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "pixels", "width", "height"), FORMATS)
def test_what_was_filmed_is_what_is_seen(codec: str, pixels: str, width: int, height: int, tmp_path: Path) -> None:
    scenes = [drawn(width, height, shift) for shift in (0, 40, 90)]
    if pixels.startswith("gray"):
        scenes = [colourless(scene) for scene in scenes]
    pictures = list(decoded(encoded(tmp_path / "clip.mkv", scenes, codec=codec, pixels=pixels)))
    assert len(pictures) == len(scenes)
    for picture, image in zip(pictures, scenes, strict=True):
        grey_small, small, whole = picture.grey(SIDE), picture.small(SIDE), picture.image
        assert whole.shape == image.shape
        assert small.shape == shrunk(image, SIDE).shape
        assert small.dtype == whole.dtype == np.uint8
        assert apart(whole, image) < 4.5  # swscale's quickest way makes white 250; another range would be 8 away
        assert apart(small, shrunk(image, SIDE)) < 4.5
        assert apart(small, shrunk(whole, SIDE)) < 2.5
        assert grey_small.shape == small.shape[:2]
        assert apart(grey_small, grey(shrunk(image, SIDE))) < 4.5


def colourless(image: Image) -> Image:
    return np.asarray(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)


def apart(one: Image | Luma, other: Image | Luma) -> float:
    """The mean difference of the channel that differs most, in levels."""
    return float(np.max(np.abs(one.astype(np.float32) - other).mean(axis=(0, 1))))


def test_the_small_picture_is_the_same_after_the_whole_one_was_made(tmp_path: Path) -> None:
    path = encoded(tmp_path / "clip.mkv", [drawn(640, 360)], codec="libx264", pixels="yuv420p")
    (picture,) = decoded(path)
    before, grey_before = picture.small(SIDE), picture.grey(SIDE)
    whole = picture.image
    assert picture.image is whole
    assert apart(picture.small(SIDE), before) < 2.5
    assert apart(picture.grey(SIDE), grey_before) < 2.5
    assert picture.small(1).shape == (1, 1, 3)
    assert picture.small(10_000).shape == whole.shape


def test_the_decoder_gets_its_buffer_back(tmp_path: Path) -> None:
    """Whoever keeps a picture keeps either the decoder's or the converted one, never both."""
    path = encoded(tmp_path / "clip.mkv", [drawn(640, 360)] * 4, codec="libx264", pixels="yuv420p")
    before = buffers()
    pictures = list(decoded(path))
    assert buffers() - before == len(pictures) == 4
    for picture in pictures:
        assert picture.small(SIDE).any()
    assert buffers() - before == 4
    for picture in pictures:
        assert picture.image.any()
    assert buffers() == before


def buffers() -> int:
    """Decoded pictures that are still held, by anyone; those converted are not the decoder's."""
    gc.collect()
    frames = [each for each in gc.get_objects() if isinstance(each, VideoFrame)]
    return sum(frame.format.name == "yuv420p" for frame in frames)


def test_any_thread_may_look(tmp_path: Path) -> None:
    """Pictures outlive their stream, and threads that look at them at once see the same."""
    scenes = [drawn(640, 360, shift) for shift in range(0, 120, 10)]
    path = encoded(tmp_path / "clip.mkv", scenes, codec="libx264", pixels="yuv420p")
    alone = [(one.small(SIDE).tobytes(), one.image.tobytes()) for one in decoded(path)]
    pictures = list(decoded(path))
    together = threading.Barrier(8)

    def look(number: int) -> list[tuple[bytes, bytes]]:
        together.wait(10)
        return [(one.small(SIDE).tobytes() if number % 2 else b"", one.image.tobytes()) for one in pictures]

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(look, range(8)))
    for each in seen:
        assert [whole for _, whole in each] == [whole for _, whole in alone]


@pytest.mark.parametrize(
    ("codec", "pixels"), [("libx264", "yuv420p"), ("libx264", "yuv420p10le"), ("libx265", "yuvj420p")]
)
def test_a_mark_tells_a_frozen_camera_from_a_quiet_one(codec: str, pixels: str, tmp_path: Path) -> None:
    """The same picture coded again is the same to the bit; one grain of noise on a row that counts is news."""
    quiet = drawn(642, 362)
    grain = quiet.copy()
    grain[200:208, 300:308] += 6
    path = encoded(tmp_path / "clip.mkv", [quiet, quiet, grain], codec=codec, pixels=pixels)
    first, again, other = (picture.mark() for picture in decoded(path))
    assert first == again != other


def test_a_mark_leaves_out_what_lies_beside_the_picture() -> None:
    """A decoder's rows are longer than the picture's; what lies there is nobody's and changes by itself."""
    marks = set()
    for beside in (0, 99):
        frame = VideoFrame(100, 40, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([beside]) * plane.buffer_size)
        luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)
        assert luma.shape[1] > 100
        luma[:40, :100] = 77
        marks.add(picture_of(frame).mark())
    assert len(marks) == 1


def picture_of(frame: VideoFrame) -> DecodedPicture:
    return DecodedPicture(frame, Darkroom())


def test_a_format_without_luma_of_its_own_has_a_mark_too() -> None:
    assert "bgr24" not in LUMA
    one, same, other = (VideoFrame.from_ndarray(drawn(64, 36, shift), format="bgr24") for shift in (0, 0, 9))
    assert picture_of(one).mark() == picture_of(same).mark() != picture_of(other).mark()
