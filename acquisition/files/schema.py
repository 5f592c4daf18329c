"""Checking a settings file against a schema, and saying in the reader's words what is wrong."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails

from .descriptions import descriptions
from .units import unit_of
from .yaml_lines import Document, FileError, Key, Problem

Positive: TypeAlias = Annotated[float, Field(gt=0)]
NotNegative: TypeAlias = Annotated[float, Field(ge=0)]
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000)]


class Settings(BaseModel):
    """What every block of settings has in common: nothing unknown, nothing guessed, no NaN.

    It is made ready at the first file that is checked against it: no start of the program needs
    every block there is.
    """

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe each setting by what stands below it."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema)["properties"]
        for name, text in descriptions(cls).items():
            properties[name]["description"] = text
        return schema


Model = TypeVar("Model", bound=Settings)


def checked(document: Document, model: type[Model]) -> Model:
    """Return the contents as ``model``. Raises a ``FileError`` that names everything wrong."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = [_problem(document, model, details) for details in error.errors()]
    problems.sort(key=lambda problem: problem.line)
    raise FileError(*problems)


def nearest(word: str, known: list[str]) -> str:
    """Return "; did you mean …?" if ``word`` resembles something known, else what is known."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"


def _problem(document: Document, model: type[Settings], details: ErrorDetails) -> Problem:
    key = _written_key(document.data, details)
    if details["type"] == "extra_forbidden":
        text = f"is not a known setting: {nearest(str(key[-1]), _known(model, document.data, key))}"
    else:
        text = _explained(details, key)
    return Problem(document.file, document.line_of(key), text, key)


def _written_key(data: Any, details: ErrorDetails) -> Key:
    """Drop from pydantic's location what does not stand in the file: names of union members.

    Only the last part of the location of a missing setting is absent from the file for good.
    """
    key: list[str | int] = []
    for part in details["loc"]:
        items: Mapping[Any, Any] = data if isinstance(data, dict) else {}
        if isinstance(data, list):
            items = dict(enumerate(data))
        if part in items:
            data = items[part]
            key.append(part)
    return (*key, details["loc"][-1]) if details["type"] == "missing" else tuple(key)


def _explained(details: ErrorDetails, key: Key) -> str:
    context: Mapping[str, Any] = details.get("ctx", {})
    name = next((str(part) for part in reversed(key) if isinstance(part, str)), "")
    given = details["input"]
    if details["type"] == "missing":
        return "is missing"
    if details["type"] == "value_error":
        return str(context["error"])
    if details["type"] == "union_tag_not_found":
        return f"does not say what it is: {context['discriminator']} is missing"
    if details["type"] == "union_tag_invalid":
        return (
            f"{context['discriminator']} {context['tag']!r} is not allowed: "
            f"must be one of {context['expected_tags']}"
        )
    return f"{_shown(given)} is not allowed: {_allowed(details, name)}"


_LIMITS: Final = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_KINDS: Final = {
    "model_type": "must be a block of settings, each written 'name: value'",
    "model_attributes_type": "must be a block of settings, each written 'name: value'",
    "dict_type": "must be a block of settings, each written 'name: value'",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "bool_type": "must be true or false",
    "string_type": 'must be text; put it in quotes, as "007", if it looks like a number',
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a finite number",
}


def _allowed(details: ErrorDetails, name: str) -> str:
    context: Mapping[str, Any] = details.get("ctx", {})
    unit = f" {unit_of(name)}" if unit_of(name) else ""
    if limit := _LIMITS.get(details["type"]):
        return f"must be {limit[1]} {context[limit[0]]:g}{unit}"
    if details["type"] == "float_type":
        return f"must be a number{f' in{unit}' if unit else ''}{_how_to_write(details['input'])}"
    if details["type"] in ("literal_error", "enum"):
        return f"must be {context['expected']}"
    return _KINDS.get(details["type"], details["msg"])


def _how_to_write(given: Any) -> str:
    if not isinstance(given, str):
        return ""
    if re.fullmatch(r"[-+]?\d+,\d+", given.strip()):
        return ", written with a decimal point"
    return ", written without the unit" if re.match(r"[-+.\d]", given.strip()) else ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _known(model: type[Settings], data: Any, key: Key) -> list[str]:
    """Return the settings allowed in the block that holds ``key``."""
    models: list[type[BaseModel]] = [model]
    for part in key[:-1]:
        data = data[part]
        for one in models:
            one.model_rebuild()  # a block that may hold itself names its fields only then
        if isinstance(part, str):
            annotations = [
                m.model_fields[part].annotation for m in models if part in m.model_fields
            ]
            if annotations:  # else the part is the name of a table, as A1 in channel.A1
                models = [m for annotation in annotations for m in _models_in(annotation)]
    matching = [m for m in models if _speaks_of(m, data)] or models
    return list(dict.fromkeys(name for m in matching for name in m.model_fields))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _speaks_of(model: type[BaseModel], data: Any) -> bool:
    """Say whether the fixed words of a model (its discriminators) stand in the data."""
    fixed = {
        name: get_args(field.annotation)
        for name, field in model.model_fields.items()
        if field.is_required()
        and all(isinstance(a, str) for a in get_args(field.annotation) or [0])
    }
    return isinstance(data, dict) and all(data.get(name) in words for name, words in fixed.items())
