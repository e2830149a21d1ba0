"""Texts that do not parse: a type that is not the one of the uses, arrays longer than their memory; anything else stays refused."""

from __future__ import annotations

from mlir import ir

from xpiler.dialects import context
from xpiler.repair.parsing import parseable

NRAM = "memref<8192xf32, #bang.space<nram>>"
TEXT = f"""
module attributes {{xpiler.target = #xpiler.target<"bang", arch = "mtp_592">}} {{
  func.func @k(%A: memref<?xf32> {{xpiler.name = "A"}}) attributes {{xpiler.kernel}} {{
    %n = arith.constant 8192 : i32
    %bytes = arith.constant 32768 : i32
    %a = memref.alloca() : {NRAM}
    bang.memcpy %a, %A, %bytes <gdram2nram> : {NRAM}, memref<?xf32>
    bang.unary<abs> %a, %a, %n : {NRAM}, {NRAM}
    bang.memcpy %A, %a, %bytes <nram2gdram> : memref<?xf32>, {NRAM}
    return
  }}
}}
"""


def test_a_type_is_mended_where_the_value_is_made_first() -> None:
    wrong = TEXT.replace("alloca() : memref<8192xf32, #bang.space<nram>>", "alloca() : memref<8192xf32, #bang.space<wram>>")
    mended = list(parseable(wrong, context()))
    assert mended[0] == (TEXT, f"%a is {NRAM}")


def test_pieces_longer_than_the_memory_are_cut_with_the_numbers_that_name_them() -> None:
    found = list(parseable(TEXT.replace("8192", "262144"), context()))
    assert [what for _, what in found] == [f"pieces of 262144 become pieces of {length}" for length in (131072, 16384)]
    for (text, _), length in zip(found, (131072, 16384), strict=True):
        assert f"arith.constant {length} : i32" in text and ir.Module.parse(text, context())


def test_what_parses_and_what_nothing_helps_is_left_alone() -> None:
    assert not list(parseable(TEXT, context()))
    assert not list(parseable(TEXT.replace("bang.unary<abs>", "bang.no_such_thing"), context()))
