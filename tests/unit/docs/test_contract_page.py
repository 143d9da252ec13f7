"""docs/contract.md: every message and field, and an example that runs and can fail."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from cryptography.exceptions import InvalidSignature
from pydantic import BaseModel

from contract import evidence, topics
from contract.documents import MESSAGE_MODELS, message_type
from contract.envelope import Data, Envelope, Evidence
from contract.events import parse_event
from contract.signatures import sign
from contract.topics import DOWN, UP
from edge.app.replay import KEY
from tests.unit.docs.pages import ROOT, code, read, section

PAGE = read("docs/contract.md")
EVENTS = ROOT / "docs" / "examples" / "street.jsonl"
EXAMPLE = code(PAGE, "python")[0]


def fields(model: type[BaseModel]) -> set[str]:
    """All fields of a message beyond the envelope, with those of what lies in it."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(name)
        inner = (field.annotation, *get_args(field.annotation))
        for kind in inner:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= fields(kind)
    return found


@pytest.mark.parametrize("model", MESSAGE_MODELS, ids=message_type)
def test_every_message_stands_in_the_table_with_its_channel(model: type[BaseModel]) -> None:
    kind = message_type(model)
    channel = (
        str(model.model_fields["lane"].default)
        if issubclass(model, Envelope)
        else {"receipt.v1": "receipt"}.get(kind, "cmd")
    )
    row = next(line for line in section(PAGE, "Every event type").splitlines() if line.startswith(f"| `{kind}`"))
    assert f"| `{channel}`" in row


@pytest.mark.parametrize("model", MESSAGE_MODELS, ids=message_type)
def test_every_field_of_a_message_is_explained(model: type[BaseModel]) -> None:
    named = {word for marked in re.findall(r"`([^`\n]+)`", PAGE) for word in re.findall(r"[a-z]\w*", marked)}
    assert fields(model) - named == set()


@pytest.mark.parametrize("name", [*Envelope.model_fields, "type", "data"])
def test_every_attribute_of_the_envelope_has_a_row(name: str) -> None:
    assert re.search(rf"^\| [^|]*`{name}`", section(PAGE, "The envelope"), re.MULTILINE)


@pytest.mark.parametrize("name", [*Data.model_fields, *Evidence.model_fields])
def test_what_every_event_holds_is_explained(name: str) -> None:
    assert f"`{name}`" in section(PAGE, "`data` of every event")


@pytest.mark.parametrize("channel", [*UP, *DOWN])
def test_every_channel_has_a_row(channel: str) -> None:
    assert f"| `{channel}` |" in section(PAGE, "Topics")


def test_the_example_s_events_are_sound_under_today_s_contract() -> None:
    kinds = [parse_event(body).type for body in EVENTS.read_bytes().splitlines()]
    assert {"parking.opened.v1", "parking.milestone.v1"} <= set(kinds)


def test_the_example_runs_and_prints_what_the_page_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(EXAMPLE, {"__name__": "example"})  # noqa: S102 - the page's own example is what is tested
    assert capsys.readouterr().out == code(section(PAGE, "Signature and hash chain"), "text")[0]


def test_the_example_needs_nothing_of_linli() -> None:
    assert not re.search(r"^(?:from|import) (?:contract|edge|cloud|models|deploy)\b", EXAMPLE, re.MULTILINE)


LINES = EVENTS.read_bytes().splitlines(keepends=True)
FORGED = sign({**json.loads(LINES[2]), "prevhash": "f" * 64}, KEY)
BROKEN = [
    # name,                      the file's lines,                                                        refused with
    ("a figure is changed", [LINES[0].replace(b'"dwell_s":15', b'"dwell_s":99', 1), *LINES[1:]], InvalidSignature),
    ("an event is taken out", LINES[1:], ValueError),
    ("two change places", [LINES[2], LINES[1], LINES[0], LINES[3]], ValueError),
    ("signed anew without its history", [LINES[0], LINES[1], FORGED], ValueError),
    ("a name stands twice", [LINES[0].replace(b"{", b'{"seq":1,', 1)], ValueError),
    ("another key is named", [re.sub(rb'"keyid":"\w+"', b'"keyid":"0123456789abcdef"', LINES[0])], ValueError),
]


@pytest.mark.parametrize(("lines", "error"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_the_example_refuses_what_was_tampered_with(lines: list[bytes], error: type[Exception], tmp_path: Path) -> None:
    tampered = tmp_path / "events.jsonl"
    tampered.write_bytes(b"".join(lines))
    assert tampered.read_bytes() != EVENTS.read_bytes()
    with pytest.raises(error):
        exec(EXAMPLE.replace("docs/examples/street.jsonl", str(tampered)), {})  # noqa: S102 - as above


def test_topics_and_headers_of_the_page_are_the_contract_s() -> None:
    assert f"`{topics.ROOT}/{{community}}/{{gateway}}/{{channel}}`" in PAGE
    headers = [value for name, value in vars(evidence).items() if name.endswith("_HEADER")]
    assert len(headers) == 6
    assert [header for header in headers if f"`{header}" not in PAGE] == []
