"""What the OpenAPI document says of the whole."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ABOUT: Final = """\
邻里平台的程序接口：读取案件、泊位和表计，办理案件，转入随手拍和 12345 的诉求，取评价数据。
The interface for programs: read cases, berths and meters, act on cases, hand in reports from outside, fetch the
evaluation's figures.

Times are ISO 8601 with their zone. Everything is within the communities of whoever asks; what lies outside answers as
if it were not there. What goes wrong is an RFC 9457 problem, `application/problem+json`, with `title_zh` and
`detail_zh` beside; its `type` leads to a page that explains it. Fields are added without notice; none is taken away or
changes its meaning within version 1.
"""

TAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "session": "登录 Logging in, for programs that stand for a person",
        "cases": "案件 Cases and what may be done with them",
        "reports": "诉求转入 Reports from outside: 随手拍, 12345",
        "berths": "泊位 Which berths are free, for the city's parking dispatch",
        "meters": "表计 What meters show, and their use",
        "devices": "设备 Gateways, cameras and lines, and whether they can be believed",
        "evaluation": "综合评价 The evaluation's figures",
        "reference": "参考 What the words of this interface mean",
        "gateway": "网关 What gateways fetch",
    }
)
