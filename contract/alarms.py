"""Alarms of meters, gates and sensors: what every one of them says, opened and cleared alike."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from contract.envelope import Data
from contract.identifiers import Place, Slug

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class AlarmData(Data):
    """One alarm of one device. Of a device and kind one is open at a time: opened and cleared take turns."""

    device: Slug = Field(description="the meter, household, gate or sensor, as the gateway's configuration names it")
    device_name: str = Field(default="", max_length=80)
    alarm: Place = Field(description="joins what opened with what cleared it, within `epoch`")
    began_at: AwareDatetime = Field(description="since when it was so")
    found_at: AwareDatetime = Field(
        description="when the rule was fulfilled: that it is so, or with `cleared` that it is not any more"
    )
    seen: bool = Field(
        default=True,
        description="with `cleared`: that it is over was seen; false: it is not judged any more, and nobody knows",
    )
    words_zh: Sentence
    words_en: Sentence

    @model_validator(mode="after")
    def _in_order(self) -> "AlarmData":
        if self.began_at > self.found_at:
            raise ValueError("found_at: not before began_at")
        return self


__all__ = ["AlarmData", "Sentence"]
