"""How deep the stack of the board's programs can get: frames summed along the call graph that GCC wrote.

GCC writes a `.ci` file an object with `-fcallgraph-info=su`. The sum is a bound, no measurement: it needs that nothing
recurses, that no frame depends on data, and that no function is called through a pointer; each of these is an error
here. There are no interrupts. The compiler may call memcpy or memset where no edge says so, so the larger of their
frames is added.
"""

import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ENTRY: Final = "reset_handler"
UNSEEN: Final = ("memcpy", "memset")

_NODE: Final = re.compile(r'^node: \{ title: "([^"]+)" label: "[^"]*?(?:\\n(\d+) bytes \((\w+)\))?"', re.MULTILINE)
_EDGE: Final = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', re.MULTILINE)


class Unbounded(Exception):
    """The call graph allows no bound; the text names the function."""


@dataclass(slots=True)
class Graph:
    """Functions by name: their frames in bytes, and whom they call.

    `main` is there twice, of the program and of the boot stage: it has the larger frame and calls what both call.
    """

    frames: dict[str, int] = field(default_factory=dict)
    calls: dict[str, set[str]] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Take in one `.ci` file.

        Raises:
            Unbounded: a frame depends on data.
        """
        for name, size, kind in _NODE.findall(text):
            if size and kind != "static":
                raise Unbounded(f"{name}: its frame is {kind}")
            if size:
                self.frames[name] = max(int(size), self.frames.get(name, 0))
        for caller, called in _EDGE.findall(text):
            self.calls.setdefault(caller, set()).add(called)

    def deepest(self, name: str = ENTRY, above: tuple[str, ...] = ()) -> tuple[int, tuple[str, ...]]:
        """The largest sum of frames from `name` down, and the functions on that way.

        Raises:
            Unbounded: something recurses, or a frame is not known.
        """
        if name in above:
            raise Unbounded(f"{name}: it recurses")
        if name not in self.frames:
            raise Unbounded(f"{name}: called by {above[-1:]}, and its frame is not known")
        below = [self.deepest(called, (*above, name)) for called in sorted(self.calls.get(name, ()))]
        depth, way = max(below, default=(0, ()))
        return self.frames[name] + depth, (name, *way)

    def bound(self) -> tuple[int, tuple[str, ...]]:
        """As `deepest` of the whole program, with what the compiler may call unseen."""
        depth, way = self.deepest()
        return depth + max(self.frames[name] for name in UNSEEN), way


def graph_of(folder: Path) -> Graph:
    """Read all `.ci` files of a folder.

    Raises:
        Unbounded: as `Graph.add`.
    """
    graph = Graph()
    for path in sorted(folder.glob("*.ci")):
        graph.add(path.read_text("utf-8"))
    return graph


def main() -> None:
    """Print the bound of each folder of objects; end with 1 if it is over what the linker sets aside."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--reserved", type=int, required=True, help="bytes that the linker sets aside")
    parser.add_argument("folders", type=Path, nargs="+")
    asked = parser.parse_args()
    good = True
    for folder in asked.folders:
        try:
            bound, way = graph_of(folder).bound()
        except Unbounded as error:
            sys.exit(f"{folder.name}: no bound: {error}")
        good = good and bound <= asked.reserved
        print(f"{folder.name}: 栈最深 stack at most {bound} of {asked.reserved} bytes: {' > '.join(way)}")  # noqa: T201
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
