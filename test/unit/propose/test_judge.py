"""What runs add to a proof: overflow on large inputs, and sizes past all pieces where a proof is one of small sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.options import TranslateOptions
from xpiler.propose.judge import Subject, judge
from xpiler.propose.kept import Kept
from xpiler.verify.verdict import Verdict

KERNELS = Path(__file__).resolve().parents[3] / "kernels"
SOFTMAX, RELU = KERNELS / "softmax" / "softmax.cu", KERNELS / "relu" / "relu.cu"
ROWS = """#include <math.h>

extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float top = -INFINITY;
    for (int j = 0; j < cols; ++j) top = fmaxf(top, A[i * cols + j]);
    float sum = 0.0f;
    for (int j = 0; j < cols; ++j) sum += expf(A[i * cols + j] - top);
    for (int j = 0; j < cols; ++j) T[i * cols + j] = expf(A[i * cols + j] - top) / sum;
  }
}
"""


@pytest.mark.parametrize(("sign", "verdict"), [("-", Verdict.PROVED), ("+", Verdict.REFUTED)])
def test_an_overflow_that_real_numbers_do_not_have_is_seen(tmp_path: Path, sign: str, verdict: Verdict) -> None:
    output = tmp_path / "softmax.cpp"
    output.write_text(ROWS.replace("] - top", f"] {sign} top"))
    assert judge(Subject.of(str(SOFTMAX), TranslateOptions(to="vnni")), output).verdict is verdict


SUMS = """#include <bang.h>

__mlu_entry__ void row_sum(const float *A, float *T, int rows, int cols) {
  __nram__ float piece[65536];
  __nram__ float sums[64];
  for (int i = taskId; i < rows; i += taskDim) {
    float sum = 0.0f;
    for (int j = 0; j < cols; j += 65536) {
      int count = cols - j < 65536 ? cols - j : 65536;
      __memcpy(piece, A + (int64_t)i * cols + j, count * sizeof(float), GDRAM2NRAM);
      __bang_sumpool(sums, piece, 1, 1, count, 1, count, 1, 1);
      sum += sums[0];
    }
    T[i] = sum;
  }
}

extern "C" void row_sum_kernel(const float *A, float *T, int rows, int cols) {
  float *from, *to;
  cnrtMalloc((void **)&from, (int64_t)rows * cols * sizeof(float));
  cnrtMalloc((void **)&to, rows * sizeof(float));
  cnrtMemcpy(from, (void *)A, (int64_t)rows * cols * sizeof(float), cnrtMemcpyHostToDev);
  cnrtQueue_t queue;
  cnrtQueueCreate(&queue);
  cnrtDim3_t tasks = {16, 1, 1};
  row_sum<<<tasks, cnrtFuncTypeUnion4, queue>>>(from, to, rows, cols);
  cnrtQueueSync(queue);
  cnrtMemcpy(T, to, rows * sizeof(float), cnrtMemcpyDevToHost);
  cnrtFree(from);
  cnrtFree(to);
}
"""


@pytest.mark.parametrize(("length", "is_accepted"), [(8192, True), (65536, False)])
def test_sums_that_round_too_much_are_not_accepted(tmp_path: Path, length: int, is_accepted: bool) -> None:
    """Equal over the reals; a row of equal numbers, added one by one 65536 times, is off by more than sums may be."""
    output = tmp_path / "row_sum.mlu"
    output.write_text(SUMS.replace("65536", str(length)))
    found = judge(Subject.of(str(KERNELS / "row_sum" / "row_sum.cu"), TranslateOptions(to="bang")), output)
    assert (found.verdict is Verdict.PROVED) is is_accepted, found


SHARES = """#include <bang.h>

__mlu_entry__ void relu(const float *x, float *y, int n) {
  __nram__ float tile[8192];
  for (int first = taskId * 8192; first < n; first += taskDim * 8192) {
    int count = n - first < 8192 ? n - first : 8192;
    __memcpy(tile, x + first, count * sizeof(float), GDRAM2NRAM);
    __bang_active_relu(tile, tile, count);
    __memcpy(y + first, tile, count * sizeof(float), NRAM2GDRAM);
  }
}

extern "C" void relu_kernel(const float *x, float *y, int n) {
  float *from, *to;
  cnrtMalloc((void **)&from, n * sizeof(float));
  cnrtMalloc((void **)&to, n * sizeof(float));
  cnrtMemcpy(from, (void *)x, n * sizeof(float), cnrtMemcpyHostToDev);
  cnrtQueue_t queue;
  cnrtQueueCreate(&queue);
  cnrtDim3_t tasks = {16, 1, 1};
  relu<<<tasks, cnrtFuncTypeUnion4, queue>>>(from, to, n);
  cnrtQueueSync(queue);
  cnrtMemcpy(y, to, n * sizeof(float), cnrtMemcpyDevToHost);
  cnrtFree(from);
  cnrtFree(to);
}
"""


@pytest.mark.parametrize(("step", "is_accepted"), [("taskDim * 8192", True), ("taskDim * 4096", False)])
def test_a_share_that_is_taken_twice_is_seen_past_all_tasks(tmp_path: Path, step: str, is_accepted: bool) -> None:
    """Of the twin nothing overlaps below 65537 elements."""
    output = tmp_path / "relu.mlu"
    output.write_text(SHARES.replace("taskDim * 8192", step))
    kept = Kept(tmp_path / "kept")
    kept.note_hard()  # a proof of small sizes is tried first
    found = judge(Subject.of(str(RELU), TranslateOptions(to="bang"), kept), output)
    assert (found.verdict is Verdict.PROVED) is is_accepted, found
