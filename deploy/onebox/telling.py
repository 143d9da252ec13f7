"""What the terminal shows: on standard error, a line a change, the same on a terminal and in a log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.markup import escape

NAMES: Final = {
    "postgres": "数据库 database",
    "nats": "消息服务 broker",
    "cloud": "云端 cloud",
    "story": "情景摄像机 story camera",
    "yard": "模拟表计和大门 simulated meters and gate",
    "gateway": "网关 gateway",
}


class Terminal:
    """Tells a person what the box does."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str, style: str = "") -> None:
        """One line with the time before it."""
        time = datetime.now().astimezone().strftime("%H:%M:%S")
        self._console.print(f"[dim]{time}[/]  {f'[{style}]' if style else ''}{escape(text)}{'[/]' if style else ''}")

    def plain(self, text: str) -> None:
        """Text as it is: an address that a person copies."""
        self._console.print(escape(text))

    def ready(self, part: str, seconds: float) -> None:
        """Say that a part can be used."""
        self.say(f"✓ {NAMES.get(part, part)}  就绪 ready  {seconds:.1f} s", "green")

    def died(self, part: str, how: str, pause_s: float) -> None:
        """Say that a part ended by itself and is started again."""
        self.say(f"↻ {NAMES.get(part, part)}  {how}; {pause_s:.1f} s 后重启 started again", "yellow")

    def stopped(self, part: str) -> None:
        """Say that a part was ended."""
        self.say(f"■ {NAMES.get(part, part)}  已停止 stopped")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show on a terminal that something takes its time."""
        with self._console.status(escape(what)):
            yield
