"""The verdict on an output text: proved at small sizes first, and only then run at telling ones.

Nothing of a proposal runs before its text was read by the front end (which knows no function but the platform's) and
was proved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from mlir import ir

from xpiler import frontend
from xpiler.diagnostics import InvalidInput, Unsupported, XpilerError
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH, HOST_PLATFORMS, platform_of
from xpiler.propose import sizes
from xpiler.propose.confirmation import Called, confirm
from xpiler.translation import read_options, read_text
from xpiler.verify import signature
from xpiler.verify.differential import Text
from xpiler.verify.limits import OutOfMemory, OutOfTime
from xpiler.verify.model.side import Unit
from xpiler.verify.prover import prove
from xpiler.verify.sampling import MOST_ELEMENTS
from xpiler.verify.sizes import candidates
from xpiler.verify.symbolic import stage as symbolic
from xpiler.verify.validator import Limits, scope_of, validate
from xpiler.verify.verdict import Answer, Verdict

SYMBOLIC_SECONDS = 4.0


@dataclass
class Subject:
    """The source of a translation, read once; `library` is where its build for runs is kept."""

    text: Text
    module: ir.Module
    options: TranslateOptions
    library: Path | None = None
    shared: ir.Module | None = None  # raised on demand; functions of it are used as long as the subject lives

    @staticmethod
    def of(path: str, options: TranslateOptions, library: Path | None = None) -> Subject:
        """Reads the source. Raises XpilerError where it cannot be read."""
        platform = options.source_platform or platform_of(path, read_text(path))
        module = frontend.read(Path(path), platform, read_options(options, platform))
        arch = options.source_arch or DEFAULT_ARCH[platform]
        return Subject(Text(Path(path), platform, arch, options.include_dirs), module, options, library)

    def integers(self) -> list[str]:
        """The launcher's integer parameters. Raises Unsupported where there is no launcher."""
        return [p.name for p in self.launcher().parameters if not p.is_pointer and np.dtype(p.dtype).kind in "iu"]

    def launcher(self) -> signature.Callable:
        """The function that both texts are called by."""
        return entry(self.module, self.text.platform)


def judge(subject: Subject, output: Path, *, seconds: float = 20.0, widen: bool = False) -> Answer:
    """The answer on the text in `output`: proved at small sizes and agreeing in runs at telling ones; `widen` asks for all sizes as well.

    Raises XpilerError where the text cannot be read.
    """
    platform = subject.options.to
    arch = subject.options.target_arch or DEFAULT_ARCH[platform]
    target = frontend.read(output, platform, frontend.ReadOptions(arch=arch))
    answer = proof(subject, target, seconds)
    if answer.verdict is not Verdict.PROVED:
        return answer
    stumble = _past_constants(subject, target, seconds)
    if stumble:
        return replace(answer, verdict=Verdict.UNSUPPORTED, reason=stumble)
    answer = _confirmed(answer, subject, target, Text(output, platform, arch))
    return _for_all_sizes(answer, subject, target) if widen and answer.verdict is Verdict.PROVED else answer


def entry(module: ir.Module, platform: str) -> signature.Callable:
    """The host launcher of a module, or its kernel where the platform needs no launch. Raises Unsupported where there is none."""
    found = signature.host_launcher(module)
    if found is None and platform not in HOST_PLATFORMS:
        raise Unsupported("the text has no host launcher", hint="a proposal is judged by what its launcher computes")
    return found or signature.kernel(module)


def proof(subject: Subject, target: ir.Module, seconds: float, rows: list[dict[str, int]] | None = None) -> Answer:
    """The validator's answer at the first small sizes that the source itself takes."""
    answer = Answer(Verdict.UNSUPPORTED, "no sizes to prove at")
    for row in rows or sizes.proof_rows(subject.integers()):
        answer = validate(subject.module, target, row, limits=Limits(seconds))
        if answer.verdict is Verdict.PROVED or not answer.stumbles_over_source:
            return answer
    return answer


def _past_constants(subject: Subject, target: ir.Module, seconds: float) -> str:
    """Where the validator stumbles at sizes past each constant of the texts, as far as its steps go; empty where it does not."""
    rows = candidates(Unit.of(subject.module).parameters, (subject.module, target))
    found = prove(subject.module, target, rows, seconds).stumble
    return "" if found is None or found.is_of_source else f"{found.reason} at {scope_of([found.sizes])}"


def _for_all_sizes(answer: Answer, subject: Subject, target: ir.Module) -> Answer:
    """The answer with the scope that the symbolic stage shows; as it is where that stage does not decide."""
    try:
        found = symbolic.prove(subject.module, target, SYMBOLIC_SECONDS)
    except (Unsupported, OutOfTime, OutOfMemory):
        return answer
    return replace(answer, scope=found.scope, assumptions=found.assumptions)


def _confirmed(answer: Answer, subject: Subject, target: ir.Module, output: Text) -> Answer:
    function = _with_extents(subject)
    rows = sizes.telling_rows(subject.integers(), (subject.module, target), lambda row: _fits(function, row))
    try:
        called = Called(subject.text, output, function, entry(target, output.platform).symbol)
        found = confirm(called, rows, source_library=subject.library)
    except XpilerError as error:
        return replace(answer, verdict=Verdict.UNSUPPORTED, reason=error.diagnostics[0].message)
    if found.witness:
        return replace(answer, verdict=Verdict.REFUTED, reason="a run differs", counterexample=found.witness)
    if not found.calls:
        return replace(answer, verdict=Verdict.UNSUPPORTED, reason="the source runs at none of the sizes tried")
    return replace(answer, runs=found.calls)


def _fits(function: signature.Callable, row: dict[str, int]) -> bool:
    return sum(function.extents(row).values()) <= MOST_ELEMENTS // 4


def _with_extents(subject: Subject) -> signature.Callable:
    """The launcher with what tells its buffers' extents: its own copies, else the raised kernel's accesses."""
    launcher = subject.launcher()
    try:
        launcher.extents(dict.fromkeys(subject.integers(), 64))
        return launcher
    except (InvalidInput, Unsupported):
        from xpiler.raising import raise_module

        subject.shared = subject.shared or raise_module(subject.module)
        described = signature.kernel(subject.shared)
        return signature.Callable(launcher.symbol, launcher.parameters, described.function)
