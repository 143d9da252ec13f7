"""What the console's pages load in the browser: fetched by npm from the lock, copied to where the console serves it."""

import os
import shutil
from pathlib import Path
from typing import Final

from deploy.setup.commands import Commands
from deploy.setup.steps import Step

# Name under static/vendor, and place under node_modules.
FILES: Final = {
    "echarts.simple.min.js": "echarts/dist/echarts.simple.min.js",  # its smallest build: lines, bars, a plain grid
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
    "sse.js": "htmx-ext-sse/sse.js",
}


def step(root: Path, commands: Commands) -> Step:
    """Fetch `package-lock.json` and copy `FILES` to `cloud/console/static/vendor`."""
    vendor = root / "cloud" / "console" / "static" / "vendor"

    def work() -> None:
        commands.run([*npm(root), "ci", "--ignore-scripts"], environment=environment(root))
        vendor.mkdir(parents=True, exist_ok=True)
        for name, place in FILES.items():
            shutil.copyfile(root / "node_modules" / place, vendor / name)

    return Step(
        name="browser-files",
        title="the console's browser files, package-lock.json",
        reads=(root / "package.json", root / "package-lock.json", Path(__file__)),
        makes=tuple(vendor / name for name in FILES),
        work=work,
    )


def npm(root: Path) -> list[str]:
    """Return the command that starts npm: the machine's, with the settings it has, else the environment's wheel."""
    return [shutil.which("npm") or str(root / ".venv" / "bin" / "npm")]


def environment(root: Path) -> dict[str, str]:
    """Return this process's environment with `node` of the wheel findable, last on the path."""
    return {**os.environ, "PATH": f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{root / '.venv' / 'bin'}"}
