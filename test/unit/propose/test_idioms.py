"""Computations that the rules do not know reach the target's builtin by a proposed pattern: proved, saved, then used with no model."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_server import proposal, script
from pytest_httpserver import HTTPServer

from xpiler.options import TranslateOptions
from xpiler.propose.llm.session import LlmOptions, improved
from xpiler.propose.patterns.library import Library
from xpiler.translation import translate_file
from xpiler.verify.verdict import Verdict

IDIOMS = Path(__file__).resolve().parents[3] / "benchmarks" / "proposals" / "idioms"
BUILTINS = {
    "binarize": "__bang_active_sign",
    "capped": "__bang_relun",
    "gelu_layer": "__bang_active_gelu",
    "logistic": "__bang_active_sigmoid",
    "swish": "__bang_active_sigmoid",
}


@pytest.mark.parametrize("name", BUILTINS)
def test_a_builtin_is_reached_by_a_pattern_that_is_kept(httpserver: HTTPServer, tmp_path: Path, name: str) -> None:
    kernel = IDIOMS / f"{name}.cu"
    options = TranslateOptions(to="bang", verify="none", patterns=str(tmp_path))
    by_rules = translate_file(str(kernel), options)
    assert BUILTINS[name] not in by_rules.text
    seen = script(httpserver, proposal("pattern", (IDIOMS / f"{name}.mlir").read_text()))
    model = LlmOptions(httpserver.url_for("/v1"), "m", proposals=1, prompts=("pattern",))
    found = improved(by_rules, options, model)
    assert found.answer.verdict is Verdict.PROVED and BUILTINS[name] in found.text, found.diagnostics
    assert found.schedule_reason == "pattern proposed by m (pattern/propose@1)"
    entry = Library.at(str(tmp_path)).entry(name)
    assert (entry.verdict, entry.origin, entry.kernels) == ("proved", "m", (kernel.name,))
    asked = len(seen)
    alone = translate_file(str(kernel), options)
    assert BUILTINS[name] in alone.text and len(seen) == asked
