"""Parameters that measure nothing may be zero or negative: a flag that is off is compared as well."""

from __future__ import annotations

import pytest

from xpiler.verify import signature
from xpiler.verify.model.side import Unit
from xpiler.verify.plain_numbers import plain_numbers
from xpiler.verify.stages import at_sizes, for_all_sizes, staged
from xpiler.verify.verdict import Verdict

FLAG = """extern "C" void scale_kernel(const float *x, float *y, int n, int flag) {
  for (int i = 0; i < n; ++i) {
    if (flag) y[i] = x[i] * 2.0f;
    else y[i] = x[i] * 3.0f;
  }
}
"""
PAD = """extern "C" void conv_kernel(const float *x, const float *w, float *y, int n, int pad) {
  for (int i = 0; i < n; ++i) {
    float sum = 0.0f;
    for (int t = 0; t < 3; ++t) {
      int j = i + t - pad;
      if (j >= 0 && j < n) sum += w[t] * x[j];
    }
    y[i] = sum;
  }
}
"""
MODES = """extern "C" void act_kernel(const float *x, float *y, int n, int mode) {
  for (int i = 0; i < n; ++i) {
    float v = x[i];
    switch (mode) {
      case 0: v = v > 0.0f ? v : 0.0f; break;
      case 1: v = v * 0.5f; break;
      case 12: v = v + 1.0f; break;
      default: break;
    }
    y[i] = v;
  }
}
"""
TRUTH = """extern "C" void scale_kernel(const float *x, float *y, int n, bool flag, unsigned mode) {
  for (int i = 0; i < n; ++i) {
    if (flag && mode == 3) y[i] = x[i] * 2.0f;
    else y[i] = x[i] * 3.0f;
  }
}
"""
LAUNCHED = """__global__ void act(const float *x, float *y, int n, int flag) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = flag ? x[i] * 2.0f : x[i];
}
extern "C" void act_kernel(const float *x, float *y, int n, int flag) {
  float *dx, *dy;
  cudaMalloc(&dx, n * sizeof(float));
  cudaMalloc(&dy, n * sizeof(float));
  cudaMemcpy(dx, x, n * sizeof(float), cudaMemcpyHostToDevice);
  act<<<(n + 255) / 256, 256>>>(dx, dy, n, flag);
  cudaMemcpy(y, dy, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dx);
  cudaFree(dy);
}
"""
CALLED = (
    FLAG.replace('extern "C" void scale_kernel', "void scale")
    + """
extern "C" void scale_kernel(const float *x, float *y, int n, int flag) { scale(x, y, n, flag); }
"""
)
TWINS = [
    (CALLED, "else y[i] = x[i] * 3.0f", "else y[i] = x[i] * 2.0f"),
    (FLAG, "else y[i] = x[i] * 3.0f", "else y[i] = x[i] * 2.0f"),
    (FLAG, "if (flag)", "if (flag > 0)"),
    (FLAG, "if (flag)", "if (flag >= 0)"),
    (PAD, "y[i] = sum", "y[i] = pad > 0 ? sum : 2.0f * sum"),
    (PAD, "j >= 0", "j >= (pad == 0)"),
    (MODES, "v > 0.0f ? v : 0.0f", "v * 7.0f"),
    (MODES, "v * 0.5f", "v * 0.25f"),
    (MODES, "v + 1.0f", "v + 2.0f"),
    (MODES, "default: break", "default: v = 3.0f"),
    (TRUTH, "flag && mode == 3", "mode == 3"),
    (TRUTH, "flag && mode == 3", "flag"),
    (LAUNCHED, "flag ? x[i] * 2.0f : x[i]", "x[i] * 2.0f"),
]
EQUAL = [
    (FLAG, "if (flag) y[i] = x[i] * 2.0f;\n    else y[i] = x[i] * 3.0f", "if (!flag) y[i] = x[i] * 3.0f;\n    else y[i] = x[i] * 2.0f"),
    (PAD, "j >= 0", "i + t >= pad"),
    (MODES, "v * 0.5f", "0.5f * v"),
    (TRUTH, "flag && mode == 3", "mode == 3 && flag"),
    (LAUNCHED, "flag ?", "flag != 0 ?"),
]
STAGES = pytest.mark.parametrize("stage", [for_all_sizes, at_sizes], ids=lambda stage: stage.__name__)


def suffix(text: str) -> str:
    return ".cu" if "__global__" in text else ".cpp"


@STAGES
@pytest.mark.parametrize(("text", "old", "new"), TWINS)
def test_what_differs_where_a_flag_is_off_is_not_proved(written, text: str, old: str, new: str, stage) -> None:
    assert old in text
    source, target = written(text, suffix(text)), written(text.replace(old, new), suffix(text))
    assert staged(source, target, {}, 20.0, (stage,)).answer.verdict is not Verdict.PROVED


@STAGES
@pytest.mark.parametrize(("text", "old", "new"), EQUAL)
def test_what_is_equal_for_every_number_is_proved(written, text: str, old: str, new: str, stage) -> None:
    assert old in text
    source, target = written(text, suffix(text)), written(text.replace(old, new), suffix(text))
    answer = staged(source, target, {}, 20.0, (stage,)).answer
    assert answer.verdict is Verdict.PROVED, answer
    assert "<= flag" not in answer.scope and "<= mode" not in answer.scope


@pytest.mark.parametrize(
    ("body", "is_added"),
    [
        ("int j = i + k; if (j < n) T[i] = A[j];", True),
        ("if (i >= 2 * k && i - 2 * k < n) T[i] = A[i];", True),
        ("T[i] = A[i * k + 1];", False),
        ("int j = i; for (; j + 4 <= k; j += 4) T[j] = A[j]; if (j < k) T[j + k] = A[j];", False),
        ("for (int j = 0; j < k; ++j) T[i] += A[i + k];", False),
        ("if (i / 4 < k) T[i] = A[(n - i) / k];", False),
    ],
)
def test_what_is_only_added_may_be_zero(written, body: str, is_added: bool) -> None:
    text = f'extern "C" void f_kernel(const float *A, float *T, int n, int k) {{ for (int i = 0; i < n; ++i) {{ {body} }} }}'
    found = signature.parameters_of(Unit.of(written(text, ".cpp")).function)
    assert [p.least for p in found][2:] == [1, int(not is_added)]


def test_a_truth_value_is_zero_or_one_whatever_it_is_added_to(written) -> None:
    text = 'extern "C" void f_kernel(const float *A, float *T, int n, bool k) { for (int i = 0; i < n; ++i) T[i + k] = A[i]; }'
    assert signature.parameters_of(Unit.of(written(text, ".cpp")).function)[3].values == (1, 0)


USES = [
    ("T[i] = k ? A[i] : 0.0f;", (1, 0, -1)),
    ("T[i] = k == 4 ? A[i] : 0.0f;", (1, 0, 4, 5, 3)),
    ("T[i] = (k & 2) ? A[i] : 0.0f;", (1, 0, -1)),
    ("T[i] = A[i] / (float)k;", (1, 3)),
    ("T[i] = (float)((int)A[i] - k);", None),  # a float that was converted is no integer that was read
    ("if (i < k) T[i] = A[i];", None),
    ("T[i] = A[i + k];", None),
    ("for (int j = 0; j < k; ++j) T[i] += A[j];", None),
    ("T[i] = n / k > 3 ? A[i] : 0.0f;", None),
    ("T[i + (k != 0)] = A[i];", (1, 0, -1)),  # two subscripts, and both are tried
]


@pytest.mark.parametrize(("body", "values"), USES)
def test_a_number_is_what_no_bound_and_no_subscript_takes(written, body: str, values: tuple[int, ...] | None) -> None:
    text = f'extern "C" void f_kernel(const float *A, float *T, int n, int k) {{ for (int i = 0; i < n; ++i) {{ {body} }} }}'
    unit = Unit.of(written(text, ".cpp"))
    assert plain_numbers(unit.function).get(3) == values
    assert [p.values for p in signature.parameters_of(unit.function)][2:] == [(), values or ()]
