"""Patterns: what is proved once and for all, its twins that are not, what is refused, and that saved ones work alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlir import ir

from xpiler.diagnostics import InvalidInput, PassFailed
from xpiler.dialects import context
from xpiler.propose.patterns.apply_patterns import matches
from xpiler.propose.patterns.keeping import keep, proved
from xpiler.propose.patterns.library import Library
from xpiler.propose.patterns.pattern import read
from xpiler.propose.patterns.proof import FOR_ALL, prove
from xpiler.propose.proposal import Kind, Proposal
from xpiler.verify.verdict import Verdict

IDIOMS = Path(__file__).resolve().parents[3] / "benchmarks" / "proposals" / "idioms"
TEXTS = {path.stem: path.read_text() for path in sorted(IDIOMS.glob("*.mlir"))}
# One change in each pattern that makes it wrong.
TWINS = {
    "above": ("arith.cmpf ogt", "arith.cmpf oge"),
    "binarize": ("arith.cmpf oge", "arith.cmpf ogt"),
    "capped": ("0.000000e+00", "1.000000e+00"),
    "gelu_layer": ("4.471500e-02", "4.471600e-02"),
    "logistic": ("active_sigmoid", "active_tanh"),
    "swish": ("bang.binary<mul>", "bang.binary<add>"),
}

PDL = """module attributes {xpiler.pattern = "double", xpiler.target = #xpiler.target<"bang">} {
  pdl.pattern : benefit(1) {
    %x = pdl.operand
    %t = pdl.type
    %sum = pdl.operation "arith.addf"(%x, %x : !pdl.value, !pdl.value) -> (%t : !pdl.type)
    pdl.rewrite %sum {
      %square = pdl.operation "arith.mulf"(%x, %x : !pdl.value, !pdl.value) -> (%t : !pdl.type)
      pdl.replace %sum with %square
    }
  }
}"""


@pytest.mark.parametrize("name", TEXTS)
def test_the_idioms_are_proved_for_all_lengths_and_their_twins_are_not(name: str) -> None:
    shared = context()
    answer = prove(read(TEXTS[name], shared))
    assert (answer.verdict, answer.scope) == (Verdict.PROVED, FOR_ALL)
    right, wrong = TWINS[name]
    assert right in TEXTS[name]
    assert prove(read(TEXTS[name].replace(right, wrong, 1), shared)).verdict is not Verdict.PROVED


def test_a_builtin_on_part_of_the_elements_is_no_proof() -> None:
    text = TEXTS["logistic"].replace(
        "    bang.unary<active_sigmoid> %dst, %src, %n :",
        "    %two = arith.constant 2 : i32\n    bang.unary<active_sigmoid> %dst, %src, %two :",
    )
    assert prove(read(text, context())).verdict is not Verdict.PROVED


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('xpiler.pattern = "logistic"', 'xpiler.pattern = "../../etc"', "is no name of a pattern"),
        ("@after", "@later", "there is no @after"),
        ("    return\n", '    llvm.inline_asm "nop", "" : () -> ()\n    return\n', "may not hold 'llvm.inline_asm'"),
        ("scf.forall", "scf.nothing", "not valid MLIR"),
    ],
)
def test_what_no_pattern_may_be_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(PassFailed, match=message):
        read(TEXTS["logistic"].replace(old, new), context())


def test_pdl_is_proved_on_the_operations_it_names() -> None:
    shared = context()
    assert prove(read(PDL, shared)).verdict is not Verdict.PROVED  # x + x is not x * x
    doubled = '%minus = pdl.operation "arith.negf"(%x : !pdl.value) -> (%t : !pdl.type)\n      %m = pdl.result 0 of %minus\n'
    doubled += '      %square = pdl.operation "arith.subf"(%x, %m : !pdl.value, !pdl.value) -> (%t : !pdl.type)'
    right = "\n".join(doubled if "%square = pdl.operation" in line else line for line in PDL.splitlines())
    assert prove(read(right, shared)).verdict is Verdict.PROVED  # x - (-x) is


@pytest.mark.parametrize("operation", ["func.call", "nosuch.op", "memref.store"])
def test_pdl_names_arithmetic_only(operation: str) -> None:
    with pytest.raises(PassFailed, match="may not name"):
        read(PDL.replace("arith.mulf", operation), context())


def test_a_pattern_that_crashes_the_driver_costs_a_sentence() -> None:
    crash = PDL.replace('"arith.mulf"(%x, %x : !pdl.value, !pdl.value)', '"arith.cmpf"(%x, %x : !pdl.value, !pdl.value)')
    with pytest.raises(InvalidInput, match="cannot be proved"):
        proved(crash)


def test_a_pattern_that_matches_what_it_makes_ends_in_a_sentence() -> None:
    text = """module attributes {xpiler.pattern = "turn", xpiler.target = #xpiler.target<"bang">} {
      func.func @before(%a: f32, %b: f32) -> f32 { %s = arith.mulf %a, %b : f32 return %s : f32 }
      func.func @after(%a: f32, %b: f32) -> f32 { %s = arith.mulf %b, %a : f32 return %s : f32 }
    }"""
    kernel = """func.func @k(%A: memref<?xf32>, %i: index) attributes {xpiler.kernel} {
      %x = memref.load %A[%i] : memref<?xf32>
      %y = arith.mulf %x, %x : f32
      memref.store %y, %A[%i] : memref<?xf32>
      return
    }"""
    shared = context()
    with pytest.raises(PassFailed, match="applied for ever"):
        matches(read(text, shared), ir.Module.parse(kernel, shared))


def test_a_library_keeps_what_is_proved_and_notices_changes(tmp_path: Path) -> None:
    folder = str(tmp_path)
    entry = keep(Proposal(Kind.PATTERN, TEXTS["swish"], "model m", "pattern/propose@1"), "swish.cu", folder)
    assert Library.at(folder).entry("swish").kernels == ("swish.cu",) and entry.origin == "model m"
    assert any("active_sigmoid> is exact" in a for a in entry.assumptions)
    with pytest.raises(InvalidInput, match="is not proved"):
        keep(Proposal(Kind.PATTERN, TEXTS["swish"].replace("<mul>", "<add>"), "m"), folder=folder)
    (tmp_path / "swish.mlir").write_text(TEXTS["swish"].replace("<mul>", "<add>"))
    with pytest.raises(InvalidInput, match="changed after it was proved"):
        Library.at(folder).patterns()


def test_a_match_needs_the_same_element_and_a_number_for_all() -> None:
    from xpiler.options import TranslateOptions
    from xpiler.propose.judge import Subject
    from xpiler.raising import raise_module

    kernel = Subject.of(str(IDIOMS / "above.cu"), TranslateOptions(to="bang"))
    found = {name: matches(read(text, kernel.module.context), raise_module(kernel.module)) for name, text in TEXTS.items()}
    assert found == {name: int(name == "above") for name in TEXTS}
