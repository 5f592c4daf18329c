"""What each setting means, in the words that stand below it in its block.

Read from the source only when somebody asks: every start of the program would wait for it.
"""

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


def descriptions(block: type[BaseModel]) -> dict[str, str]:
    """Return the text below each setting of a block, by name; that of what it inherits, too.

    >>> from solidcell.acquisition.files.limit_settings import LimitSettings
    >>> descriptions(LimitSettings)["temperature_max_c"]
    'Highest temperature, where the channel measures it.'
    """
    found: dict[str, str] = {}
    for part in reversed(block.__mro__):
        if issubclass(part, BaseModel) and part is not BaseModel:
            found |= _below_each_setting(part)
    return found


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """The classes of a module, which is read once however many blocks it has."""
    source = ast.parse(inspect.getsource(sys.modules[module]))
    return {part.name: part for part in source.body if isinstance(part, ast.ClassDef)}


def _below_each_setting(block: type) -> dict[str, str]:
    lines = _classes(block.__module__)[block.__name__].body
    return {
        setting.target.id: inspect.cleandoc(text.value.value)
        for setting, text in pairwise(lines)
        if isinstance(setting, ast.AnnAssign)
        and isinstance(setting.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
