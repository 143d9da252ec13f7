"""What goes wrong at an HTTP door, as RFC 9457 problems: one literal table, said in both languages.

Each has a page at `/problems/{name}`, and a row in docs/errors.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from pydantic import JsonValue

MEDIA_TYPE: Final = "application/problem+json"
PAGES: Final = "/problems"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, Chinese first."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its title is always the same, `means` says what to do about it."""

    status: int
    title: Told
    means: Told


PROBLEMS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "malformed": Kind(
            400,
            Told("请求读不懂", "The request cannot be read"),
            Told(
                "正文不是有效的 JSON 或表单，或地址不对。",
                "The body is no sound JSON or form, or the address is wrong.",
            ),
        ),
        "login-needed": Kind(
            401,
            Told("登录已过期，请重新登录", "Your session has ended, please log in again"),
            Told(
                "没有登录，会话已结束，或访问令牌无效、已过期、已吊销。",
                "Nobody is logged in, the session has ended, or the access token is wrong, expired or revoked.",
            ),
        ),
        "login-refused": Kind(
            401,
            Told("登录未成功", "The login is refused"),
            Told("用户名、密码或动态码不对。", "The name, the password or the one-time code is wrong."),
        ),
        "not-signed": Kind(
            401,
            Told("不是已登记网关的签名", "Not signed by a known gateway"),
            Told(
                "网关没有登记、已吊销，签名不对，或时钟相差太多。",
                "The gateway is not registered or revoked, the signature is wrong, or its clock is too far off.",
            ),
        ),
        "not-allowed": Kind(
            403,
            Told("不能这样做", "Not allowed"),
            Told("您的角色不能看或不能做这件事。", "Your role does not see or do this."),
        ),
        "no-form-token": Kind(
            403,
            Told("缺少表单令牌", "The form's token is missing"),
            Told(
                "页面可能已过期，请刷新后再试；程序须在 X-CSRF-Token 中带上登录时给的 csrf。",
                "The page may have expired: reload it. A program sends the csrf of its login as X-CSRF-Token.",
            ),
        ),
        "another-site": Kind(
            403,
            Told("来自别的网站", "Sent by another site"),
            Told("别的网站的页面不能在这里改动什么。", "Another site's page may change nothing here."),
        ),
        "unmasked": Kind(
            403,
            Told("照片未打码", "The picture is not masked"),
            Told(
                "居民和员工拍的照片没有打码，仅限经办单位查看。",
                "What residents and staff take is not masked: it is for those who work on the case.",
            ),
        ),
        "sealed": Kind(
            403,
            Told("原始画面已封存", "The original is sealed"),
            Told(
                "原始画面须说明理由并经上级批准后才能看。",
                "Originals open only with a reason and the next level's approval.",
            ),
        ),
        "not-found": Kind(
            404,
            Told("没有找到", "Not found"),
            Told(
                "没有这一项，或它不在您的辖区内。", "There is none, or it lies outside the communities that are yours."
            ),
        ),
        "method": Kind(
            405,
            Told("这里不能这样用", "Not possible here"),
            Told(
                "这个地址不接受这种方法，可用的见 Allow。",
                "This address does not take the method; `Allow` names those it takes.",
            ),
        ),
        "stale": Kind(
            409,
            Told("有人先改了", "Someone changed it first"),
            Told("请看最新的内容，再决定。", "Read it as it is now, then decide again."),
        ),
        "refused": Kind(
            409,
            Told("现在不能这样做", "That is not possible now"),
            Told("案件现在不允许这一步，原因见说明。", "The case does not allow this now; the detail says why."),
        ),
        "offset": Kind(
            409,
            Told("从别处继续", "Go on from elsewhere"),
            Told("请从 Upload-Offset 处继续上传。", "Go on from where the offset's header says."),
        ),
        "too-large": Kind(
            413,
            Told("内容太多", "Too much at once"),
            Told("正文超过了这里的上限。", "The body is longer than is taken here."),
        ),
        "media-type": Kind(
            415,
            Told("不是这里收的类型", "Not a type that is taken here"),
            Told("照片须为 image/jpeg 或 image/png。", "A photo is image/jpeg or image/png."),
        ),
        "range": Kind(
            416,
            Told("文件没有这么长", "The file is not that long"),
            Told(
                "Range 所指的部分在文件末尾之后，文件长度见 Content-Range。",
                "`Range` asks for what lies behind its end; `Content-Range` says how long it is.",
            ),
        ),
        "invalid": Kind(
            422,
            Told("填写的内容不对", "Something is filled in wrongly"),
            Told("errors 逐项说明在哪里、应当是什么。", "`errors` says of each where it stands and what is wanted."),
        ),
        "too-often": Kind(
            429,
            Told("太频繁了，请稍后再试", "Too often, try again later"),
            Told("请等 Retry-After 所说的秒数。", "Wait for as many seconds as `Retry-After` says."),
        ),
        "broken": Kind(
            500,
            Told("出错了", "Something broke"),
            Told("已经记录下来，请稍后再试。", "It has been noted. Please try again later."),
        ),
        "unavailable": Kind(
            503,
            Told("暂时用不了", "Not available just now"),
            Told(
                "数据库或证据库暂时没有应答，会自动恢复。",
                "The database or the evidence store is away; it comes back by itself.",
            ),
        ),
    }
)

# What an answer is about where nothing but its status is known.
BY_STATUS: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "malformed",
        401: "login-needed",
        403: "not-allowed",
        404: "not-found",
        405: "method",
        409: "refused",
        413: "too-large",
        415: "media-type",
        416: "range",
        422: "invalid",
        429: "too-often",
        500: "broken",
        503: "unavailable",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is filled in wrongly: where, and what is wanted. Never what was given."""

    where: str  # body, query, path or header
    at: str  # RFC 6901 pointer in the body, else the parameter's name
    wanted: str


class Trouble(HTTPException):
    """A problem to answer with; arguments as `body_of` has them."""

    def __init__(
        self,
        name: str,
        *,
        why: Told | None = None,
        faults: tuple[Fault, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(PROBLEMS[name].status, headers=headers)
        self.name: Final = name
        self.why: Final = why
        self.faults: Final = faults


def body_of(name: str, path: str, *, why: Told | None = None, faults: tuple[Fault, ...] = ()) -> dict[str, JsonValue]:
    """The members of a problem.

    Args:
        name: a key of `PROBLEMS`.
        path: the request's, without its query: that may hold what a log should not.
        why: what is so this time, in place of what the kind means.
    """
    kind = PROBLEMS[name]
    detail = why or kind.means
    told: dict[str, JsonValue] = {
        "type": f"{PAGES}/{name}",
        "title": kind.title.en,
        "title_zh": kind.title.zh,
        "status": kind.status,
        "detail": detail.en,
        "detail_zh": detail.zh,
        "instance": quote(path, errors="replace"),
    }
    if faults:
        told["errors"] = [{"where": each.where, "at": each.at, "wanted": each.wanted} for each in faults]
    return told


def answer(
    name: str,
    path: str,
    *,
    why: Told | None = None,
    faults: tuple[Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem as an answer; arguments as `body_of` has them."""
    told = body_of(name, path, why=why, faults=faults)
    return JSONResponse(told, status_code=PROBLEMS[name].status, headers=headers, media_type=MEDIA_TYPE)
