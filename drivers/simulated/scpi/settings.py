"""What can be set on a simulated SCPI instrument: header, allowed values, value after ``*RST``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from .syntax import Parameters, ScpiError, keyword


@dataclass(frozen=True, slots=True)
class NumberSetting:
    """A number; ``is_size`` if its sign is dropped, as limits and ranges do.

    A size below ``low`` becomes ``low`` where it ``rounds_up``, and is refused elsewhere.
    """

    key: str
    notation: str
    low: float
    high: float
    default: float
    is_size: bool = False
    rounds_up: bool = False


@dataclass(frozen=True, slots=True)
class FlagSetting:
    """On or off."""

    key: str
    notation: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class WordSetting:
    """One word of a few; ``printed`` holds the words that a query tells otherwise."""

    key: str
    notation: str
    words: Mapping[str, str]
    default: str
    printed: Mapping[str, str] = field(default_factory=dict)


Setting: TypeAlias = NumberSetting | FlagSetting | WordSetting


class Settings:
    """The values that are in force: numbers, flags and words by the key of their setting."""

    def __init__(self, settings: tuple[Setting, ...]) -> None:
        self._settings = settings
        self._patterns = [(keyword(setting.notation), setting) for setting in settings]
        self.numbers: dict[str, float] = {}
        self.flags: dict[str, bool] = {}
        self.words: dict[str, str] = {}
        self.reset()

    def reset(self) -> None:
        """Go back to the values of ``*RST``."""
        for setting in self._settings:
            self._store(setting, setting.default)

    def copy(self) -> Self:
        """Return the same values, kept from later changes."""
        other = copy(self)
        other._take_over(self)
        return other

    @contextmanager
    def all_or_nothing(self) -> Iterator[Self]:
        """Give a copy of the values, and go back to them if what is done ends in ``ScpiError``."""
        before = self.copy()
        try:
            yield before
        except ScpiError:
            self._take_over(before)
            raise

    def _take_over(self, other: Self) -> None:
        self.numbers, self.flags = dict(other.numbers), dict(other.flags)
        self.words = dict(other.words)

    def find(self, header: str) -> Setting | None:
        """Return the setting that ``header`` names."""
        found = (setting for pattern, setting in self._patterns if pattern.fullmatch(header))
        return next(found, None)

    def answer(self, setting: Setting, parameters: Parameters) -> str:
        """Answer the query of a setting, ``? MIN``, ``? MAX`` and ``? DEF`` included."""
        match setting:
            case FlagSetting():
                answer = "1" if self.flags[setting.key] else "0"
            case WordSetting():
                word = self.words[setting.key]
                answer = setting.printed.get(word, word)
            case NumberSetting():
                value = self.numbers[setting.key]
                if len(parameters):
                    value = parameters.number(setting.low, setting.high, setting.default)
                answer = f"{value:.9G}"
        parameters.end()
        return answer

    def change(self, setting: Setting, parameters: Parameters) -> None:
        """Take the new value from ``parameters``."""
        value: float | bool | str
        match setting:
            case FlagSetting():
                value = parameters.flag()
            case WordSetting():
                value = parameters.word(setting.words)
            case NumberSetting():
                value = _number(setting, parameters)
        parameters.end()
        self._store(setting, value)

    def _store(self, setting: Setting, value: float | bool | str) -> None:
        if isinstance(value, str):
            self.words[setting.key] = value
        elif isinstance(setting, FlagSetting):
            self.flags[setting.key] = bool(value)
        else:
            self.numbers[setting.key] = float(value)


def _number(setting: NumberSetting, parameters: Parameters) -> float:
    if not setting.is_size:
        return parameters.number(setting.low, setting.high, setting.default)
    size = abs(parameters.number(-setting.high, setting.high, setting.default, least=setting.low))
    if size < setting.low and not setting.rounds_up:
        raise ScpiError(-222, "Parameter data out of range")
    return max(size, setting.low)
