"""AVX-512 kernels in platform form, raised and run against numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.diagnostics import Unsupported
from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module
from xpiler.raising.vnni import raise_kernel

TAIL_SUM = """
func.func @row_sum(%A: memref<?xf32>, %T: memref<?xf32>, %rows: i32, %cols: i32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c16 = arith.constant 16 : i32
  %z = arith.constant dense<0.0> : vector<16xf32>
  scf.for %r = %c0 to %rows step %c1 : i32 {
    %rc = arith.muli %r, %cols overflow<nsw> : i32
    %o = arith.index_cast %rc : i32 to index
    %s = scf.for %c = %c0 to %cols step %c16 iter_args(%acc = %z) -> vector<16xf32> : i32 {
      %left = arith.subi %cols, %c overflow<nsw> : i32
      %one = arith.constant 1 : i32
      %sh = arith.shli %one, %left : i32
      %m1 = arith.subi %sh, %one : i32
      %all = arith.constant -1 : i16
      %t = arith.trunci %m1 : i32 to i16
      %ge = arith.cmpi sge, %left, %c16 : i32
      %m = arith.select %ge, %all, %t : i16
      %mv = vector.from_elements %m : vector<1xi16>
      %bits = vector.bitcast %mv : vector<1xi16> to vector<16xi1>
      %ci = arith.index_cast %c : i32 to index
      %at = arith.addi %o, %ci : index
      %v = vector.maskedload %A[%at], %bits, %z : memref<?xf32>, vector<16xi1>, vector<16xf32> into vector<16xf32>
      %n = arith.addf %acc, %v : vector<16xf32>
      scf.yield %n : vector<16xf32>
    }
    %sum = vector.reduction <add>, %s : vector<16xf32> into f32
    %ri = arith.index_cast %r : i32 to index
    memref.store %sum, %T[%ri] : memref<?xf32>
  }
  return
}
"""

DOT = """
func.func @dot(%A: memref<?xi8>, %B: memref<?xi8>, %T: memref<?xi32>) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant dense<0> : vector<16xi32>
  %flip = arith.constant dense<-2139062144> : vector<16xi32>
  %a = vector.load %A[%c0] : memref<?xi8>, vector<64xi8>
  %b = vector.load %B[%c0] : memref<?xi8>, vector<64xi8>
  %aw = vector.bitcast %a : vector<64xi8> to vector<16xi32>
  %flipped = arith.xori %aw, %flip : vector<16xi32>
  %ab = vector.bitcast %flipped : vector<16xi32> to vector<64xi8>
  %r = vnni.dot<dpbusd> %zero, %ab, %b : vector<16xi32>, vector<64xi8>, vector<64xi8>
  vector.store %r, %T[%c0] : memref<?xi32>, vector<16xi32>
  return
}
"""

SWAP = """
func.func @swap(%A: memref<?xf32>) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %a = vector.load %A[%c0] : memref<?xf32>, vector<16xf32>
  %b = vector.load %A[%c16] : memref<?xf32>, vector<16xf32>
  vector.store %b, %A[%c0] : memref<?xf32>, vector<16xf32>
  vector.store %a, %A[%c16] : memref<?xf32>, vector<16xf32>
  return
}
"""


def raised(text: str, context: ir.Context) -> ir.Module:
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        raise_kernel(module, module.body.operations[0].operation)
        assert module.operation.verify()
        assert "vector<" not in str(module)
    return module


@pytest.fixture
def context() -> ir.Context:
    return dialects.context()


@pytest.mark.parametrize("columns", [1, 15, 16, 37])
def test_masked_tail_sums_every_column_once(context: ir.Context, columns: int) -> None:
    source = np.arange(3 * columns, dtype=np.float32)
    target = np.full(3, np.nan, np.float32)
    module = raised(TAIL_SUM, context)
    jit.run(module, "row_sum", [source, target, 3, columns])
    np.testing.assert_array_equal(target, source.reshape(3, columns).sum(1))


def test_tail_mask_is_read_as_a_comparison(context: ir.Context) -> None:
    module = raised(TAIL_SUM, context)
    body = str(module)
    assert "arith.shrui" not in body


def test_dot_products_of_flipped_bytes(context: ir.Context) -> None:
    random = np.random.default_rng(3)
    a, b = (random.integers(-128, 128, 64).astype(np.int8) for _ in range(2))
    target = np.zeros(16, np.int32)
    jit.run(raised(DOT, context), "dot", [a, b, target])
    expected = ((a.astype(np.int32) + 128) * b).reshape(16, 4).sum(1)
    np.testing.assert_array_equal(target, expected)


def test_loads_before_a_store_see_the_old_memory(context: ir.Context) -> None:
    values = np.arange(32, dtype=np.float32)
    jit.run(raised(SWAP, context), "swap", [values])
    np.testing.assert_array_equal(values, np.r_[16:32, 0:16].astype(np.float32))


def test_an_operation_without_lane_rule_is_named(context: ir.Context) -> None:
    text = """
    func.func @f(%A: memref<?xf32>) attributes {xpiler.kernel} {
      %c0 = arith.constant 0 : index
      %a = vector.load %A[%c0] : memref<?xf32>, vector<16xf32>
      %b = vector.shuffle %a, %a [0, 0, 0, 0] : vector<16xf32>, vector<16xf32>
      vector.store %b, %A[%c0] : memref<?xf32>, vector<4xf32>
      return
    }
    """
    with pytest.raises(Unsupported, match=r"vector\.shuffle"):
        raised(text, context)


PRIVATE = """
func.func @f(%A: memref<?xf32>, %T: memref<?xf32>) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %buffer = memref.alloca() : memref<16xf32>
  scf.forall (%i) in (4) {
    %a = memref.load %A[%i] : memref<?xf32>
    memref.store %a, %buffer[%c0] : memref<16xf32>
    %v = vector.load %buffer[%c0] : memref<16xf32>, vector<16xf32>
    %x = vector.extract %v[0] : f32 from vector<16xf32>
    memref.store %x, %T[%i] : memref<?xf32>
  }
  return
}
"""


def test_an_array_used_in_one_parallel_loop_is_its_iterations_own(context: ir.Context) -> None:
    text = str(raised(PRIVATE, context))
    assert text.index("scf.forall") < text.index("memref.alloca() : memref<16xf32>")


def test_an_array_also_read_behind_the_loop_stays(context: ir.Context) -> None:
    text = PRIVATE.replace(
        "  return\n", "  %y = memref.load %buffer[%c0] : memref<16xf32>\n  memref.store %y, %T[%c0] : memref<?xf32>\n  return\n"
    )
    text = str(raised(text, context))
    assert text.index("memref.alloca() : memref<16xf32>") < text.index("scf.forall")


TAILS = (
    "n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : (__mmask16)0xffff",
    "n - i > 15 ? 0xffff : (1 << (n - i)) - 1",
    "(n - i < 16 ? n - i : 16) == 16 ? 0xffff : (1 << (n - i < 16 ? n - i : 16)) - 1",
    "(n - i < 16 ? n - i : 16) != 16 ? (1 << (n - i < 16 ? n - i : 16)) - 1 : 0xffff",
    "(__mmask16)(0xffff >> (16 - (n - i < 16 ? n - i : 16)))",
    "16 <= n - i ? (__mmask16)-1 : (__mmask16)~(~0u << (n - i))",
    "(__mmask16)((1ull << (n - i > 16 ? 16 : n - i)) - 1)",
    "n - i >= 16 ? 0xffff : n - i <= 0 ? 0 : (__mmask16)((1 << (n - i)) - 1)",
    "n - i < 1 ? 0 : n - i < 16 ? (__mmask16)((1 << (n - i)) - 1) : 0xffff",
)


@pytest.mark.parametrize("tail", TAILS)
def test_masks_of_tails_are_comparisons(tail: str, tmp_path: Path) -> None:
    path = tmp_path / "k.cpp"
    path.write_text(
        '#include <immintrin.h>\nextern "C" void k(const float *A, float *T, int n) {\n  for (int i = 0; i < n; i += 16) {\n'
        f"    __mmask16 m = {tail};\n    _mm512_mask_storeu_ps(T + i, m, _mm512_maskz_loadu_ps(m, A + i));\n  }}\n}}\n"
    )
    module = raise_module(read(path, "vnni"), normalize=False)
    assert "arith.andi" not in str(module)
    given, result = np.arange(37, dtype=np.float32), np.full(40, -1, np.float32)
    jit.run(module, "k", [given, result, 37])
    np.testing.assert_array_equal(result, [*range(37), -1, -1, -1])


def test_the_mask_of_a_tail_of_64_bytes_is_a_comparison(tmp_path: Path) -> None:
    path = tmp_path / "k.cpp"
    path.write_text(
        '#include <immintrin.h>\n#include <cstdint>\nextern "C" void k(const int8_t *A, int8_t *T, int n) {\n  if (n % 64) {\n'
        "    __mmask64 m = (__mmask64)-1 >> (64 - n % 64);\n"
        "    _mm512_mask_storeu_epi8(T, m, _mm512_maskz_loadu_epi8(m, A));\n  }\n}\n"
    )
    module = raise_module(read(path, "vnni"), normalize=False)
    assert "arith.andi" not in str(module)
    given, result = np.arange(37, dtype=np.int8), np.full(64, -1, np.int8)
    jit.run(module, "k", [given, result, 37])
    np.testing.assert_array_equal(result, [*range(37), *[-1] * 27])


WHILE_OF_REGISTERS = """
func.func @halve(%A: memref<?xf32>, %T: memref<?xf32>) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %half = arith.constant dense<0.5> : vector<16xf32>
  %limit = arith.constant 1.0 : f32
  %start = vector.load %A[%c0] : memref<?xf32>, vector<16xf32>
  %kept, %doubled = scf.while (%v = %start) : (vector<16xf32>) -> (vector<16xf32>, vector<16xf32>) {
    %twice = arith.addf %v, %v : vector<16xf32>
    %sum = vector.reduction <add>, %v : vector<16xf32> into f32
    %go = arith.cmpf ogt, %sum, %limit : f32
    scf.condition(%go) %v, %twice : vector<16xf32>, vector<16xf32>
  } do {
  ^bb0(%v: vector<16xf32>, %w: vector<16xf32>):
    %next = arith.mulf %v, %half : vector<16xf32>
    scf.yield %next : vector<16xf32>
  }
  %both = arith.addf %kept, %doubled : vector<16xf32>
  vector.store %both, %T[%c0] : memref<?xf32>, vector<16xf32>
  return
}
"""


def test_a_while_loop_that_carries_registers() -> None:
    """What its condition passes on, the register carried and one computed there, is what is used behind the loop."""
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(WHILE_OF_REGISTERS)
        raise_kernel(module, module.body.operations[0].operation)
        assert module.operation.verify() and "vector<" not in str(module)
    a, t = np.linspace(0, 3, 16, dtype=np.float32), np.zeros(16, np.float32)
    jit.run(module, "halve", [a, t])
    expected = a.copy()
    while expected.sum() > 1:
        expected = expected / 2
    np.testing.assert_allclose(t, 3 * expected, rtol=1e-6)
