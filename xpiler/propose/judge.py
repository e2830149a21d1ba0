"""The verdict on an output text, what is cheap first: a small size by the validator, runs at telling sizes, then the whole proof.

Nothing of a proposal runs before its text was read by the front end (which knows no function but the platform's) and was proved at a
small size.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from mlir import ir

from xpiler import dialects, frontend
from xpiler.diagnostics import InvalidInput, Unsupported, XpilerError
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH, platform_of
from xpiler.propose import sizes
from xpiler.propose.confirmation import Confirmation
from xpiler.propose.kept import Kept
from xpiler.propose.launched_threads import threads
from xpiler.propose.programs import Case, Program
from xpiler.propose.rounding import Rounding
from xpiler.propose.rules import rules_program
from xpiler.propose.truth import Truth
from xpiler.translation import read_options, read_text
from xpiler.verify import signature
from xpiler.verify.differential import Text
from xpiler.verify.further_sizes import further_rows
from xpiler.verify.pairing import pair
from xpiler.verify.prover import Proof
from xpiler.verify.sampling import integers
from xpiler.verify.stages import STAGES, staged
from xpiler.verify.validator import Limits, validate
from xpiler.verify.verdict import Answer, Verdict

KINDS = ("random", "negative", "equal", "large")  # of inputs, at the first sizes of several elements: one alone has no overflow to hide
ROUNDED = ("equal",)  # at large sizes
MOST_ELEMENTS = 1 << 16  # of a run; larger sizes are the proof's
MOST_THREADS = 1 << 20  # of the launches of a run, which take a simulator a second
FEW = sizes.ALWAYS + len(KINDS) - 1  # runs before the whole proof


@dataclass
class Subject:
    """The source of a translation, read once; `kept` is what stays of it for the next proposal."""

    text: Text
    module: ir.Module
    options: TranslateOptions
    kept: Kept | None = None
    shared: ir.Module | None = None  # raised on demand; functions of it are used as long as the subject lives

    @staticmethod
    def of(path: str, options: TranslateOptions, kept: Kept | None = None) -> Subject:
        """Reads the source, or takes it as it was read for an earlier proposal. Raises XpilerError where it cannot be read."""
        platform = options.source_platform or platform_of(path, read_text(path))

        def read() -> ir.Module:
            return frontend.read(Path(path), platform, read_options(options, platform))

        module = kept.module("source", read, dialects.context()) if kept else read()
        arch = options.source_arch or DEFAULT_ARCH[platform]
        return Subject(Text(Path(path), platform, arch, options.include_dirs), module, options, kept)

    def integers(self) -> list[str]:
        """The launcher's integer parameters. Raises Unsupported where there is no launcher."""
        return [p.name for p in integers(self.launcher().parameters)]

    def launcher(self) -> signature.Callable:
        """The function that both texts are called by."""
        return signature.entry(self.module, self.text.platform)

    def raised(self) -> ir.Module:
        """The source in shared form."""
        from xpiler.raising import raise_module

        self.shared = self.shared or raise_module(self.module)
        return self.shared


@dataclass(frozen=True)
class Examined:
    """The answer on a text, and the sizes at which it is wrong where they are known."""

    answer: Answer
    sizes: dict[str, int] | None = None

    @property
    def refusal(self) -> tuple:
        """What stands against the text, the same for all texts that fail in one way."""
        return self.answer.verdict, self.answer.reason, *sorted((self.sizes or {}).items())


def judge(subject: Subject, output: Path, *, seconds: float = 20.0) -> Answer:
    """The answer on the text in `output`: what `xpiler verify` would prove of it, and runs at sizes around both programs' constants.

    Raises XpilerError where the text cannot be read.
    """
    return examine(subject, output, seconds=seconds).answer


def examine(subject: Subject, output: Path, *, seconds: float = 20.0) -> Examined:
    """The same, with the sizes that speak against the text."""
    platform = subject.options.to
    arch = subject.options.target_arch or DEFAULT_ARCH[platform]
    target = frontend.read(output, platform, frontend.ReadOptions(arch=arch))
    pair(subject.module, target)
    answer = proof(subject, target, seconds)
    if answer.verdict is not Verdict.PROVED:
        return Examined(answer)
    with tempfile.TemporaryDirectory(prefix="xpiler-confirm-") as folder:
        return _examined(_Runs.of(subject, target, Text(output, platform, arch), Path(folder)), seconds)


def judged_rules(subject: Subject) -> tuple:
    """What stands against the translation that the rules write of the source."""

    def judged() -> tuple:
        with tempfile.TemporaryDirectory(prefix="xpiler-rules-") as folder:
            program = rules_program(subject, subject.launcher(), Kept(Path(folder)))
            try:
                return examine(subject, program.text.path).refusal if program else ()
            except XpilerError as error:
                return (Verdict.UNSUPPORTED, error.diagnostics[0].message)

    return subject.kept.value("refusal", judged) if subject.kept else judged()


def _examined(runs: _Runs, seconds: float) -> Examined:
    """Few runs, the whole proof, and more runs: many where it holds for given sizes only."""
    few, more = runs.cases[:FEW], runs.cases[FEW:]
    against = runs.at(few)
    if against is not None:
        return against
    proof = _proved(runs.subject, runs.target, seconds)
    if proof.answer.verdict is not Verdict.PROVED:
        stumble = proof.stumble
        return Examined(proof.answer, None if stumble is None or stumble.is_of_source else stumble.sizes)
    given = [] if proof.answer.is_for_all_sizes else more
    against = runs.at([*given, *runs.further(proof)])
    if against is not None:
        return against
    if not runs.calls:
        return Examined(replace(proof.answer, verdict=Verdict.UNSUPPORTED, reason="the source runs at none of the sizes tried"))
    return Examined(replace(proof.answer, runs=runs.calls))


def _proved(subject: Subject, target: ir.Module, seconds: float) -> Proof:
    """The whole proof; for all sizes last where that was in vain before."""
    kept = subject.kept
    stages = tuple(reversed(STAGES)) if kept and kept.is_hard else STAGES
    found = staged(subject.module, target, {}, seconds, stages)
    if kept and found.answer.verdict is Verdict.PROVED and not found.answer.is_for_all_sizes:
        kept.note_hard()
    return found


@dataclass
class _Runs:
    """Runs of one output; `calls` counts those that agreed."""

    subject: Subject
    target: ir.Module
    cases: list[Case]
    confirmation: Confirmation
    calls: int = 0

    @staticmethod
    def of(subject: Subject, target: ir.Module, output: Text, folder: Path) -> _Runs:
        """The runs of a text, which is built in a folder."""
        function = _with_extents(subject)
        rows = sizes.telling_rows(subject.integers(), (subject.module, target), lambda row: _fits(function, row))
        several = min(1, len(rows) - 1)  # the first row is of ones
        cases = [(row, kind) for k, row in enumerate(rows) for kind in (KINDS if k == several else KINDS[:1])]
        kept = subject.kept or Kept(folder)
        source = Program("source", subject.text, function, function.symbol, kept)
        rounding = Rounding(source, lambda: Truth.of(subject.raised()), lambda: rules_program(subject, function, kept))
        symbol = signature.entry(target, output.platform).symbol
        return _Runs(subject, target, cases, Confirmation(source, output, symbol, rounding, folder))

    def further(self, proof: Proof) -> list[Case]:
        """Sizes past all constants, and past what all blocks or tasks come to: what a proof of small sizes does not reach, and what
        rounding does to long sums of equal numbers, of which a proof over the reals says nothing.
        """
        function = self.confirmation.source.function
        passed = [row for row, _ in proof.rows]
        rows = further_rows(function.parameters, (self.subject.module, self.target), passed, self._extents)
        kinds = ROUNDED if proof.answer.is_for_all_sizes else (*KINDS[:1], *ROUNDED)
        return [(row, kind) for row in rows for kind in kinds]

    def _extents(self, row: dict[str, int]) -> dict[str, int]:
        """Elements of the arrays. Raises Unsupported where the launches of a row take a simulator too long."""
        launchers = (self.subject.launcher(), signature.entry(self.target, self.subject.options.to))
        if any(threads(launcher, row) > MOST_THREADS for launcher in launchers):
            raise Unsupported("too many threads for a simulator")
        return self.confirmation.source.function.extents(row)

    def at(self, cases: list[Case]) -> Examined | None:
        """What stands against the output after these runs; None where nothing does."""
        try:
            found = self.confirmation.at(cases)
        except XpilerError as error:
            return Examined(Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message))
        self.calls += found.calls
        refuted = Answer(Verdict.REFUTED, "a run differs", counterexample=found.witness)
        return Examined(refuted, found.sizes) if found.witness else None


def proof(subject: Subject, target: ir.Module, seconds: float, rows: list[dict[str, int]] | None = None) -> Answer:
    """The validator's answer at the first small sizes that the source itself takes."""
    answer = Answer(Verdict.UNSUPPORTED, "no sizes to prove at")
    for row in rows or sizes.proof_rows(subject.integers()):
        answer = validate(subject.module, target, row, limits=Limits(seconds))
        if answer.verdict is Verdict.PROVED or not answer.stumbles_over_source:
            return answer
    return answer


def _fits(function: signature.Callable, row: dict[str, int]) -> bool:
    return sum(function.extents(row).values()) <= MOST_ELEMENTS


def _with_extents(subject: Subject) -> signature.Callable:
    """The launcher with what tells its buffers' extents: its own copies, else the raised kernel's accesses."""
    launcher = subject.launcher()
    try:
        launcher.extents(dict.fromkeys(subject.integers(), 64))
        return launcher
    except (InvalidInput, Unsupported):
        described = signature.kernel(subject.raised())
        return signature.Callable(launcher.symbol, launcher.parameters, described.function)
