"""What the recounted histories say of an organisation, and how a person would write it."""

import math
from collections.abc import Sequence
from fractions import Fraction

from cloud.accounts.organisations import Kind, Organisation
from cloud.evaluation.figures import Tally
from cloud.evaluation.measures import MEASURES, Form, Measure
from cloud.evaluation.periods import Period
from tests.integration.evaluation.recount import Recounted

ADVERSE = {
    *("rework", "extended", "supervised", "raised", "reopened", "length", "working_length"),
    *("bad", "not_filed", "voided", "suspended"),
}
UNITS = {Form.SHARE: ("%", Fraction(1, 100)), Form.HOURS: ("h", Fraction(3600)), Form.STARS: ("★", Fraction(1))}


def months_of(period: Period) -> range:
    return range(period.first.month, period.first.month + period.span)


def counted(
    told: Recounted, organisation: Organisation, tree: Sequence[Organisation], period: Period, name: str
) -> tuple[float, float]:
    """What the histories say of one organisation, period and measure."""
    below = {each.id for each in tree if each.path.startswith(organisation.path)}
    own = [
        amounts
        for (estate, company, month, measure), amounts in told.items()
        if measure == name and month in months_of(period) and (company if is_company(organisation) else estate) in below
    ]
    return sum(above for above, _ in own), sum(under for _, under in own)


def is_company(organisation: Organisation) -> bool:
    return organisation.kind is Kind.PROPERTY


def shown(name: str, tally: Tally) -> tuple[float, float]:
    """Above and below the line; a count stands above itself."""
    value = next(measure for measure in MEASURES if measure.name == name).of(tally)
    return value.top, value.top if value.bottom is None else value.bottom


def written(measure: Measure, above: float, below: float) -> tuple[str, str]:
    """A value and what it is made of: rounded to hundredths against whoever is measured."""
    if measure.form is Form.COUNT:
        return f"{above:.0f}", ""
    if not below:
        return "—", ""
    unit, per = UNITS[measure.form]
    exact = 100 * Fraction(repr(round(above, 3))) / Fraction(repr(below)) / per
    hundredths = math.ceil(exact) if measure.name in ADVERSE else math.floor(exact)
    top = f"{above / 3600:.2f} h" if measure.form is Form.HOURS else f"{above:.0f}"
    return f"{hundredths // 100}.{hundredths % 100:02d} {unit}", f"{top} / {below:.0f}"
