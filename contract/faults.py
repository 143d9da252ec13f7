"""pydantic's findings in words for a person who is no programmer: Chinese first, then English, no value repeated."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from contract.identifiers import SLUG, is_slug

MAX_FAULTS: Final = 8  # told at once: a person mends one after the other

Limits: TypeAlias = Mapping[str, object]

_WORDS: Final[dict[str, str]] = {
    "missing": "缺少这一项，必须填写 this is missing and has to be given",
    "too_short": "至少要 {min_length} 项 at least {min_length} are needed",
    "too_long": "最多 {max_length} 项 at most {max_length} are allowed",
    "greater_than_equal": "不能小于 {ge} has to be greater than or equal to {ge}",
    "greater_than": "必须大于 {gt} has to be greater than {gt}",
    "less_than_equal": "不能大于 {le} has to be less than or equal to {le}",
    "less_than": "必须小于 {lt} has to be less than {lt}",
    "string_too_short": "至少要 {min_length} 个字符 at least {min_length} characters are needed",
    "string_too_long": "最多 {max_length} 个字符 at most {max_length} characters are allowed",
    "enum": "只能是 one of: {expected}",
    "literal_error": "只能是 one of: {expected}",
}
_RANGES: Final = {"greater_than_equal", "less_than_equal"}
_SHAPES: Final[dict[str, str]] = {  # by how pydantic's names of a wrong type begin
    "string": "这里要一段文字，写在英文引号里 a text in quotes is wanted here",
    "int": "这里要一个整数，不加引号 a whole number without quotes is wanted here",
    "float": "这里要一个数，不加引号 a number without quotes is wanted here",
    "finite": "这里要一个数，不加引号 a number without quotes is wanted here",
    "bool": "这里只能写 true 或 false write true or false here, without quotes",
    "tuple": "这里要一个列表 [ … ]，整段的表要用双方括号 [[ … ]] a list is wanted here; a table goes in [[ … ]]",
    "model": "这里要一段表，写在单方括号 [ … ] 下 one table is wanted here, under [ … ]",
    "dict": "这里要 { 名称 = 值 } write { name = value } here",
    "path": "这里要一个文件或文件夹，写在英文引号里 a file or folder in quotes is wanted here",
    "time": "时刻写成 22:00:00，不加引号 a time is written 22:00:00, without quotes",
}
_NAME: Final = (
    "只能用小写字母、数字、短横线，最多 63 个，短横线不在头尾 "
    "only lower-case letters, digits and hyphens, at most 63, no hyphen first or last"
)
_COORDINATE: Final = (
    "（坐标是 0 到 1 的小数：像素除以画面宽高 coordinates are fractions 0–1: divide by width and height）"
)


def tell(faults: Sequence[ErrorDetails], document: Mapping[str, object], model: type[BaseModel]) -> list[str]:
    """One sentence a fault, at most `MAX_FAULTS` and how many more there are.

    Args:
        faults: what pydantic found.
        document: what it looked at; only the `id`s of tables are told of it.
        model: what it was checked against, for the names of settings that are not known.
    """
    places = [fault["loc"] for fault in faults]
    # Of a list with a wrong item pydantic counts the sound ones only, and finds too few of them.
    real = [f for f in faults if f["type"] != "too_short" or not any(_below(p, f["loc"]) for p in places)]
    told = [_place(fault["loc"], document) + _sentence(fault, model) for fault in real]
    more = len(told) - MAX_FAULTS
    return [*told[:MAX_FAULTS], f"还有 {more} 处 and {more} more"] if more > 0 else told


def setting_names(model: type[BaseModel]) -> set[str]:
    """Names of all settings of a model and of the tables in it."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for part in _tables(field.annotation):
            names |= setting_names(part)
    return names


def _tables(annotation: object) -> list[type[BaseModel]]:
    parts = (annotation, *get_args(annotation))
    return [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]


def _below(place: tuple[int | str, ...], above: tuple[int | str, ...]) -> bool:
    return len(place) > len(above) and place[: len(above)] == above


def _place(loc: tuple[int | str, ...], document: Mapping[str, object]) -> str:
    """`cameras.0.zones.1.kind (east-gate / lane): `, where it stands, and the names of the tables on the way."""
    names: list[str] = []
    here: object = document
    for part in loc:
        here = _step(here, part)
        name = here.get("id") if isinstance(here, Mapping) and isinstance(part, int) else None
        if isinstance(name, str) and is_slug(name):
            names.append(name)
    path = ".".join(str(part) for part in loc if part != "[key]")
    return f"{path} ({' / '.join(names)}): " if names else f"{path}: " if path else ""


def _step(here: object, part: int | str) -> object:
    if isinstance(here, Mapping):
        return here.get(part)
    if isinstance(here, Sequence) and not isinstance(here, str) and isinstance(part, int) and part < len(here):
        return here[part]
    return None


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind, limits, loc = fault["type"], fault.get("ctx", {}), fault["loc"]
    if special := _SPECIAL.get(kind):
        return special(loc, limits, model)
    if words := _WORDS.get(kind):
        sentence = words.format(**{name: _shown(value) for name, value in limits.items()})
        return sentence + (_COORDINATE if kind in _RANGES and _is_coordinate(loc) else "")
    shape = _SHAPES.get(kind.partition("_")[0])
    return shape or f"不能这样写 it cannot be written like this: {fault['msg']}"


def _is_coordinate(loc: tuple[int | str, ...]) -> bool:
    """Whether a place is a number in a list in a list, as in `polygon.2.0`."""
    return len(loc) > 1 and isinstance(loc[-1], int) and isinstance(loc[-2], int)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value).replace("'", "").replace(" or ", ", ")


def _own_words(_loc: tuple[int | str, ...], limits: Limits, _model: type[BaseModel]) -> str:
    return str(limits.get("error", "写得不对 not right"))


def _pattern(loc: tuple[int | str, ...], limits: Limits, model: type[BaseModel]) -> str:
    if limits.get("pattern") == SLUG:
        return _NAME
    return f"写法不对，应为 is not written as it should be: {_described(loc, model)}"


def _unknown(loc: tuple[int | str, ...], _limits: Limits, model: type[BaseModel]) -> str:
    names = setting_names(model)
    if loc[-1] in names:
        return "没有这一项，它属于别的段 no such setting here: it belongs in another section"
    near = difflib.get_close_matches(str(loc[-1]), sorted(names), n=1)
    meant = f"；是不是想写 {near[0]!r} is {near[0]!r} meant?" if near else ""
    return f"没有这一项 no such setting{meant}"


def _described(loc: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """What a setting's description says is right."""
    tables, said = [model], ""
    for part in loc:
        fields = [table.model_fields[part] for table in tables if part in table.model_fields]
        if fields:
            tables, said = _tables(fields[0].annotation), fields[0].description or ""
    return said or "见 config example see config example"


_SPECIAL: Final[dict[str, Callable[[tuple[int | str, ...], Limits, type[BaseModel]], str]]] = {
    "value_error": _own_words,
    "string_pattern_mismatch": _pattern,
    "extra_forbidden": _unknown,
}
