"""`memcpy` from one variable to another: the bits of a number, as our own emitters write it on devices."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import Unsupported

TEXT = """
#include <cuda_fp16.h>
template <typename To, typename From>
__device__ To bits_as(From from) {
  To to;
  memcpy(&to, &from, sizeof(to));
  return to;
}
__global__ void k(const FROM *x, TO *y) { y[threadIdx.x] = bits_as<TO>(x[threadIdx.x]); }
void go(const FROM *x, TO *y) { k<<<1, 64>>>(x, y); }
"""


@pytest.mark.parametrize(("source", "target", "cast"), [("half", "short", "f16 to i16"), ("unsigned", "float", "i32 to f32")])
def test_bits_of_a_variable_are_a_bitcast(source: str, target: str, cast: str, read) -> None:
    kernel = read(TEXT.replace("FROM", source).replace("TO", target)).split("func.func @go")[0]
    assert "arith.bitcast" in kernel and f": {cast}" in kernel


def test_other_sizes_are_refused_at_their_line(read) -> None:
    with pytest.raises(Unsupported, match="seen as another type") as refused:
        read(TEXT.replace("FROM", "double").replace("TO", "float"))
    assert ":6:" in str(refused.value)
