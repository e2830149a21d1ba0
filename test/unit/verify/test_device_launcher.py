"""A text's launcher on device pointers is part of what is proved: a twin wrong there alone is not."""

from __future__ import annotations

import pytest
from proof_subjects import answer, corpus, text_of

from xpiler.verify.pairing import to_prove
from xpiler.verify.stages import for_all_sizes, staged
from xpiler.verify.verdict import Verdict

LAUNCHER = 'extern "C" void add_launch(cudaStream_t stream, const float *A, const float *B, float *T, int n) {{ {body} }}\n'
RIGHT = "add<<<(n + 255) / 256, 256, 0, stream>>>(A, B, T, n);"
TWINS = {
    "too few blocks": RIGHT.replace("(n + 255)", "n"),
    "operands exchanged": RIGHT.replace("A, B", "B, B"),
    "nothing for one element": f"if (n > 37) {RIGHT}",
}
# What all small sizes do not show: each differs past n = 300 only, where a proof for all sizes is what judges.
LATER = {
    "a fill behind": RIGHT + " if (n > 300) cudaMemset(T, 0, 4);",
    "a copy behind": RIGHT + " if (n > 300) cudaMemcpy(T, A, 4, cudaMemcpyDeviceToDevice);",
    "nothing for large sizes": f"if (n > 300) {{ }} else {{ {RIGHT} }}",
    "a number of blocks by branches": "int blocks = (n + 255) / 256; if (n > 300) blocks = 1; add<<<blocks, 256, 0, stream>>>(A, B, T, n);",
    "twice by a loop": f"for (int i = 0; i < (n > 300 ? 2 : 1); ++i) {RIGHT.replace('(A, B', '(T, B')}",
}
SIZES = {"n": 37}


def with_launcher(written, body: str):
    return written(text_of("add", ".cu") + LAUNCHER.format(body=body), ".cu")


def test_a_right_one_is_proved(written) -> None:
    module = with_launcher(written, RIGHT)
    assert len(to_prove(module)) == 1
    assert answer(corpus("add", ".cpp"), module, SIZES).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", TWINS)
def test_a_wrong_one_is_not(written, name: str) -> None:
    module = with_launcher(written, TWINS[name])
    assert len(to_prove(module)) == 2
    found = answer(corpus("add", ".cpp"), module, SIZES)
    assert found.verdict is not Verdict.PROVED
    assert "add_launch" in found.reason


@pytest.mark.parametrize("name", LATER)
def test_one_that_is_wrong_at_large_sizes_is_not_alike(written, name: str) -> None:
    module = with_launcher(written, LATER[name])
    assert len(to_prove(module)) == 2
    found = staged(corpus("add", ".cpp"), module, {}, 20, (for_all_sizes,)).answer
    assert found.verdict is not Verdict.PROVED


PARTS = """#include <cuda_runtime.h>
__global__ void part(const float *A, float *T, int n, int i, int j) {{
  int x = (i * 8 + j) * 32 + threadIdx.x;
  if (x < n) T[x] = A[x] + 1.0f;
}}
extern "C" void part_kernel(const float *A, float *T, int n) {{
  float *a, *t;
  cudaMalloc(&a, n * 4);
  cudaMalloc(&t, n * 4);
  cudaMemcpy(a, A, n * 4, cudaMemcpyHostToDevice);
  for (int i = 0; i < n / 256 + 1; ++i)
    for (int j = 0; j < 8; ++j) part<<<1, 32>>>(a, t, n, i, j);
  cudaMemcpy(T, t, n * {copied}, cudaMemcpyDeviceToHost);
}}
extern "C" void part_launch(const float *A, float *T, int n, cudaStream_t s) {{
  for (int i = 0; i < n / 256 + 1; ++i)
    for (int j = 0; j < 8; ++j) part<<<1, 32, 0, s>>>(A, T, n, {order});
}}
"""


@pytest.mark.parametrize(("copied", "order", "alike"), [("4", "i, j", True), ("4", "j, i", False), ("2", "i, j", False)])
def test_variables_of_loops_and_all_of_the_memory_are_compared(written, copied: str, order: str, alike: bool) -> None:
    assert (len(to_prove(written(PARTS.format(copied=copied, order=order), ".cu"))) == 1) is alike


IN_PLACE = """#include <cuda_runtime.h>
__global__ void shift({const}float *A, float *T, int n) {{
  int x = blockIdx.x * 32 + threadIdx.x;
  if (x < n) T[x] = A[x] + 1.0f;
}}
extern "C" void shift_kernel(const float *A, float *T, int n) {{
  float *a, *t, *u;
  cudaMalloc(&a, n * 4);
  cudaMalloc(&t, n * 4);
  cudaMalloc(&u, n * 4);
  cudaMemcpy(a, A, n * 4, cudaMemcpyHostToDevice);
  shift<<<(n + 31) / 32, 32>>>(a, u, n);
  shift<<<(n + 31) / 32, 32>>>({from_host}, t, n);
  cudaMemcpy(T, t, n * 4, cudaMemcpyDeviceToHost);
}}
extern "C" void shift_launch(const float *A, float *T, int n, cudaStream_t s) {{
  float *u;
  cudaMalloc(&u, n * 4);
  shift<<<(n + 31) / 32, 32>>>({const_cast}A, u, n);
  shift<<<(n + 31) / 32, 32>>>({from_device}, T, n);
}}
"""


@pytest.mark.parametrize(
    ("const", "from_host", "from_device", "alike"),
    [("const ", "u", "u", True), ("const ", "u", "A", False), ("", "u", "u", False)],
    ids=["alike", "another buffer", "a kernel that may write what is not copied back"],
)
def test_memory_that_mirrors_a_parameter_is_it(written, const: str, from_host: str, from_device: str, alike: bool) -> None:
    cast = "" if const else "(float *)"
    text = IN_PLACE.format(const=const, const_cast=cast, from_host=from_host, from_device=from_device)
    assert (len(to_prove(written(text, ".cu"))) == 1) is alike
