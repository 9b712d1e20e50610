"""Answers that follow from files of the lake alone, kept as long as the files are the same."""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
KEPT = 256
Stamp = tuple[tuple[int, int], ...]


def of_files(
    read: Callable[Concatenate[Sequence[Path], P], R],
) -> Callable[Concatenate[Sequence[Path], P], R]:
    """A past day does not change, yet every page asked for it again. A day refreshed anew has new
    files. Nobody may change what is returned; the arguments besides the files are plain values."""

    @lru_cache(maxsize=KEPT)
    def kept(_stamp: Stamp, files: tuple[Path, ...], rest: Any, named: Any) -> R:
        return read(files, *rest, **dict(named))

    @wraps(read)
    def ask(files: Sequence[Path], /, *rest: P.args, **named: P.kwargs) -> R:
        found = [file.stat() for file in files]
        stamp = tuple((one.st_mtime_ns, one.st_size) for one in found)
        return kept(stamp, tuple(files), rest, tuple(named.items()))

    return ask
