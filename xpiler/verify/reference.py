"""A float64 run of the source on one set of inputs, and how far a result is from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpiler.execution.bfloat16 import UNIT, BFloat16, numpy_type
from xpiler.verify.model.side import Outcome, element_size
from xpiler.verify.sampling import ParameterInfo, arguments
from xpiler.verify.terms.evaluation import Evaluation
from xpiler.verify.verdict import Error

MOST_ELEMENTS = 20_000


@dataclass(frozen=True)
class Reference:
    """The arguments of a call, and what the float buffers hold afterwards in float64, by name; the parameters it is a call on."""

    arguments: list[object]
    expected: dict[str, np.ndarray]
    parameters: tuple[ParameterInfo, ...] = ()

    def error(self, results: dict[str, np.ndarray]) -> Error | None:
        """The largest error of the results; None where there is no float buffer that changes."""
        errors = [_error(results[name], expected) for name, expected in self.expected.items()]
        if not errors:
            return None
        return Error(max(e.ulp for e in errors), max(e.relative for e in errors))


def reference(outcome: Outcome, parameters: list[ParameterInfo], sizes: dict[str, int]) -> Reference | None:
    """Evaluates what the source computed as terms; None where nothing float is written, or too much to be worth it."""
    extents = {b.name: outcome.extents()[i][0] // element_size(b) for i, b in outcome.buffers.items()}
    if sum(extents.values()) > MOST_ELEMENTS:
        return None
    made = arguments(parameters, sizes, extents.__getitem__, np.random.default_rng(0), "random")
    contents = {p.name: np.atleast_1d(a) for p, a in zip(parameters, made, strict=True)}
    evaluation = Evaluation(contents)
    expected = {}
    for position, buffer in outcome.buffers.items():
        if buffer.cells and numpy_type(parameters[position].dtype).kind == "f":
            values = contents[buffer.name].astype(np.float64)
            for element in range(extents[buffer.name]):
                final = buffer.final(element)
                if final is not None:
                    values[element] = evaluation.value(final)
            expected[buffer.name] = values
    return Reference(made, expected, tuple(parameters)) if expected else None


def _error(actual: np.ndarray, expected: np.ndarray) -> Error:
    """Over the finite elements; the unit in the last place is that of the expected value in the result's type."""
    both = np.isfinite(actual) & np.isfinite(expected)
    difference = np.abs(actual[both].astype(np.float64) - expected[both])
    if not difference.size:
        return Error(0.0, 0.0)
    unit = np.spacing(np.abs(expected[both]).astype(actual.dtype)).astype(np.float64) * (UNIT if isinstance(actual, BFloat16) else 1)
    smallest = float(np.finfo(actual.dtype).tiny)
    return Error(float(np.max(difference / unit)), float(np.max(difference / np.maximum(np.abs(expected[both]), smallest))))
