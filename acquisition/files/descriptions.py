"""What each setting means, in the words that stand below it in its block.

Read from the source only when somebody asks: every start of the program would wait for it.
"""

import ast
import inspect
import textwrap
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


def _below_each_setting(block: type) -> dict[str, str]:
    source = ast.parse(textwrap.dedent(inspect.getsource(block)))
    lines = next(part.body for part in source.body if isinstance(part, ast.ClassDef))
    return {
        setting.target.id: inspect.cleandoc(text.value.value)
        for setting, text in pairwise(lines)
        if isinstance(setting, ast.AnnAssign)
        and isinstance(setting.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
