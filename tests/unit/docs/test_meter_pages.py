"""The documents say of meters what the pages and the JSON interface say."""

import re

import pytest
from pydantic import BaseModel

from cloud.config import History
from cloud.console.meter_api import MAX_STRETCHES, MeterOut, MetersOut, SeriesOut, StretchOut
from cloud.console.meter_words import METER
from cloud.console.words import WORDS
from cloud.telemetry.meters import STALE
from contract.metering import ReadingFlag
from tests.unit.docs.pages import named, read, section

STAFF = section(read("docs/property-staff.md"), "表计页面")
JSON = section(read("docs/contract.md"), "Cases as JSON")
QUOTED = (
    "only.silent",
    "only.alarm",
    "never",
    "use",
    "register",
    "gap",
    "use_unknown",
    "total",
    "simulated",
    "flags_untold",
)


@pytest.mark.parametrize("name", QUOTED)
def test_what_is_quoted_from_the_page_stands_on_the_page(name: str) -> None:
    assert METER[name].zh in STAFF


@pytest.mark.parametrize("flag", ReadingFlag)
def test_every_flag_is_called_what_it_is_called(flag: ReadingFlag) -> None:
    assert f"**{WORDS[f'found.{flag.value}'].zh}**" in STAFF


@pytest.mark.parametrize("model", [MeterOut, MetersOut, StretchOut, SeriesOut])
def test_every_field_that_programs_get_is_explained_in_the_contract(model: type[BaseModel]) -> None:
    explained = {word for marked in named(read("docs/contract.md")) for word in re.findall(r"[a-z]\w*", marked)}
    assert set(model.model_fields) - explained == set()


def test_figures_are_those_that_hold() -> None:
    minutes = f"{STALE.total_seconds() / 60:.0f}"
    assert f"超过 {minutes} 分钟没有新读数" in STAFF
    assert f"`stale_after_s` ({minutes} min)" in JSON
    assert f"{MAX_STRETCHES} stretches" in JSON
    assert (History().quarters_days // 365, "默认保留三年" in STAFF) == (3, True)
