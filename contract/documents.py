"""The contract as files that others build on: a JSON Schema for each message and one AsyncAPI 3 document.

python -m contract.documents write    after a change that is meant
python -m contract.documents check    fails when files and models differ
"""

import json
import sys
from pathlib import Path
from typing import Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contract.downlink import Look, Receipt
from contract.events import EVENT_MODELS
from contract.topics import DOWN, ROOT, UP, Channel

FOLDER: Final = Path(__file__).parent / "documents"
DOWNLINK_MODELS: Final[tuple[type[BaseModel], ...]] = (Receipt, Look)
MESSAGE_MODELS: Final[tuple[type[BaseModel], ...]] = (*EVENT_MODELS, *DOWNLINK_MODELS)

WHAT: Final[dict[Channel, str]] = {
    "alarm": "what a person should see now",
    "event": "what belongs to a case, and gaps",
    "telemetry": "heartbeats and readings; may be dropped when the disk is full, and then says so",
    "state": "retained: birth, or death as the broker's last will",
    "cmd": "requests to a gateway, signed by the cloud",
    "receipt": "what the cloud has committed, and what it lacks; signed by the cloud",
}

Document = dict[str, object]


def message_type(model: type[BaseModel]) -> str:
    """The `type` a model stands for, such as `parking.opened.v1`."""
    return str(model.model_fields["type"].default)


def schema(model: type[BaseModel]) -> Document:
    """The JSON Schema (2020-12) of one message."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:linli:{message_type(model)}"}
    return {**head, **model.model_json_schema(mode="serialization")}


def asyncapi() -> Document:
    """The AsyncAPI 3.0 document of all channels, seen from the gateway: it sends up and receives down."""
    _, definitions = models_json_schema(
        [(model, "serialization") for model in MESSAGE_MODELS], ref_template="#/components/schemas/{model}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Linli 邻里",
            "version": "1.0.0",
            "description": "CloudEvents 1.0, structured JSON, over MQTT 3.1.1 with QoS 1. The rules: docs/contract.md",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {channel: _channel(channel) for channel in (*UP, *DOWN)},
        "operations": {
            channel: {"action": "send" if channel in UP else "receive", "channel": {"$ref": f"#/channels/{channel}"}}
            for channel in (*UP, *DOWN)
        },
        "components": {
            "messages": {message_type(model): _message(model) for model in MESSAGE_MODELS},
            "schemas": definitions["$defs"],
        },
    }


def _channel(channel: Channel) -> Document:
    kinds = [message_type(model) for model in MESSAGE_MODELS if _channel_of(model) == channel]
    return {
        "address": f"{ROOT}/{{community}}/{{gateway}}/{channel}",
        "description": WHAT[channel],
        "parameters": {name: {"description": f"id of the {name}"} for name in ("community", "gateway")},
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in kinds},
    }


def _channel_of(model: type[BaseModel]) -> str:
    if model is Receipt:
        return "receipt"
    return "cmd" if model is Look else str(model.model_fields["lane"].default)


def _message(model: type[BaseModel]) -> Document:
    return {
        "name": message_type(model),
        "summary": " ".join((model.__doc__ or "").split()),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }


def documents() -> dict[str, str]:
    """Every file of the contract by name, as text that is the same on each run."""
    files = {f"{message_type(model)}.json": schema(model) for model in MESSAGE_MODELS}
    files["asyncapi.json"] = asyncapi()
    return {name: json.dumps(file, indent=2, ensure_ascii=False, sort_keys=True) + "\n" for name, file in files.items()}


def drift() -> list[str]:
    """Name the files that are missing, foreign, or differ from the models."""
    wanted = documents()
    found = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def write() -> None:
    """Write all files and remove those that no model stands for."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.json"):
        path.unlink()
    for name, text in documents().items():
        (FOLDER / name).write_text(text)


def main(arguments: list[str]) -> int:
    """Run `write` or `check`; exit code 1 when files and models differ."""
    match arguments:
        case ["write"]:
            write()
            return 0
        case ["check"]:
            changed = drift()
            for name in changed:
                sys.stderr.write(
                    f"contract/documents/{name} differs from the models: python -m contract.documents write\n"
                )
            return 1 if changed else 0
        case _:
            sys.stderr.write("usage: python -m contract.documents check|write\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
