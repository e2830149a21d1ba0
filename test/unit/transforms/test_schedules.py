"""Schedules: pipeline text is parsed, printed and replayed, and leaves what the kernel computes alone."""

from __future__ import annotations

import numpy as np
import pytest
from pipeline_runs import assert_same_results, floats, sample, transformed

from xpiler.diagnostics import PassFailed
from xpiler.pipeline import Pipeline

NAMED_GEMM = """
func.func @gemm(%A: memref<?xf32> {xpiler.name = "A"}, %B: memref<?xf32> {xpiler.name = "B"}, %C: memref<?xf32> {xpiler.name = "C"},
                %m32: i32, %n32: i32, %k32: i32) attributes {xpiler.kernel} {
  %m = arith.index_cast %m32 : i32 to index
  %n = arith.index_cast %n32 : i32 to index
  %k = arith.index_cast %k32 : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  scf.forall (%i) in (%m) {
    scf.forall (%j) in (%n) {
      %s = scf.for %l = %c0 to %k step %c1 iter_args(%r = %z) -> f32 {
        %ai0 = arith.muli %i, %k : index
        %ai = arith.addi %ai0, %l : index
        %bi0 = arith.muli %l, %n : index
        %bi = arith.addi %bi0, %j : index
        %a = memref.load %A[%ai] : memref<?xf32>
        %b = memref.load %B[%bi] : memref<?xf32>
        %p = arith.mulf %a, %b : f32
        %t = arith.addf %r, %p : f32
        scf.yield %t : f32
      } loc("l")
      %ci0 = arith.muli %i, %n : index
      %ci = arith.addi %ci0, %j : index
      memref.store %s, %C[%ci] : memref<?xf32>
    } loc("j")
  } loc("i")
  return
}
"""


@pytest.mark.parametrize(
    "schedule",
    [
        "loop-split{loop=l factor=8}",
        "loop-split{loop=j factor=16},loop-reorder{loops=j,i,j_in}",
        "loop-split{loop=i factor=4},loop-split{loop=j factor=32},loop-reorder{loops=i,j,i_in,j_in},loop-bind{loop=i to=block_x}",
        "loop-split{loop=l factor=8},cache{buffer=A loop=l limit=8}",
    ],
)
def test_a_schedule_changes_loops_and_no_results(schedule: str) -> None:
    before, after = transformed(NAMED_GEMM, schedule)
    m, n, k = 13, 37, 19
    inputs = [floats(m, k).ravel(), floats(k, n, seed=1).ravel(), m, n, k]
    assert str(before) != str(after)
    assert_same_results(before, after, "gemm", inputs, [np.full(m * n + 5, -7, np.float32)])


def test_a_pipeline_prints_as_what_it_was_parsed_from() -> None:
    text = "builtin.module(canonicalize,loop-split{loop=i factor=16 names=i,ii},func.func(cse),loop-reorder{loops=a,b})"
    assert str(Pipeline.parse(text)) == text
    assert str(Pipeline.parse(str(Pipeline.parse(text)))) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("loop-split{loop=i}", "needs the option 'factor'"),
        ("loop-split{loop=i factor=four}", "'four' is not a value of the option 'factor'"),
        ("loop-split{loop=i factor=4 size=3}", "has no option 'size'"),
        ("no-such-pass", "not a pass pipeline"),
        ("loop-split{loop=i", "unbalanced brackets"),
        ("loop-split{loop=zz factor=4}", "'zz' names no loop of 'gemm'"),
    ],
)
def test_bad_pipelines_are_refused_with_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(PassFailed, match=message):
        transformed(NAMED_GEMM, text)


def test_normalising_twice_changes_nothing() -> None:
    once, _ = transformed(sample("tiled_gemm"), "normalize")[::-1]
    _, twice = transformed(str(once), "normalize")
    assert str(once) == str(twice)
