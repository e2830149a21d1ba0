"""Buffers from words of the command line: `data.npy`, `random`, `zero:4096`, `out:n*2`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from xpiler.diagnostics import InvalidInput, Place
from xpiler.execution.expressions import evaluate

KINDS = ("random", "negative", "zero", "equal", "large", "index", "out")


def make_buffer(
    name: str, given: object, dtype: np.dtype, names: Mapping[str, int], extent: Callable[[], int], generator: np.random.Generator
) -> tuple[np.ndarray, bool]:
    """The array for buffer `name` and whether its contents count as written (`out` does not).

    `given` is an array or a description; one without a count takes `extent()` elements. Raises InvalidInput.
    """
    if isinstance(given, np.ndarray):
        return np.ascontiguousarray(given), True
    if str(given).endswith(".npy"):
        return _loaded(str(given)), True
    kind, colon, count = str(given).partition(":")
    if kind not in KINDS:
        raise InvalidInput(
            f"'{given}' is nothing '{name}' can hold", hint=f"a .npy file, or one of {', '.join(KINDS)}, with :COUNT behind it"
        )
    elements = evaluate(count, names) if colon else extent()
    if elements < 0:
        raise InvalidInput(f"'{name}' cannot have {elements} elements")
    if kind in ("index", "out"):
        fill = np.arange(elements) if kind == "index" else np.zeros(elements)
        return fill.astype(dtype), kind != "out"
    from xpiler.verify.sampling import buffer

    return buffer(generator, elements, dtype, kind), True


def _loaded(path: str) -> np.ndarray:
    if not Path(path).is_file():
        raise InvalidInput("cannot read the file", Place(path))
    try:
        return np.ascontiguousarray(np.load(path, allow_pickle=False))
    except (ValueError, EOFError, OSError) as error:
        raise InvalidInput("the file is no array of numpy's", Place(path)) from error
