"""Prompts: every file has its form, every slot is filled, every example does what it shows; facts stay in their budget."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from mlir import ir

from xpiler.dialects import context
from xpiler.options import TranslateOptions
from xpiler.pipeline import run_pipeline
from xpiler.propose.facts import facts
from xpiler.propose.llm.budget import estimated_tokens
from xpiler.propose.llm.llm_proposer import PROMPTS, REPAIR, values
from xpiler.propose.patterns.pattern import read
from xpiler.propose.patterns.proof import prove
from xpiler.propose.program import module_of
from xpiler.propose.prompt import load
from xpiler.propose.proposal import Judgement, Kind, Proposal
from xpiler.propose.proposer import Task
from xpiler.propose.schedule_text import checked, fillings, parsed
from xpiler.verify.verdict import Verdict

ROOT = Path(__file__).resolve().parents[3] / "prompts"
NAMES = sorted(f"{path.parent.name}/{path.stem}" for path in ROOT.glob("*/*.md"))
PASSES = "loop-recovery loop-bind loop-split loop-fuse loop-reorder loop-expansion loop-contraction cache pipeline tensorize detensorize"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(name: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / f"{name}.md").read_text())


def test_there_is_a_prompt_for_each_pass_and_task() -> None:
    wanted = {f"{name}/propose" for name in (*PASSES.split(), "pattern", "annotate", "repair")}
    assert wanted == set(NAMES)
    assert {*PROMPTS, REPAIR} <= wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_can_be_filled(name: str) -> None:
    prompt = load(name)
    refuted = Judgement(Proposal(Kind.SCHEDULE, "loop-vectorize"), reason="T[0] differs", counterexample="n = 1")
    filled = values(prompt, Task("k.cu", TranslateOptions(to="bang"), "func.func @k()", "bang-matmul"), refuted)
    request = prompt.filled(filled | {"documentation": "adds"})
    assert "{{" not in request.user and Kind(prompt.front["reply"]) and int(prompt.version) >= 1


@pytest.mark.parametrize("name", [n for n in NAMES if any(kind == "schedule" for kind, _ in blocks(n))])
def test_a_schedule_of_an_example_changes_the_kernel_before_it(name: str) -> None:
    shared = context()
    found = blocks(name)
    for text in (text for kind, text in found if kind == "schedule"):
        pipeline = next(fillings(*parsed(text, shared)))
        assert checked(pipeline)
    for (first, before), (second, text) in pairwise(found):
        if (first, second) == ("before", "schedule"):
            module = ir.Module.parse(before, shared)
            unchanged = str(module)
            run_pipeline(f"builtin.module({next(fillings(*parsed(text, shared)))})", module)
            assert module.operation.verify() and str(module) != unchanged


@pytest.mark.parametrize("name", NAMES)
def test_programs_and_patterns_of_examples_hold(name: str) -> None:
    shared = context()
    with ir.Location.unknown(shared):
        source = ir.Module.create()
    for kind, text in blocks(name):
        if kind == "program":
            assert module_of(text, "vnni", source)
        if kind == "pattern":
            assert prove(read(text, shared)).verdict is Verdict.PROVED
        if kind == "semantics":
            assert ir.Module.parse(text.replace("$T", "f32"), shared).operation.verify()


@pytest.mark.parametrize("platform", ["cuda", "hip", "bang", "vnni"])
def test_facts_are_about_what_was_asked_and_fit(platform: str) -> None:
    few, many = (facts(platform, ["copy bytes memory barrier lanes"], tokens) for tokens in (60, 600))
    assert few != many and estimated_tokens(few) <= 60 and estimated_tokens(many) <= 600
    assert facts(platform, ["zzzz"], 600) == ""


def test_a_builtin_is_found_by_its_name() -> None:
    assert "(sigmoid)" in facts("bang", ["sigmoid"], 300)
