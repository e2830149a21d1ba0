"""The changes that benchmarks/mutation.py makes: found through clang's tree, whatever names a kernel uses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "benchmarks"))

from mutation import barriers, bounds, constants, copies, guards, lanes, subscripts, tails  # noqa: E402
from mutation.population import Mutant, Subject, _by_operator, drawn, text_of  # noqa: E402
from mutation.program import Program  # noqa: E402

KERNEL = """
__global__ void k(const float *q, float *z, int w) {
  __shared__ float s[2][64];
  s[0][threadIdx.x] = q[threadIdx.x];
  __syncthreads();
  for (int a = 0; a < w; ++a)
    z[a] = s[0][a] + __shfl_down_sync(0xffffffff, q[a], 4);
  for (int a = w; a < min(w + 2, 64); ++a)
    z[a] = 0.0f;
}
extern "C" void k_kernel(const float *q, float *z, int w) { k<<<1, 64>>>(q, z, w); }
void other(int w) { for (int a = 0; a < w; ++a) {} }
"""


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    path = tmp_path / "k.cu"
    path.write_text(KERNEL)
    return Subject("k", "cuda", str(path))


@pytest.mark.parametrize(
    ("operator", "change"),
    [
        (bounds, ("<", "<=")),
        (bounds, ("w", "(w - 1)")),
        (subscripts, ("s[0][a]", "s[a][0]")),
        (subscripts, ("threadIdx.x", "threadIdx.y")),
        (tails, ("min(w + 2, 64)", "(w + 2)")),
        (barriers, ("__syncthreads();", ";")),
        (barriers, ("__syncthreads();", "__syncwarp();")),
        (lanes, ("4", "(4) + 1")),
    ],
)
def test_an_operator_makes_its_changes(subject: Subject, operator, change: tuple[str, str]) -> None:
    program = Program(Path(subject.path), subject.platform, "k_kernel")
    made = {(program.data[c.start : c.end].decode(), c.text) for c in operator.changes(program)}
    assert change in made


def test_what_the_launcher_does_not_reach_is_left_alone(subject: Subject) -> None:
    program = Program(Path(subject.path), subject.platform, "k_kernel")
    end = program.data.index(b"void other")
    assert all(change.end <= end for operator in (bounds, copies) for change in operator.changes(program))


def test_a_draw_is_repeatable_and_every_mutant_differs(subject: Subject) -> None:
    mutants: list[Mutant] = drawn([subject], 25, seed=3)
    assert [m.name for m in mutants] == [m.name for m in drawn([subject], 25, seed=3)]
    texts = {text_of(m) for m in mutants}
    assert len(texts) == 25 and KERNEL.encode() not in texts


EQUIVALENT = """
__global__ void k(const float *q, float *z, int w) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  __shared__ float s[64];
  const int steps[2] = {1, 2};
  s[threadIdx.x / 4] = steps[i % 2];
  if (i < w) z[i] = q[i];
}
void rest(const float *q, float *z, int w) {
  int i = 0;
  for (; i + 16 <= w; i += 16)
    for (int j = 0; j < 16; ++j) z[i + j] = q[i + j];
  if (i < w)
    for (int j = 0; j < w - i; ++j) z[i + j] = q[i + j];
}
void pieces(const float *q, float *z, int w) {
  int i = 0;
  for (; i + 16 <= w; i += 16)
    for (int j = 0; j < 16; ++j) z[i + j] = q[i + j];
  for (; i + 4 <= w; i += 4)
    for (int j = 0; j < 4; ++j) z[i + j] = q[i + j];
  for (; i < w; ++i) z[i] = q[i];
}
extern "C" void k_kernel(const float *q, float *z, int w) {
  dim3 block(32, 4);
  k<<<dim3((w + 127) / 128, block.y / 4), 128>>>(q, z, w);
  rest(q, z, w);
  pieces(q, z, w);
}
"""


STRIDED = """
__global__ void k(const float *q, float *z, int w, int h) {
  for (int j = blockIdx.y; j < h; j += gridDim.y)
    for (int i = threadIdx.x; i < w; i += 64) z[j * w + i] = q[j * w + i];
}
extern "C" void k_kernel(const float *q, float *z, int w, int h) {
  if (w > 0 && h > 0) k<<<dim3(1, min(h, 65535)), 64>>>(q, z, w, h);
}
"""


def test_a_grid_that_work_is_shared_over_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "k.cu"
    path.write_text(STRIDED)
    made = {(m.before, m.after) for ms in _by_operator(Subject("k", "cuda", str(path))).values() for m in ms}
    assert ("min(h, 65535)", "(h)") not in made and ("65535", "(65535 - 1)") not in made  # the grid
    assert ("64", "(64 - 1)") in made and ("h", "(h - 1)") in made  # the block, and what is shared
    assert ("w > 0 && h > 0", "true") not in made and (">", ">=") not in made  # no work, no matter
    assert ("w > 0 && h > 0", "!(w > 0 && h > 0)") in made and ("0", "(0 + 1)") in made


def test_what_was_judged_before_is_drawn_first(subject: Subject) -> None:
    names = [m.name for m in drawn([subject], 40, seed=3)]
    again = [m.name for m in drawn([subject], 12, seed=4, known=frozenset(names[:10]))]
    assert len(again) == 12 and set(names[:10]) <= set(again)


def test_sites_whose_mutant_is_equivalent_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "k.cu"
    path.write_text(EQUIVALENT)
    program = Program(path, "cuda", "k_kernel")
    made = [
        (program.data[c.start : c.end].decode(), c.text)
        for operator in (bounds, constants, guards, tails)
        for c in operator.changes(program)
    ]
    assert ("<=", "<") not in made  # what the loop leaves is done behind it
    assert made.count(("i < w", "true")) == 1  # of the kernel: the rest is empty where there is none
    assert ("w", "(w - 1)") in made and ("w", "(w + 1)") in made
    assert [old.partition(")")[0] for old, new in made if new == ";" and old.startswith("for")] == [
        "for (; i < w; ++i"
    ]  # what no loop takes over
    assert ("127", "(127 - 1)") in made and ("127", "(127 + 1)") not in made  # more blocks have nothing to do
    assert ("64", "(64 - 1)") in made and ("64", "(64 + 1)") not in made  # one more element that nothing reads
    assert ("2", "(2 + 1)") in made  # of an array's values, not of its extent
    assert ("32", "(32 - 1)") not in made  # the grid is computed by the block
