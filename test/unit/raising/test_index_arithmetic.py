"""Integer arithmetic becomes index arithmetic where it does not wrap, and keeps its wrapping where it may."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir
from simt_module import module_text, parse, raised

from xpiler import dialects, raising
from xpiler.diagnostics import collecting
from xpiler.execution import jit
from xpiler.raising.index_arithmetic import to_index_arithmetic

PARAMETERS = "%A: memref<?xf32>, %T: memref<?xf32>, %rows: i32, %cols: i32"

ROW = """
  %r = cuda.block_id x : i32
  %tx = cuda.thread_id x : i32
  %first = arith.muli %r, %cols : i32
  scf.for %c = %tx to %cols step %c32 : i32 {
    %o = arith.addi %first, %c : i32
    %at = arith.index_castui %o : i32 to index
    %a = memref.load %A[%at] : memref<?xf32>
    memref.store %a, %T[%at] : memref<?xf32>
  }
"""


def host_launcher(count: str) -> str:
    """A launcher that allocates rows * cols elements, computed as `count` says."""
    text = module_text(ROW, PARAMETERS, grid="%rows, %c1, %c1", block="%c32, %c1, %c1")
    device = text.index("xpiler.launch @")
    head, launch = text[:device], text[device:]
    allocate = f"""
      {count}
      %dA = xpiler.alloc %elements : memref<?xf32>
      %dT = xpiler.alloc %elements : memref<?xf32>
    """
    return head.replace('"device"', '"host"') + allocate + launch.replace("args(%A, %T,", "args(%dA, %dT,")


def kernel_text(module: ir.Module) -> str:
    return str(next(op for op in module.body.operations if "xpiler.kernel" in op.operation.attributes))


IN_INT = """
  %product = arith.muli %rows, %cols overflow<nsw> : i32
  %elements = arith.index_cast %product : i32 to index"""
IN_BYTES = """
  %four = arith.constant 4 : i64
  %r64 = arith.extsi %rows : i32 to i64
  %c64_ = arith.extsi %cols : i32 to i64
  %rc = arith.muli %r64, %c64_ : i64
  %bytes = arith.muli %rc, %four : i64
  %count = arith.divui %bytes, %four : i64
  %elements = arith.index_cast %count : i64 to index"""


@pytest.mark.parametrize("count", [IN_INT, IN_BYTES])
def test_unsigned_subscript_within_the_buffer(count):
    """`blockIdx.x * cols + c` is unsigned in C; the allocation shows that it does not wrap."""
    module = raised(host_launcher(count))
    text = kernel_text(module)
    assert "index_castui" not in text
    assert text.count("xpiler.extent") == 2
    a = np.arange(15, dtype=np.float32)
    t = np.full(15, np.nan, np.float32)
    jit.run(module, "k", [a, t, 3, 5])
    np.testing.assert_array_equal(t, a)


def test_unsigned_subscript_that_is_not_shown_to_fit_keeps_its_wrapping():
    squared = ROW.replace("%at = arith.index_castui %o", "%oo = arith.muli %o, %o : i32\n %at = arith.index_castui %oo")
    assert "index_castui" in kernel_text(raised(host_launcher(IN_INT).replace(ROW, squared)))


def test_buffer_of_unknown_size_gets_its_footprint_and_the_fact_that_it_fits():
    text = kernel_text(raised(module_text(ROW, PARAMETERS, grid="%rows, %c1, %c1", block="%c32, %c1, %c1"), normalize=True))
    assert "index_castui" not in text
    assert text.count("xpiler.extent") == 2
    assert "a buffer's subscripts fit an int" in text


def test_data_dependent_subscript_leaves_its_parameter_unsized_with_a_warning():
    kernel = """
      %tx = cuda.thread_id x : i32
      %i = arith.index_castui %tx : i32 to index
      %at = memref.load %I[%i] : memref<?xi32>
      %ai = arith.index_cast %at : i32 to index
      %a = memref.load %A[%ai] : memref<?xf32>
      memref.store %a, %T[%i] : memref<?xf32>"""
    parameters = '%I: memref<?xi32>, %A: memref<?xf32> {xpiler.name = "table"}, %T: memref<?xf32>'
    with collecting() as warnings:
        text = kernel_text(raised(module_text(kernel, parameters, grid="%c1, %c1, %c1", block="%c32, %c1, %c1"), normalize=True))
    assert 'xpiler.unsized = ["table"]' in text
    assert "--extent table=" in warnings[0].hint


def function(body: str, parameters: str) -> ir.Operation:
    module = ir.Module.parse(f"func.func @f({parameters}) {{\n{body}\nreturn }}", dialects.context())
    return module, module.body.operations[0].operation


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("arith.addi %a, %b overflow<nsw> : i32", [(5, 7), (-9, 4)]),
        ("arith.muli %a, %b : i32", [(2**20, 2**15), (3, -4)]),
        ("arith.divsi %a, %b : i32", [(-7, 2), (9, 4)]),
        ("arith.remsi %a, %b : i32", [(-7, 2), (9, 4)]),
        ("arith.shrsi %a, %b : i32", [(-8, 1), (9, 2)]),
        ("arith.shrui %a, %b : i32", [(-8, 1), (9, 2)]),
        ("arith.andi %a, %b : i32", [(-8, 7), (9, 3)]),
        ("arith.minsi %a, %b : i32", [(-8, 7), (9, 3)]),
        ("arith.minui %a, %b : i32", [(-8, 7), (9, 3)]),
    ],
)
def test_bits_are_kept_for_every_value(op, values):
    """Nothing is known of the operands here: whatever the rewriting does, the stored number stays."""
    body = f"""
      %c0 = arith.constant 0 : index
      %r = {op}
      %s = arith.addi %r, %a overflow<nsw> : i32
      %w = arith.cmpi ult, %s, %b : i32
      %x = arith.select %w, %s, %r : i32
      memref.store %x, %T[%c0] : memref<?xi32>"""
    module, rewritten = function(body, "%T: memref<?xi32>, %a: i32, %b: i32")
    plain, _ = function(body, "%T: memref<?xi32>, %a: i32, %b: i32")
    with module.context, ir.Location.unknown():
        to_index_arithmetic(rewritten)
    assert module.operation.verify()
    for a, b in values:
        got, expected = np.zeros(1, np.int32), np.zeros(1, np.int32)
        jit.run(module, "f", [got, a, b])
        jit.run(plain, "f", [expected, a, b])
        assert got == expected, (op, a, b)


def test_loop_over_int_becomes_a_loop_over_index():
    module, rewritten = function(
        """%c0 = arith.constant 0 : i32
           %c1 = arith.constant 1 : i32
           scf.for %i = %c0 to %n step %c1 : i32 {
             %at = arith.index_cast %i : i32 to index
             memref.store %i, %T[%at] : memref<?xi32>
           }""",
        "%T: memref<?xi32>, %n: i32",
    )
    with module.context, ir.Location.unknown():
        to_index_arithmetic(rewritten)
    assert ": i32 {" not in str(module)
    t = np.full(4, -1, np.int32)
    jit.run(module, "f", [t, 3])
    np.testing.assert_array_equal(t, [0, 1, 2, -1])


def test_source_module_is_left_alone():
    module = parse(host_launcher(IN_INT))
    before = str(module)
    raising.raise_module(module)
    assert str(module) == before


def test_guards_keep_a_subscript_within_its_buffer_and_divisors_positive():
    """Unsigned `r * cols + c` under `r < rows && c < cols`; `i % cols` under `i < rows * cols`: both are index arithmetic."""
    guarded = """
      %r = cuda.block_id x : i32
      %c = cuda.thread_id x : i32
      %in = arith.cmpi ult, %c, %cols : i32
      scf.if %in {
        %first = arith.muli %r, %cols : i32
        %o = arith.addi %first, %c : i32
        %at = arith.index_castui %o : i32 to index
        %a = memref.load %A[%at] : memref<?xf32>
        memref.store %a, %T[%at] : memref<?xf32>
      }
      %total = arith.muli %rows, %cols overflow<nsw> : i32
      %fits = arith.cmpi slt, %c, %total : i32
      scf.if %fits {
        %m = arith.remsi %c, %cols : i32
        %mi = arith.index_cast %m : i32 to index
        %a = memref.load %A[%mi] : memref<?xf32>
        memref.store %a, %T[%mi] : memref<?xf32>
      }"""
    text = kernel_text(raised(host_launcher(IN_INT).replace(ROW, guarded)))
    assert "index_castui" not in text
    assert "remsi" not in text
