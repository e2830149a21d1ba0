"""Files of templates that say themselves which instantiations a library of them has."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import Unsupported
from xpiler.frontend import read
from xpiler.verify import signature

TWICE = """namespace math {
template <typename T> __global__ void twice(const T *x, T *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] + x[i];
}
template <typename T, int BLOCK> void run_twice(const T *x, T *y, int n) { twice<T><<<(n + BLOCK - 1) / BLOCK, BLOCK>>>(x, y, n); }
INSTANTIATIONS
}
"""
ADD = """template <typename T> void add(const T *a, const T *b, T *c, int n) { for (int i = 0; i < n; ++i) c[i] = a[i] + b[i]; }
template void add<double>(const double *, const double *, double *, int);
"""
FLOAT = "template void run_twice<float, (1 << 8)>(const float *, float *, int);"


def names(text: str, platform: str) -> tuple[list[str], list[str]]:
    module = read(text, platform)
    return sorted(signature.functions(module, "xpiler.kernel")), sorted(signature.functions(module, "xpiler.launcher"))


def test_launchers_with_the_kernels_that_they_launch() -> None:
    assert names(TWICE.replace("INSTANTIATIONS", FLOAT), "cuda") == (["twice_float"], ["run_twice_float_256"])
    both = FLOAT + "\ntemplate void run_twice<int, 64>(const int *, int *, int);"
    assert names(TWICE.replace("INSTANTIATIONS", both), "cuda") == (
        ["twice_float", "twice_int"],
        ["run_twice_float_256", "run_twice_int_64"],
    )


def test_functions_of_c() -> None:
    assert names(ADD, "vnni")[0] == ["add_double"]


def test_nothing_is_instantiated() -> None:
    with pytest.raises(Unsupported, match="only templates") as refused:
        read(TWICE.replace("INSTANTIATIONS", ""), "cuda")
    assert refused.value.diagnostics[0].place.line == 2
