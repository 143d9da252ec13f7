"""The interface's OpenAPI document as a file that others build on.

python -m cloud.app.documents write    after a change that is meant
python -m cloud.app.documents check    fails when file and routes differ
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cloud.app.parts import parts_of
from cloud.config import Config
from cloud.console.openapi import Object, document

FILE: Final = Path(__file__).parents[2] / "docs" / "openapi.json"


def made() -> Object:
    """The document of an app that reaches for nothing."""
    with TemporaryDirectory() as folder:
        config = Config.model_validate(
            {
                "database": {"dsn": "postgresql://localhost/linli"},
                "evidence": f"file://{folder}/evidence",
                "key": f"{folder}/cloud.key",
                "source": [{"url": "nats://localhost:4222"}],
            }
        )
        app, _ = parts_of(config).web()
        return document(app.routes)


def text() -> str:
    """The document as text that is the same on each run."""
    return json.dumps(made(), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Run `write` or `check`; exit code 1 when file and routes differ."""
    match arguments:
        case ["write"]:
            FILE.write_text(text(), encoding="utf-8")
            return 0
        case ["check"]:
            if FILE.is_file() and FILE.read_text(encoding="utf-8") == text():
                return 0
            sys.stderr.write("docs/openapi.json differs from the routes: python -m cloud.app.documents write\n")
            return 1
        case _:
            sys.stderr.write("usage: python -m cloud.app.documents check|write\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
