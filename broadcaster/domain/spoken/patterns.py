"""Patterns compiled at their first use: importing the reader must cost little, and most texts never meet most classes."""

import re
from typing import cast

_METHODS = ("match", "search", "fullmatch", "findall", "finditer", "sub", "split")


class _Lazy:
    __slots__ = ("_flags", "_source", *_METHODS)

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that is compiled when it is first asked; from then on it answers as fast as any other."""
    return cast("re.Pattern[str]", _Lazy(source, flags))
