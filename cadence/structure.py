"""Plain values made into frozen records: strict types, and every mistake with its place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar, get_args, get_origin

from cattrs import BaseValidationError, ClassValidationError, Converter
from cattrs.errors import ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn, override

from cadence.errors import did_you_mean
from cadence.toml_file import Keys

T = TypeVar("T")

Threshold = float | bool | tuple[float, ...]


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a value, where it stands, and the remedy."""

    keys: Keys
    what: str
    remedy: str = ""


class _WrongValueError(ValueError):
    """Raised by the hooks below; cattrs adds the place."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def structure(
    values: dict[str, Any], kind: type[T], renamed: dict[type, dict[str, str]]
) -> T | list[Mistake]:
    """Return the record that the values make, or all that is wrong with them.

    `renamed` gives, for a record, the keys that differ from its field's name.
    """
    converter = _converter(renamed)
    try:
        return converter.structure(values, kind)
    except (BaseValidationError, _WrongValueError) as fault:
        return list(_mistakes(fault, (), renamed))


def _converter(renamed: dict[type, dict[str, str]]) -> Converter:
    converter = Converter(forbid_extra_keys=True)
    for kind, check in _HOOKS.items():
        converter.register_structure_hook(kind, check)
    converter.register_structure_hook_func(lambda kind: kind == Threshold, _threshold)

    @converter.register_structure_hook_factory(is_dataclass)
    def table(kind: type) -> Callable[[Any, Any], Any]:
        names = {name: override(rename=key) for name, key in renamed.get(kind, {}).items()}
        make: Callable[[Any, Any], Any] = make_dict_structure_fn(
            kind,
            converter,
            _cattrs_forbid_extra_keys=True,
            **names,  # type: ignore[arg-type]
        )

        def structured(value: Any, target: Any) -> Any:
            if not isinstance(value, dict):
                raise _WrongValueError(f"A table belongs here, not {_said(value)}")
            return make(value, target)

        return structured

    @converter.register_structure_hook_factory(lambda kind: str(get_origin(kind)) == str(tuple))
    def several(kind: type) -> Callable[[Any, Any], Any]:
        (item, *_) = get_args(kind)

        def structured(value: Any, _: Any) -> Any:
            if isinstance(value, dict):
                raise _WrongValueError("A list belongs here", "Write the header with [[ and ]]")
            if not isinstance(value, list):
                raise _WrongValueError(
                    f"A list belongs here, not {_said(value)}", "Put it in brackets: [ … ]"
                )
            return tuple(converter.structure(value, list[item]))  # type: ignore[valid-type]

        return structured

    return converter


def _said(value: object) -> str:
    """Name the kind of a value; never the value, which may be a secret."""
    kinds: dict[type, str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a table",
        datetime: "an instant",
        date: "a day",
    }
    return kinds.get(type(value), "a time")


def _text(value: object, _: Any) -> str:
    if not isinstance(value, str):
        raise _WrongValueError(f"Text belongs here, not {_said(value)}", "Put it in quotes")
    if any(ord(sign) < 32 for sign in value):
        raise _WrongValueError("This text holds a control character or a line break", "Remove it")
    return value


def _truth(value: object, _: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongValueError(f"true or false belongs here, not {_said(value)}")
    return value


def _whole(value: object, _: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _WrongValueError(f"A whole number belongs here, not {_said(value)}")
    return value


def _number(value: object, _: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _WrongValueError(f"A number belongs here, not {_said(value)}")
    if not isfinite(value):
        raise _WrongValueError("A number belongs here that is neither nan nor infinite")
    return value


def _day(value: object, _: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _WrongValueError(
            f"A day belongs here, not {_said(value)}", "Write it without quotes: 2021-02-26"
        )
    return value


def _threshold(value: object, _: Any) -> Threshold:
    if isinstance(value, list):
        return tuple(_number(number, float) for number in value)
    return value if isinstance(value, bool) else _number(value, float)


def _word(value: object, kind: type[StrEnum]) -> StrEnum:
    known = [str(member.value) for member in kind]
    if value not in known:
        word = f"'{value}'" if isinstance(value, str) else _said(value)
        choice = " or ".join(f'"{name}"' for name in known)
        raise _WrongValueError(f"{word} is not among the choices", f"Write {choice}")
    return kind(value)


_HOOKS: dict[type, Callable[[Any, Any], Any]] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _number,
    date: _day,
    StrEnum: _word,
}


def _mistakes(
    fault: BaseException, keys: Keys, renamed: dict[type, dict[str, str]]
) -> Iterator[Mistake]:
    """Walk what cattrs raised, down to each mistake and its place."""
    match fault:
        case ClassValidationError():
            names = renamed.get(fault.cl, {})
            placed, others = fault.group_exceptions()
            for inner in others:  # unknown keys first: often why another is missing
                yield from _mistakes(inner, keys, renamed)
            for inner, note in placed:
                yield from _mistakes(inner, (*keys, names.get(note.name, note.name)), renamed)
        case IterableValidationError():
            for inner, at in fault.group_exceptions()[0]:
                yield from _mistakes(inner, (*keys, at.index), renamed)
        case ForbiddenExtraKeysError():
            names = renamed.get(fault.cl, {})
            known = [names.get(field.name, field.name) for field in fields(fault.cl)]
            for key in sorted(fault.extra_fields):
                remedy = did_you_mean(key, known, f"Known here: {', '.join(known)}")
                yield Mistake((*keys, key), f"Unknown key '{key}'", remedy)
        case KeyError():
            yield Mistake(keys, f"The key '{keys[-1]}' is missing", "Add it")
        case _WrongValueError():
            yield Mistake(keys, fault.what, fault.remedy)
        case _:
            yield Mistake(keys, f"This cannot be read: {fault}")
