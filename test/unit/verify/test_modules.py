"""Modules in MLIR: compared with text and with each other, verdicts as attributes, and passes that are proved one by one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlir import ir
from proof_subjects import KERNELS, corpus

from xpiler.diagnostics import InvalidInput, PassFailed
from xpiler.passes import Pass
from xpiler.pipeline import Pipeline, Stage, watching
from xpiler.tools.xpile import xpile
from xpiler.verify.attribute import state_verdict
from xpiler.verify.each_pass import EachPass
from xpiler.verify.texts import VerifyOptions, verify_files
from xpiler.verify.verdict import Verdict

ADD = str(KERNELS / "add" / "add.cu")


@pytest.fixture
def saved(tmp_path: Path):
    """Writes a module, with one piece of its text replaced."""

    def save(module: ir.Module, old: str = "", new: str = "") -> str:
        text = module.operation.get_asm(enable_debug_info=False)
        assert old in text
        path = tmp_path / f"m{len(list(tmp_path.iterdir()))}.mlir"
        path.write_text(text.replace(old, new))
        return str(path)

    return save


def test_a_module_of_a_platform_and_its_shared_form_are_what_the_text_is(saved) -> None:
    module = corpus("add", ".cpp")
    for form in (saved(module), saved(xpile(module, "shared"))):
        assert verify_files(ADD, form, VerifyOptions({}, run=False)).verdict is Verdict.PROVED
    assert verify_files(form, ADD, VerifyOptions({}, run=False)).verdict is Verdict.PROVED


def test_a_wrong_module_is_refuted_by_running_the_text_it_stands_for(saved) -> None:
    found = verify_files(ADD, saved(corpus("add", ".cpp"), "arith.addf", "arith.subf"), VerifyOptions({}))
    assert found.verdict is Verdict.REFUTED
    assert "n = 1" in found.counterexample
    assert "computed by" in found.counterexample


def test_what_does_not_parse_is_said_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.mlir"
    path.write_text("module {\n  func.func @k( {\n}\n")
    with pytest.raises(InvalidInput) as caught:
        verify_files(str(path), ADD, VerifyOptions({}))
    assert (caught.value.diagnostics[0].place.line, caught.value.diagnostics[0].place.column) == (2, 16)


def test_a_verdict_is_an_attribute(saved) -> None:
    source = corpus("add", ".cu")
    module = xpile(source, "bang")
    assert state_verdict(source, module).verdict is Verdict.PROVED
    assert 'verdict = "proved"' in str(module.operation.attributes["xpiler.verdict"])
    wrong = xpile(corpus("add", ".cpp"), "vnni")
    with wrong.context:
        wrong = ir.Module.parse(str(wrong).replace("arith.addf", "arith.subf"))
    assert state_verdict(source, wrong).verdict is not Verdict.PROVED
    assert 'verdict = "proved"' not in str(wrong.operation.attributes["xpiler.verdict"])


def test_xpiler_opt_states_the_verdict_and_proves_each_pass(saved, tmp_path: Path) -> None:
    output = tmp_path / "out.mlir"
    command = [sys.executable, "-I", "-m", "xpiler.tools.xpiler_opt", saved(corpus("add", ".cu")), "--xpile-to=hip", "--validate-each"]
    done = subprocess.run([*command, "-o", str(output)], capture_output=True, text=True, check=True)
    assert "raising: proved (all sizes" in done.stderr
    assert "lowering: proved (all sizes" in done.stderr
    assert 'verdict = "proved"' in output.read_text()


@dataclass(frozen=True)
class SumsToDifferences(Pass):
    """A pass that is wrong."""

    name = "sums-to-differences"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        def visit(inner: ir.Operation) -> ir.WalkResult:
            if inner.name == "arith.addf":
                with ir.InsertionPoint(inner), inner.location:
                    changed = ir.Operation.create("arith.subf", [r.type for r in inner.results], list(inner.operands))
                inner.results[0].replace_all_uses_with(changed.results[0])
            return ir.WalkResult.ADVANCE

        op.walk(visit)


def test_the_pass_that_is_wrong_is_named() -> None:
    shared = xpile(corpus("add", ".cu"), "shared")
    stages = [Stage("builtin.module", step) for step in ("canonicalize", SumsToDifferences(), "cse")]
    said: list[str] = []
    with watching(EachPass(said.append)), pytest.raises(PassFailed, match="pass 'sums-to-differences' changes what the kernel does"):
        Pipeline(tuple(stages)).run(shared)
    assert "sums-to-differences" in said[-1]


def test_passes_that_keep_the_meaning_are_proved() -> None:
    each = EachPass(lambda line: None)
    shared = xpile(corpus("add", ".cpp"), "shared")
    with watching(each):
        Pipeline.parse("canonicalize,cse,loop-vectorize").run(shared)
    assert each.answers[-1][0] == "pass 'loop-vectorize'"
    assert {answer.verdict for _, answer in each.answers} == {Verdict.PROVED}
