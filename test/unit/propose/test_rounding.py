"""Outputs are compared with the truth where the source rounds badly: right ones are taken, wrong ones are not for all that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from xpiler.options import TranslateOptions
from xpiler.propose.judge import Subject, judge
from xpiler.propose.kept import Kept
from xpiler.propose.programs import Program
from xpiler.propose.rounding import Rounding
from xpiler.propose.rules import rules_program
from xpiler.propose.truth import Truth
from xpiler.verify.signature import kernel
from xpiler.verify.verdict import Verdict

ONE_BY_ONE = """#include <cuda_runtime.h>

__global__ void sums(const float *A, float *T, int rows, int cols) {
  int row = blockIdx.x * 64 + threadIdx.x;
  if (row >= rows) return;
  float sum = 0.0f;
  for (int j = 0; j < cols; ++j) sum += A[row * cols + j];
  T[row] = sum;
}

extern "C" void sums_kernel(const float *A, float *T, int rows, int cols) {
  float *from, *to;
  cudaMalloc(&from, rows * cols * sizeof(float));
  cudaMalloc(&to, rows * sizeof(float));
  cudaMemcpy(from, A, rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  sums<<<(rows + 63) / 64, 64>>>(from, to, rows, cols);
  cudaMemcpy(T, to, rows * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(from);
  cudaFree(to);
}
"""
BY_PIECES = """extern "C" void sums_kernel(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float sum = 0.0f;
    for (int first = 0; first < cols; first += 32768) {
      int last = first + 32768 < cols ? first + 32768 : cols;
      float of_piece = 0.0f;
      for (int start = first; start < last; start += 256) {
        int end = start + 256 < last ? start + 256 : last;
        float part = 0.0f;
        for (int j = start; j < end; ++j) part += A[i * cols + j];
        of_piece += part;
      }
      sum += of_piece;
    }
    T[i] = sum;
  }
}
"""
CASE = ({"rows": 3, "cols": 65541}, "equal")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "sums.cu"
    path.write_text(ONE_BY_ONE)
    return path


@pytest.mark.parametrize(
    ("old", "new", "is_accepted"),
    [
        ("", "", True),
        ("start < last; start", "start + 255 < last; start", False),  # the rest of a piece is dropped
        ("sum += of_piece", "sum += of_piece > sum ? of_piece : sum", False),
    ],
)
def test_a_right_text_is_taken_where_its_source_rounds_badly(tmp_path: Path, source: Path, old: str, new: str, is_accepted: bool) -> None:
    output = tmp_path / "sums.cpp"
    output.write_text(BY_PIECES.replace(old, new) if old else BY_PIECES)
    found = judge(Subject.of(str(source), TranslateOptions(to="vnni")), output)
    assert (found.verdict is Verdict.PROVED) is is_accepted, found


@pytest.fixture
def subject(tmp_path: Path, source: Path) -> tuple[Rounding, Program]:
    found = Subject.of(str(source), TranslateOptions(to="vnni"), Kept(tmp_path / "kept"))
    function = replace(found.launcher(), function=kernel(found.raised()).function)
    program = Program("source", found.text, function, function.symbol, found.kept)
    return Rounding(program, lambda: Truth.of(found.raised()), lambda: rules_program(found, function, found.kept)), program


def test_what_the_source_is_off_excuses_nothing(subject: tuple[Rounding, Program]) -> None:
    """Sixteen elements short of 65541 is nearer to the truth than the source is, and no rounding."""
    rounding, source = subject
    (expected,) = source.at([CASE])
    true = np.full(3, 65541 * np.float64(np.float32(0.7)))
    short, off = true * (1 - 16 / 65541), np.abs(expected.arrays[1] - true)
    assert (np.abs(short - true) < off).all()
    for values, is_right in ((true, True), (short, False), (true * 1.5, False), (true * np.nan, False)):
        made = replace(expected, arrays=(expected.arrays[0], values.astype(np.float32)))
        assert rounding.explains(CASE, expected, made) is is_right


def test_a_shared_form_that_does_something_else_is_no_truth(tmp_path: Path, subject: tuple[Rounding, Program]) -> None:
    rounding, source = subject
    other = tmp_path / "other.cu"
    other.write_text(ONE_BY_ONE.replace("j = 0", "j = 1"))
    shared = Subject.of(str(other), TranslateOptions(to="vnni")).raised()
    (expected,) = source.at([CASE])
    true = np.full(3, 65540 * np.float64(np.float32(0.7)))
    made = replace(expected, arrays=(expected.arrays[0], true.astype(np.float32)))
    assert rounding.explains(CASE, expected, made)
    afresh = replace(source, kept=Kept(tmp_path / "afresh"))
    assert not Rounding(afresh, lambda: Truth.of(shared), lambda: None).explains(CASE, expected, made)
