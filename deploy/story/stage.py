"""What the story's camera shows now: one file that the RTSP server plays round and round.

The server opens the file anew at each round while the session's clock runs on, so putting another file in its place
changes the scene at the next round, without a break in the stream. The choice is a file, so it survives the death of
whoever made it and of the server.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from deploy.story.scene import Scene
from models.packages import replacing, sha256_of

FILM_NAME: Final = "camera.mp4"
PATH: Final = f"/{FILM_NAME}/play_count_0"  # 0: for ever


class Stage:
    """The folder that the story's RTSP server serves.

    Args:
        folder: holds nothing else; made if need be.
        clips: one MP4 a scene, all with the same encoder settings.
    """

    def __init__(self, folder: Path, clips: Mapping[Scene, Path]) -> None:
        self._folder = folder
        self._clips = clips
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def scene(self) -> Scene | None:
        """What is shown; None where nothing has been shown yet."""
        film = self._folder / FILM_NAME
        if not film.is_file():
            return None
        shown = sha256_of(film)
        return next((scene for scene, clip in self._clips.items() if sha256_of(clip) == shown), None)

    def show(self, scene: Scene) -> None:
        """Change the scene: what comes after the round that plays now, within `clip.CLIP_S` seconds."""
        if self.scene is scene:
            return
        with replacing(self._folder / FILM_NAME) as draft:
            shutil.copyfile(self._clips[scene], draft)
