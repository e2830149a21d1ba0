"""Comments of the source in the output: kept where what they are about is, and never those that would say something untrue of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.options import TranslateOptions
from xpiler.translation import translate_file
from xpiler.verify.header import with_verdict
from xpiler.verify.verdict import Answer, Verdict

CUDA = """// Copyright (c) 2031 The Authors of the Kernel.
// SPDX-License-Identifier: MIT

/* Bias and GELU over rows.
 *
 * y = gelu(x + bias) */
#include <cuda_runtime.h>  // the runtime

// Adds the bias to every row.
// =====
__global__ void bias_gelu(const float *x,  // input
                          const float *bias, float *y, int rows, int cols) {
  int r = blockIdx.x;  // one block a row
  // NOLINTNEXTLINE
  for (int c = threadIdx.x; c < cols; c += blockDim.x) {
    float v = x[r * cols + c] + bias[c];
    /* tanh approximation \\
       in single precision */
    float t = tanhf(0.79788456f *
                    (v + 0.044715f * v * v * v));  // of the error function
    y[r * cols + c] = 0.5f * v * (1.0f + t);  /* the store */
    // nothing follows
  }
}

// Host side.
void run(const float *x, const float *bias, float *y, int rows, int cols) { bias_gelu<<<rows, 128>>>(x, bias, y, rows, cols); }
"""


@pytest.fixture
def output(tmp_path: Path):
    """`output(text, to)`: the lines of a translation."""

    def translated(text: str, to: str, suffix: str = ".cu") -> list[str]:
        source = tmp_path / f"bias{suffix}"
        source.write_text(text)
        return [line.strip() for line in translate_file(str(source), TranslateOptions(to=to, verify="none")).text.splitlines()]

    return translated


def proved(lines: list[str]) -> list[str]:
    """An output with a verdict in its header."""
    return with_verdict("\n".join(lines), Answer(Verdict.PROVED, scope="n = 1")).splitlines()


def _below(lines: list[str], comment: str) -> str:
    assert lines.count(comment) == 1, comment
    return lines[lines.index(comment) + 1]


def test_the_notice_is_at_the_top(output):
    lines = output(CUDA, "hip")
    assert lines[:4] == [
        "// Copyright (c) 2031 The Authors of the Kernel.",
        "// SPDX-License-Identifier: MIT",
        "",
        "// bias_gelu: translated from bias.cu",
    ]


def test_a_verdict_stands_in_our_header_below_the_notice(output):
    lines = proved(output(CUDA, "hip"))
    at = lines.index("// bias_gelu: translated from bias.cu")
    assert at == 3 and lines[at + 1].startswith("// verdict: proved")


def test_what_the_file_says_of_itself_is_kept(output):
    lines = output(CUDA, "bang")
    at = lines.index("// Bias and GELU over rows.")
    assert lines[at - 1 : at + 4] == ["", "// Bias and GELU over rows.", "//", "// y = gelu(x + bias)", ""]


@pytest.mark.parametrize(("to", "kernel"), [("bang", "__mlu_global__"), ("hip", "__global__"), ("vnni", 'extern "C"')])
def test_functions_keep_their_comments(output, to, kernel):
    lines = output(CUDA, to)
    below = _below(lines, "// Adds the bias to every row.")
    assert kernel in below and "bias_gelu" in below
    assert " run(" in _below(lines, "// Host side.")


@pytest.mark.parametrize(("to", "store"), [("bang", "__bang_mul_scalar(y_tile"), ("hip", "y["), ("vnni", "__m512 value")])
def test_statements_keep_theirs_once(output, to, store):
    lines = output(CUDA, to)
    assert _below(lines, "// tanh approximation") == "// in single precision"
    assert "// of the error function" in lines
    assert _below(lines, "// the store").startswith(store)


def test_what_speaks_of_the_sources_machine_says_so(output):
    text = CUDA.replace("tanh approximation", "every thread has one column")
    assert "// source: every thread has one column" in output(text, "bang")


@pytest.mark.parametrize("lost", ["NOLINT", "input", "nothing follows", "=====", "the runtime", "one block a row"])
def test_directives_parts_and_what_is_gone_are_left_out(output, lost):
    """A parameter's comment would stand above the function; the row's index has become a loop."""
    assert not any(lost in line for line in output(CUDA, "bang"))


def test_a_header_of_ours_is_not_passed_on(output):
    """A verdict holds for one text."""
    first = "\n".join(proved(output(CUDA, "hip")))
    again = output(first, "vnni", ".hip")
    assert sum("translated from" in line for line in again) == 1 and not any("verdict" in line for line in again)
    assert "// Adds the bias to every row." in again and not any("allocate, copy" in line and "source" in line for line in again)


def test_a_notice_that_speaks_of_a_translation_is_one(output):
    text = CUDA.replace("// SPDX", "// bias_gelu: translated from the Fortran of 1977\n// SPDX")
    lines = proved(output(text, "hip"))
    assert lines[1] == "// bias_gelu: translated from the Fortran of 1977"
    assert lines[lines.index("// bias_gelu: translated from bias.cu") + 1].startswith("// verdict: proved")


def test_checks_of_a_test_are_not_what_they_check(output):
    text = CUDA.replace("    // nothing follows\n", "").replace("    float t", "    // CHECK: tanhf\n    float t")
    lines = output(text.replace("/* Bias", "// RUN: xpiler\n/* Bias"), "hip")
    assert not any("CHECK: " in line or "RUN:" in line for line in lines)


def test_a_comment_of_a_macro_or_a_header_goes_nowhere(output):
    text = CUDA.replace("// Adds the bias", "// wide enough\n#define WIDTH 4 \\\n  + 0 // more\n// Adds the bias")
    lines = output(text, "hip")
    assert not any("wide enough" in line or "more" in line for line in lines) and "// Adds the bias to every row." in lines


def test_a_pragma_stands_between_a_comment_and_its_loop(output):
    text = """#include <math.h>
void scale(float *y, const float *x, int n) {
  // every element
#pragma omp parallel for
  for (int i = 0; i < n; ++i) y[i] = 2.0f * x[i];
}
"""
    assert "// every element" in output(text, "bang", ".cpp")
