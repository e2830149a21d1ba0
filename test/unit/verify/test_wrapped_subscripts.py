"""Unsigned subscripts that wrap in a launch of constant sizes are told at their place; sizes that fit, and hashes, are left alone."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.verify.defects.wrapped_subscripts import wrapped_subscripts

SCORES = """__global__ void scale(float *s, float factor, INDEX seq) {
  int j = blockIdx.x * 256 + threadIdx.x;
  unsigned hash = (blockIdx.z * 2654435761u) >> 7;
  s[(blockIdx.z * seq + blockIdx.y) * seq + j] *= factor * hash;
}
void run(float *s) {
  scale<<<dim3(SEQ / 256, SEQ, HEADS), 256>>>(s, 0.125f, SEQ);
}
"""
MAIN = """int main() {
  const int HEADS = 512, SEQ = 4096;
  float *s;
  cudaMalloc(&s, (size_t)HEADS * SEQ * SEQ * sizeof(float));
  scale<<<dim3(SEQ / 256, SEQ, HEADS), 256>>>(s, 0.125f, SEQ);
  return cudaDeviceSynchronize();
}
"""


def found(heads: str, seq: str, index: str = "int") -> list[tuple[str, int]]:
    text = SCORES.replace("HEADS", heads).replace("SEQ", seq).replace("INDEX", index)
    return [(d.message, d.place.line) for d in wrapped_subscripts(frontend.read(text, "cuda"))]


def test_the_last_thread_of_a_grid() -> None:
    assert found("512", "4096") == [("the unsigned 2097151 * 4096 is 8589930496, which wraps at 32 bits and is a subscript", 4)]


@pytest.mark.parametrize(("heads", "seq", "index"), [("256", "4096", "int"), ("512", "4096", "size_t")])
def test_what_fits(heads: str, seq: str, index: str) -> None:
    assert not found(heads, seq, index)


def test_the_launch_of_a_main() -> None:
    text = SCORES.replace("INDEX", "int").replace(SCORES[SCORES.index("void run") :], MAIN)
    (defect,) = wrapped_subscripts(frontend.read(text, "cuda"))
    assert (defect.place.line, defect.sizes, defect.is_definite) == (4, {"seq": 4096}, False)
    assert not wrapped_subscripts(frontend.read(text.replace("HEADS = 512", "HEADS = 256"), "cuda"))
