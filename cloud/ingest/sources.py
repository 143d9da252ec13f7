"""The right kind of source for an address."""

from collections.abc import Sequence

from cloud.config import Config
from cloud.ingest.jetstream import JetStreamSource
from cloud.ingest.mqtt import MqttSource
from cloud.ingest.source import Source


def sources_of(config: Config) -> Sequence[Source]:
    """The sources that a configuration names."""
    stream_messages = config.limits.stream_messages
    return [
        MqttSource(one) if one.is_mqtt else JetStreamSource(one, stream_messages=stream_messages)
        for one in config.source
    ]
