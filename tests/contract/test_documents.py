"""The files of the contract are what the models say, are sound schemas, and refuse what the models refuse."""

import json

import jsonschema
import pytest

from contract import documents
from tests.contract.samples import DATA, event, signed


def test_files_and_models_agree() -> None:
    assert documents.drift() == []


def test_a_changed_model_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MESSAGE_MODELS", documents.MESSAGE_MODELS[1:])
    assert documents.drift() == ["asyncapi.json", "parking.opened.v1.json"]


@pytest.mark.parametrize("kind", sorted(DATA))
def test_a_schema_takes_its_event_and_no_other(kind: str) -> None:
    schema = json.loads((documents.FOLDER / f"{kind}.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert validator.is_valid(json.loads(signed(kind)))
    assert not validator.is_valid({**json.loads(signed(kind)), "colour": "red"})
    assert not validator.is_valid(event(kind)), "an event without a signature"


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    text = (documents.FOLDER / "asyncapi.json").read_text()
    document = json.loads(text)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert set(document["channels"]) == {"alarm", "event", "telemetry", "state", "cmd", "receipt"}
