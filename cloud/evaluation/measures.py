"""What is measured: one literal table, each measure with its formula in words, from figures that anybody can recount.

Names after GB/T 30428.4; the formulas are common practice and each city's own to confirm, but for those marked `sure`.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Final

from cloud.cases.vocabulary import Name
from cloud.evaluation.figures import Figure, Tally

NONE: Final = "—"  # 0 of 0 is no share at all, and surely not 100 %
_HOUR_S: Final = 3600
_HUNDREDTH: Final = Decimal("0.01")


class Form(StrEnum):
    """What a measure is."""

    COUNT = "count"
    SHARE = "share"  # of the cases of `bottom` those of `top`, in percent
    HOURS = "hours"  # seconds of `top` by cases of `bottom`
    STARS = "stars"  # 1 to 5, by cases of `bottom`


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `adverse`: less is better."""

    name: str
    called: Name
    formula: Name
    form: Form
    top: Figure
    bottom: Figure | None = None
    adverse: bool = False
    sure: bool = False

    def of(self, tally: Tally) -> "Value":
        """What it is of some cases."""
        return Value(self, tally[self.top], None if self.bottom is None else tally[self.bottom])


@dataclass(frozen=True, slots=True)
class Value:
    """A measure with what it is made of: lengths in seconds, the others cases or stars."""

    measure: Measure
    top: float
    bottom: float | None

    @property
    def exact(self) -> Decimal | None:
        """A count, percent, hours or stars, not rounded; None: there is nothing to measure."""
        top = Decimal(repr(self.top))
        match self.measure.form:
            case Form.COUNT:
                return top
            case _ if not self.bottom:
                return None
            case Form.SHARE:
                return 100 * top / Decimal(repr(self.bottom))
            case Form.HOURS:
                return top / Decimal(repr(self.bottom)) / _HOUR_S
            case Form.STARS:
                return top / Decimal(repr(self.bottom))

    @property
    def rounded(self) -> Decimal | None:
        """To hundredths against whoever is measured, so that 100 % is said of nothing but all, and 0 % of none."""
        exact = self.exact
        if exact is None or self.measure.form is Form.COUNT:
            return None if exact is None else exact.to_integral_value()
        return exact.quantize(_HUNDREDTH, ROUND_CEILING if self.measure.adverse else ROUND_FLOOR)

    @property
    def text(self) -> str:
        """For a person: `6523`, `99.75 %`, `12.40 h`, `4.31 ★`, or `NONE`."""
        rounded = self.rounded
        if rounded is None:
            return NONE
        match self.measure.form:
            case Form.COUNT:
                return f"{rounded:.0f}"
            case Form.SHARE:
                return f"{rounded} %"
            case Form.HOURS:
                return f"{rounded} h"
            case Form.STARS:
                return f"{rounded} ★"

    @property
    def made_of(self) -> str:
        """What stands above and below the line: `6507 / 6523`; empty for a count, and where there is nothing."""
        if not self.bottom:
            return ""
        if self.measure.form is Form.HOURS:
            return f"{self.top / _HOUR_S:.2f} h / {self.bottom:.0f}"
        return f"{self.top:.0f} / {self.bottom:.0f}"


MEASURES: Final = (
    Measure(
        "opened",
        Name("上报数", "Collected"),
        Name("本期发现或收到的案件，不论后来怎样", "cases found or reported in the period, whatever became of them"),
        Form.COUNT,
        Figure.OPENED,
    ),
    Measure(
        "filed",
        Name("立案数", "Filed"),
        Name("本期立案的案件", "cases filed in the period"),
        Form.COUNT,
        Figure.FILED,
    ),
    Measure(
        "dispatched",
        Name("派遣数", "Dispatched"),
        Name("本期最近一次派遣的案件", "cases dispatched in the period, by the latest time"),
        Form.COUNT,
        Figure.DISPATCHED,
    ),
    Measure(
        "handled",
        Name("处置数", "Handled"),
        Name(
            "本期上报处理完毕、没有被退回返工或重开的案件",
            "cases reported handled in the period and neither sent back nor reopened since",
        ),
        Form.COUNT,
        Figure.HANDLED,
    ),
    Measure(
        "closed",
        Name("结案数", "Closed"),
        Name("本期核实结案、没有重开的案件", "cases verified and closed in the period and not reopened since"),
        Form.COUNT,
        Figure.CLOSED,
    ),
    Measure(
        "due",
        Name("应处置数", "Due"),
        Name(
            "期限在本期内且已经到期的案件；到期后才作废、并案、不予立案的也算",
            "cases whose deadline lay in the period and has passed; also those voided, merged or not filed after it",
        ),
        Form.COUNT,
        Figure.DUE,
    ),
    Measure(
        "handled_on_time",
        Name("按期处置率", "Handled in time"),
        Name("到期前最后一次上报处理完毕的 ÷ 应处置数", "last reported handled by the deadline ÷ due"),
        Form.SHARE,
        Figure.HANDLED_ON_TIME,
        Figure.DUE,
    ),
    Measure(
        "closed_on_time",
        Name("按时结案率", "Closed in time"),
        Name("到期前核实结案的 ÷ 应处置数", "verified and closed by the deadline ÷ due"),
        Form.SHARE,
        Figure.CLOSED_ON_TIME,
        Figure.DUE,
    ),
    Measure(
        "handling",
        Name("处置率", "Handled of due"),
        Name("应处置的案件中到现在已处置的 ÷ 应处置数", "handled by now, late or not ÷ due"),
        Form.SHARE,
        Figure.DUE_HANDLED,
        Figure.DUE,
        sure=True,
    ),
    Measure(
        "rework",
        Name("返工率", "Sent back"),
        Name("被退回返工过的 ÷ 应处置数", "sent back at least once ÷ due"),
        Form.SHARE,
        Figure.SENT_BACK,
        Figure.DUE,
        adverse=True,
        sure=True,
    ),
    Measure(
        "extended",
        Name("延期率", "Extended"),
        Name("准予延期过的 ÷ 应处置数", "extended at least once ÷ due"),
        Form.SHARE,
        Figure.EXTENDED,
        Figure.DUE,
        adverse=True,
    ),
    Measure(
        "supervised",
        Name("督办率", "Supervised"),
        Name("被督办过的 ÷ 应处置数", "supervised at least once ÷ due"),
        Form.SHARE,
        Figure.SUPERVISED,
        Figure.DUE,
        adverse=True,
    ),
    Measure(
        "raised",
        Name("提级率", "Raised"),
        Name("提到上一级的 ÷ 应处置数", "raised to the next level ÷ due"),
        Form.SHARE,
        Figure.RAISED,
        Figure.DUE,
        adverse=True,
    ),
    Measure(
        "reopened",
        Name("重开率", "Reopened"),
        Name("重开过的 ÷ 本期最近一次上报处理完毕的", "reopened at least once ÷ last reported handled in the period"),
        Form.SHARE,
        Figure.REOPENED,
        Figure.SAID_DONE,
        adverse=True,
    ),
    Measure(
        "length",
        Name("平均处置时长", "Time to handle"),
        Name(
            "从立案到最后一次上报处理完毕，退回、返工、重开、挂起都算在内 ÷ 已处置案件数",
            "from filing to the last report, with returns, rework, reopening and suspension ÷ cases handled",
        ),
        Form.HOURS,
        Figure.LENGTH_S,
        Figure.TIMED,
        adverse=True,
    ),
    Measure(
        "working_length",
        Name("平均处置时长（工作时）", "Time to handle, working hours"),
        Name("同上，只算工作时间 ÷ 已处置案件数", "the same, working time alone ÷ cases handled"),
        Form.HOURS,
        Figure.WORKING_S,
        Figure.TIMED,
        adverse=True,
    ),
    Measure(
        "stars",
        Name("群众评分", "Residents' rating"),
        Name(
            "群众现在的评价的星级之和 ÷ 这些评价的数目",
            "stars of the ratings that reporters and residents hold to ÷ those ratings",
        ),
        Form.STARS,
        Figure.STARS,
        Figure.STARRED,
    ),
    Measure(
        "good",
        Name("好评率", "Good ratings"),
        Name("4、5 星且处置人没有责任的 ÷ 评价数", "4 or 5 stars and no fault of the handler ÷ ratings"),
        Form.SHARE,
        Figure.GOOD,
        Figure.RATED,
    ),
    Measure(
        "bad",
        Name("差评率", "Bad ratings"),
        Name(
            "1、2 星，或因处置人责任被差评过的 ÷ 评价数",
            "1 or 2 stars, or once rated badly through the handler's fault ÷ ratings",
        ),
        Form.SHARE,
        Figure.BAD,
        Figure.RATED,
        adverse=True,
    ),
    Measure(
        "rated",
        Name("参评率", "Rated at all"),
        Name("有群众评价的 ÷ 本期最近一次上报处理完毕的", "with a rating ÷ last reported handled in the period"),
        Form.SHARE,
        Figure.RATED,
        Figure.SAID_DONE,
    ),
    Measure(
        "score",
        Name("综合评价", "Own evaluation"),
        Name("管理方自评的星级之和 ÷ 已评价案件数", "stars given by those in charge ÷ cases evaluated in the period"),
        Form.STARS,
        Figure.SCORE,
        Figure.SCORED,
    ),
    Measure(
        "automatic",
        Name("自动核实率", "Verified by itself"),
        Name("由摄像机或设备核实的 ÷ 结案数", "verified by camera or device ÷ closed"),
        Form.SHARE,
        Figure.CLOSED_BY_ITSELF,
        Figure.CLOSED,
    ),
    Measure(
        "not_filed",
        Name("不予立案率", "Not filed"),
        Name("不予立案的 ÷ 上报数", "not filed ÷ collected"),
        Form.SHARE,
        Figure.NOT_FILED,
        Figure.OPENED,
        adverse=True,
    ),
    Measure(
        "voided",
        Name("作废率", "Voided"),
        Name("作废的 ÷ 立案数", "voided ÷ filed"),
        Form.SHARE,
        Figure.VOIDED,
        Figure.FILED,
        adverse=True,
    ),
    Measure(
        "suspended",
        Name("挂起率", "Suspended"),
        Name("现在挂起、时限不走的 ÷ 立案数", "suspended now, their time standing still ÷ filed"),
        Form.SHARE,
        Figure.SUSPENDED,
        Figure.FILED,
        adverse=True,
    ),
)

DISCOVERY: Final = Measure(
    "discovery",
    Name("实际看得到", "Truly watched"),
    Name(
        "摄像机可信的小时 × 复查时看得清的比例 ÷ 摄像机在的小时，到昨天为止；一直没看见的按 0 算，没有复查过的不算。"
        "说的是能看见多少，不是发现了多少",
        "hours that cameras could be believed × share of their second looks that could see ÷ hours that they were "
        "there, up to yesterday; one that saw nothing counts 0, one never asked to look again is left out. How much "
        "could be seen, not how much was found",
    ),
    Form.SHARE,
    Figure.WATCHED_H,
    Figure.CAMERA_H,
)

# As they are read: what was found stands beside what could be seen at all.
SHOWN: Final = (MEASURES[0], DISCOVERY, *MEASURES[1:])
BY_NAME: Final = {measure.name: measure for measure in SHOWN}
