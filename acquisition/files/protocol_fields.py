"""What can be written in a protocol, told from its models: for a builder, and for the reference.

Nothing here knows a protocol by name: a new item or setting shows by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, Final, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .descriptions import descriptions
from .protocol_sequence import AnyItem
from .protocol_settings import OrNone
from .protocols import KINDS
from .schema import Settings
from .units import unit_of

ITEM_LISTS: Final = ("segments", "then", "otherwise")
"""The names of settings that hold items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One setting.

    ``kind`` is ``number``, ``whole number``, ``text``, ``yes or no``, ``choice`` (of ``choices``),
    ``list`` (of what ``of`` says), ``block`` (whose settings are ``fields``) or ``items``.
    ``default`` is as it would be written, ``None`` for none. The bounds are inclusive unless
    ``low_open`` or ``high_open``; ``none_allowed`` says that the word ``none`` leaves it out.
    """

    name: str
    unit: str
    kind: str
    doc: str
    required: bool
    default: Any = None
    choices: tuple[str, ...] = ()
    of: str = ""
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    none_allowed: bool = False
    fields: tuple["FieldSpec", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSpec:
    """One kind of item of a sequence, or of protocol: its word in the file, and its settings."""

    word: str
    title: str
    doc: str
    fields: tuple[FieldSpec, ...]


@cache
def item_specs() -> tuple[ItemSpec, ...]:
    """Return every kind of item that a sequence can have, in the order of the reference.

    >>> [spec.word for spec in item_specs()][:3]
    ['rest', 'galvanostatic', 'potentiostatic']
    """
    return tuple(_spec(model, "segment") for model in _models_in(AnyItem))


@cache
def protocol_specs() -> tuple[ItemSpec, ...]:
    """Return every kind of protocol.

    >>> [spec.word for spec in protocol_specs()]
    ['critical_current', 'sequence']
    """
    return tuple(_spec(model, "protocol") for model in KINDS.values())


def fields_of(model: type[BaseModel]) -> tuple[FieldSpec, ...]:
    """Return the settings of a model, in its order.

    >>> from solidcell.acquisition.files.protocol_ladder import Steps
    >>> first = fields_of(Steps)[0]
    >>> first.name, first.unit, first.kind, first.low, first.low_open
    ('start_ma_cm2', 'mA/cm²', 'number', 0.0, True)
    """
    told = descriptions(model)
    return tuple(
        _field(name, info, told.get(name, "")) for name, info in model.model_fields.items()
    )


def _spec(model: type[Settings], discriminator: str) -> ItemSpec:
    (word,) = get_args(model.model_fields[discriminator].annotation)
    doc = " ".join((model.__doc__ or "").split())
    fields = tuple(each for each in fields_of(model) if each.name != discriminator)
    return ItemSpec(word=word, title=word.replace("_", " "), doc=doc, fields=fields)


def _field(name: str, info: FieldInfo, doc: str) -> FieldSpec:
    kind, choices, of, model = _kind(name, info.annotation)
    low, high = _bounds(info)
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    return FieldSpec(
        name=name,
        unit=unit_of(name),
        kind=kind,
        doc=" ".join(doc.split()),
        required=info.is_required(),
        default=_written(default, none_allowed=OrNone in info.metadata),
        choices=choices,
        of=of,
        low=None if low is None else low[0],
        low_open=low is not None and low[1],
        high=None if high is None else high[0],
        high_open=high is not None and high[1],
        none_allowed=OrNone in info.metadata,
        fields=() if model is None or kind == "items" else fields_of(model),
    )


_PLAIN: Final[Mapping[type, str]] = {
    bool: "yes or no",
    int: "whole number",
    float: "number",
    str: "text",
}


def _kind(name: str, annotation: Any) -> tuple[str, tuple[str, ...], str, type[BaseModel] | None]:
    """What a setting is: its kind, its choices, what a list is of, the model of a block."""
    if name in ITEM_LISTS:
        return "items", (), "", None
    bare = _without_none(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return "block", (), "", bare
    if bare in _PLAIN:
        return _PLAIN[bare], (), "", None
    if getattr(bare, "__origin__", None) is list:
        inner, choices, _, model = _kind("", get_args(bare)[0])
        return "list", choices, inner, model
    arguments = get_args(bare)
    if arguments and all(isinstance(word, str) for word in arguments):
        return "choice", arguments, "", None
    raise TypeError(f"{name}: {annotation!r} has no place in a builder")


def _without_none(annotation: Any) -> Any:
    """Take ``None`` and the annotations off a type."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    kinds = [each for each in get_args(annotation) if each is not NoneType]
    is_optional = NoneType in get_args(annotation)
    return _without_none(kinds[0]) if is_optional and len(kinds) == 1 else annotation


def _bounds(info: FieldInfo) -> tuple[tuple[float, bool] | None, tuple[float, bool] | None]:
    low: tuple[float, bool] | None = None
    high: tuple[float, bool] | None = None
    for each in (*info.metadata, *_inner_metadata(info.annotation)):
        match each:
            case Gt():
                low = (float(each.gt), True)  # type: ignore[arg-type]
            case Ge():
                low = (float(each.ge), False)  # type: ignore[arg-type]
            case Lt():
                high = (float(each.lt), True)  # type: ignore[arg-type]
            case Le():
                high = (float(each.le), False)  # type: ignore[arg-type]
    return low, high


def _inner_metadata(annotation: Any) -> Iterator[Any]:
    """The bounds of what may also be ``None``, and of the members of a list."""
    for each in getattr(annotation, "__metadata__", ()):
        yield from getattr(each, "metadata", (each,))
    if hasattr(annotation, "__metadata__"):
        yield from _inner_metadata(annotation.__origin__)
        return
    for argument in get_args(annotation):
        yield from _inner_metadata(argument)


def _written(default: Any, *, none_allowed: bool) -> Any:
    if default is None:
        return "none" if none_allowed else None
    if isinstance(default, BaseModel):
        return default.model_dump(exclude_unset=True)
    return default


def _models_in(annotation: Any) -> Iterator[type[Settings]]:
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        yield annotation
        return
    for argument in get_args(annotation):
        yield from _models_in(argument)
