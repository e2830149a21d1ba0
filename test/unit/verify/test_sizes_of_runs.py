"""Which sizes are run, and with how many kinds of input."""

from __future__ import annotations

from collections import Counter

from xpiler.verify.differential import KINDS, make_cases
from xpiler.verify.sampling import ParameterInfo

MATRIX = [ParameterInfo("A", "float32", True), ParameterInfo("rows", "int32", False), ParameterInfo("cols", "int32", False)]


class Matrix:
    """A function of one matrix."""

    parameters = MATRIX

    @staticmethod
    def extents(sizes: dict[str, int]) -> dict[str, int]:
        return {"A": sizes["rows"] * sizes["cols"]}


def test_dear_sizes_are_run_on_one_kind_of_input() -> None:
    cheap, dear = {"rows": 7, "cols": 13}, {"rows": 1031, "cols": 67}
    kinds = Counter(tuple(case.sizes.values()) for case in make_cases(Matrix(), 0, KINDS, (cheap, dear)))
    assert kinds == {(7, 13): len(KINDS), (1031, 67): 1}
