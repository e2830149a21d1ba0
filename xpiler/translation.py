"""The road of a kernel: text, platform form, shared form, scheduled form, the target's form, text, verdict."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.diagnostics import Diagnostic, InvalidInput, Place, collecting
from xpiler.options import TranslateOptions
from xpiler.platforms.names import DEFAULT_ARCH, PLATFORMS, platform_of
from xpiler.verify.verdict import Answer, Verdict

if TYPE_CHECKING:
    from mlir import ir

    from xpiler.frontend import ReadOptions
    from xpiler.lowering.c_text.written import Listener
    from xpiler.platforms.target import Target
    from xpiler.verify.each_pass import EachPass


@dataclass
class Translation:
    """The output text and everything that is known about it."""

    source: str
    source_platform: str
    target: str
    text: str = ""
    kernels: list[str] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(Verdict.NONE))
    seconds: dict[str, float] = field(default_factory=dict)
    schedule: str = ""
    schedule_reason: str = ""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times one stage of the road."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 4)


def read_text(path: str, expected: str = "a kernel") -> str:
    """The text of a source file, or of another that holds what is `expected`.

    Raises InvalidInput for an unreadable, empty or binary file.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read the file: {error.strerror}", Place(path), "check the path and its permissions") from None
    if not data.strip():
        raise InvalidInput("the file is empty", Place(path), f"expected {expected}")
    if b"\0" in data:
        raise InvalidInput("the file is binary", Place(path), "expected source text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def translate_file(path: str, options: TranslateOptions) -> Translation:
    """Translates the kernels of one file.

    Raises XpilerError (of any kind) where the source, the options or a tool are at fault.
    """
    return translate_with_modules(path, options)[0]


@dataclass(frozen=True)
class Modules:
    """A translation in MLIR: the source's platform form, its shared form, the output's platform form."""

    source: ir.Module
    shared: ir.Module
    output: ir.Module


def translate_with_modules(path: str, options: TranslateOptions, listener: Listener | None = None) -> tuple[Translation, Modules]:
    """A translation with its modules; `listener` is told of each line of the output. Raises XpilerError as `translate_file`."""
    if options.to not in PLATFORMS:
        raise InvalidInput(f"unknown target platform '{options.to}'", hint=f"expected one of {', '.join(PLATFORMS)}")
    text = read_text(path)
    platform = options.source_platform or platform_of(path, text)
    result = Translation(path, platform, options.to)
    with collecting() as result.diagnostics:
        modules = _transform(path, options, result, listener)
    if options.verify != "none":
        with result.stage("verify"):
            _verify(path, options, result, modules)
    return result, modules


def _verify(path: str, options: TranslateOptions, result: Translation, modules: Modules) -> None:
    """Adds the verdict. The validator is imported here: without it a translation takes a quarter less."""
    from xpiler.verify.header import with_verdict
    from xpiler.verify.translated import check

    result.answer = check(path, options, result, modules.source, modules.shared)
    result.text = with_verdict(result.text, result.answer)


def _transform(path: str, options: TranslateOptions, result: Translation, listener: Listener | None) -> Modules:
    """Fills in the output."""
    from xpiler import frontend, lowering, raising
    from xpiler.lowering.c_text.written import telling
    from xpiler.pipeline import watching
    from xpiler.platforms.target import Target
    from xpiler.raising.structure import kernels, symbol_name
    from xpiler.stated_extents import check_extents
    from xpiler.stated_facts import state_facts

    with result.stage("read"):
        module = frontend.read(Path(path), result.source_platform, read_options(options, result.source_platform))
        state_facts(module, options.kernel, options.extents, options.assumptions)
        check_extents(module, options.extents)
    each = _validator(options)
    with result.stage("raise"), watching(*each):
        shared = raising.raise_module(module)
        for validator in each:
            validator.compare("raising", module, shared)
    result.kernels = sorted(map(symbol_name, kernels(shared)))
    target = Target(options.to, options.target_arch or DEFAULT_ARCH[options.to])
    file = str(options.schedule or "")
    with result.stage("choose"):
        result.schedule, result.schedule_reason = (read_text(file, "pipeline text"), "given") if file else _chosen(shared, target, options)
    with result.stage("lower"), watching(*each):
        output = lowering.lower(shared, target, result.schedule, file)
        for validator in each:
            validator.compare("lowering", shared, output)
    with result.stage("emit"), telling(listener):
        result.text = lowering.emit(output)
    return Modules(module, shared, output)


def _validator(options: TranslateOptions) -> list[EachPass]:
    """What proves each pass where that is asked for; it writes its verdicts to standard error."""
    if not options.validate_each:
        return []
    from xpiler.verify.each_pass import EachPass

    return [EachPass(lambda line: print(line, file=sys.stderr))]


def _chosen(shared: ir.Module, target: Target, options: TranslateOptions) -> tuple[str, str]:
    """The cost model's choice of a schedule with its reason, saved patterns in front of it where they are asked for."""
    from xpiler.tune.choice import choose

    choice = choose(shared, target)
    if options.patterns is None:
        return choice.schedule, choice.reason
    from xpiler.propose.patterns.scheduling import with_patterns

    return with_patterns(choice.schedule, target.platform, options.patterns), choice.reason


def read_options(options: TranslateOptions, platform: str) -> ReadOptions:
    """The front end's part of the options."""
    from xpiler.frontend import ReadOptions

    return ReadOptions(
        kernel=options.kernel,
        arch=options.source_arch or DEFAULT_ARCH[platform],
        launch=options.launch,
        assume_launch=True,
        include_dirs=options.include_dirs,
        defines=options.defines,
        standard=options.standard,
        instantiate=options.instantiate,
        bang_weights=options.bang_weights,
    )
