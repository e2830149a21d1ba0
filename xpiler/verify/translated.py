"""The verdict on a translation: source file and output text, proved and run."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.frontend.options import ReadOptions
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX
from xpiler.platforms.vnni.c_text import SUFFIX as C
from xpiler.verify import signature
from xpiler.verify.buffer_extents import Extents, by_launched_kernels, first_told
from xpiler.verify.chosen_elements import choosing, with_room
from xpiler.verify.defects.chosen_updates import chosen_updates
from xpiler.verify.defects.defect import DefectiveSource
from xpiler.verify.defects.lost_results import lost_results
from xpiler.verify.defects.overflows import overflows
from xpiler.verify.defects.overlapping_parts import overlapping_parts
from xpiler.verify.defects.overruns import overruns
from xpiler.verify.defects.report import Examination
from xpiler.verify.defects.rows import holds
from xpiler.verify.defects.short_allocations import short_allocations
from xpiler.verify.defects.short_arrays import short_arrays
from xpiler.verify.defects.wide_shifts import wide_shifts
from xpiler.verify.defects.wrapped_subscripts import wrapped_subscripts
from xpiler.verify.differential import Runs, Text
from xpiler.verify.float_bits import as_floats, elements_of, in_elements, typed_by_kernels
from xpiler.verify.further_sizes import further_rows, small_rows
from xpiler.verify.judgement import Called, run_both
from xpiler.verify.paired_files import pair_readable, read_once, readable_units
from xpiler.verify.programs import ProgramFile
from xpiler.verify.proving import Proved, Spent, prove_files
from xpiler.verify.refutation import explained_answer, extents_of
from xpiler.verify.roomy_kernels import roomy
from xpiler.verify.sampling import volume
from xpiler.verify.turning_sizes import turning_rows
from xpiler.verify.verdict import Answer, Verdict
from xpiler.verify.weakest import weakest

if TYPE_CHECKING:
    from xpiler.options import TranslateOptions
    from xpiler.translation import Translation

RUN_SECONDS = 60.0
MOST_ELEMENTS = 1 << 24  # of an array that is only run because a launcher branches there
SMALL = 2  # a size at which launchers take their usual branches


def check(path: str, options: TranslateOptions, result: Translation, source: ir.Module, shared: ir.Module) -> Answer:
    """A proof that runs confirm, or runs alone. `source` is the file's module, `shared` tells extents where the launcher does not."""
    from xpiler.translation import read_options

    reading = read_options(options, result.source_platform)
    with tempfile.TemporaryDirectory(prefix="xpiler-verify-") as folder:
        written = Path(folder) / f"output{OUTPUT_SUFFIX[options.to]}"
        written.write_text(result.text)
        arch = options.target_arch or DEFAULT_ARCH[options.to]
        sides = (
            ProgramFile(Path(path), result.source_platform, reading, options.extents, options.assumptions, source),
            ProgramFile(written, options.to, ReadOptions(arch=arch)),
        )
        sides = read_once(sides)
        answers = {unit: _of_unit(unit, sides, options, result, shared, Path(folder)) for unit in readable_units(sides)}
        answer = without_folders(weakest(answers), (f"{folder}/", f"{Path(path).parent}/"))
        if options.certificate is not None:
            _certify(options.certificate, sides, answer, options.seconds)
    return answer


def _with_launcher(run: ProgramFile, source: ProgramFile) -> Text | None:
    """The source as it was run, where it was given a launcher which takes what the source's stated one takes."""
    kernels = signature.functions(source.module(), "xpiler.kernel") if run is not source else {}
    stated = signature.all_launchers(source.module()).get(signature.chosen(source.module()))
    if len(kernels) != 1 or stated is None:
        return None
    ((name, kernel),) = kernels.items()
    ours, theirs = ([(p.name, p.dtype) for p in signature.parameters_of(function)] for function in (stated, kernel))
    return Text.of(run, f"{name}_kernel") if ours == theirs else None


def _certify(folder: Path, sides: tuple[ProgramFile, ProgramFile], answer: Answer, seconds: float) -> None:
    """The certificate of a proof, with the output as it was proved: the verdict is not in its header yet."""
    from xpiler.verify.certificate.folder import write_certificate

    write_certificate(folder, sides, answer, seconds)
    shutil.copyfile(sides[1].path, folder / sides[1].path.name)


def _of_unit(
    unit: str, sides: tuple[ProgramFile, ProgramFile], options: TranslateOptions, result: Translation, shared: ir.Module, folder: Path
) -> Answer:
    """The verdict on one launcher of the source, or on the kernel where there is none."""
    pair_readable(sides, unit)
    fixed = [*overflows(sides[0].module()), *short_allocations(sides[0].module())] if sides[0].platform != "mlir" else []
    if fixed and not options.assume_valid:
        raise DefectiveSource(fixed)
    proved = Proved(Answer(Verdict.NONE))
    if options.verify == "prove":
        with result.stage("prove"):
            proved = _proved(sides, options, unit)
    with result.stage("run"):
        long = roomy(shared)  # held here: what tells extents reads it
        runs, extents, called = _runs(options, proved, sides, (shared, long), folder)
        possible = fixed + overruns(shared, str(sides[0].path), options.assumptions)
        if sides[0].platform != "mlir":
            possible += chosen_updates(sides[0].module()) + wide_shifts(sides[0].module()) + wrapped_subscripts(sides[0].module())
            possible += lost_results(sides[0].module())
            possible += overlapping_parts(sides[0].module(), options.assumptions) + short_arrays(sides[0].module(), options.assumptions)
        examination = Examination(
            sides[0], options.assumptions, extents, options.assume_valid, possible, _with_launcher(called[0], sides[0])
        )
        answer, runs, diagnostics = examination.after(proved, runs)
        answer = explained_answer(answer, called, runs, extents, options.seed)
    result.diagnostics += diagnostics
    return answer


def _proved(sides: tuple[ProgramFile, ProgramFile], options: TranslateOptions, unit: str) -> Proved:
    """The proof; none of an output that we cannot read, which its own compiler may take all the same."""
    try:
        return prove_files(*sides, spent=Spent(options.seconds), unit=unit)
    except InvalidInput as error:
        if sides[1].loaded is not None:
            raise
        return Proved(Answer(Verdict.UNSUPPORTED, f"the output is not read: {error.diagnostics[0].message}"))


def _runs(
    options: TranslateOptions, proved: Proved, sides: tuple[ProgramFile, ProgramFile], forms: tuple[ir.Module, ir.Module], folder: Path
) -> tuple[Runs, Extents | None, tuple[ProgramFile, ProgramFile]]:
    """Runs of both texts, what tells the extents of the source's buffers, and the texts that were run.

    `forms` are the source in shared form, and the same with room in its arrays.
    """
    shared, long = forms
    try:
        source, launcher = callable_source(sides[0], long, folder)
        stated, told = (source_extents(launcher, source.module(), module) for module in (long, shared))
        given = first_told(stated, *with_room(launcher, long))  # for runs: what lies past it is no defect
    except (InvalidInput, Unsupported) as error:
        return Runs(why=str(error)), None, sides
    sides = (source, sides[1])
    numbers = {p.name for p in launcher.parameters if not p.is_pointer and "int" in p.dtype}
    executed = tuple(row for row in proved.executed() if numbers <= row[0].keys())  # sizes in a launcher's own names say nothing here
    small = {p.name: SMALL for p in launcher.parameters if p.name in numbers}
    turns = _turns(source, sides[1], small) if proved.answer.verdict is not Verdict.PROVED else ()
    parameters = as_floats(launcher.parameters, shared)
    extents = first_told(told, *with_room(launcher, shared))
    if proved.is_for_all_sizes:
        rows = small_rows([row for row in proved.beyond if row.keys() == numbers], extents)
    else:
        rows = _further(source, sides[1], parameters, [row for row, _ in executed], extents)
    further = tuple(row for row in rows if all(holds(assumption, row) for assumption in options.assumptions))
    types = typed_by_kernels(launcher.function, launcher.parameters, sides[0].module())
    parameters = choosing([replace(p, dtype=types.get(p.name, p.dtype)) for p in parameters], shared)
    executed = tuple((row, elements_of(elements, types)) for row, elements in executed)
    called = Called(launcher.symbol, parameters, executed, launcher.convention, in_elements(given, types), turns, further)
    return run_both(sides, called, proved, seed=options.seed, seconds=RUN_SECONDS), stated, sides


def _turns(source: ProgramFile, output: ProgramFile, small: dict[str, int]) -> tuple[dict[str, int], ...]:
    """Sizes at which launchers take another branch, of those whose arrays can be run: a size is a factor of an array's extent."""
    rows = turning_rows((source.module(), output.module()), small)
    return tuple(row for row in rows if volume(row) <= MOST_ELEMENTS)


def _further(source: ProgramFile, output: ProgramFile, parameters: list, executed: list, stated: Extents) -> tuple[dict[str, int], ...]:
    """Sizes past the constants of both texts that the proof has not passed; none where a text is not read."""
    try:
        return further_rows(parameters, (source.module(), output.module()), executed, stated)
    except InvalidInput:
        return ()


def callable_source(source: ProgramFile, shared: ir.Module, folder: Path) -> tuple[ProgramFile, signature.Callable]:
    """The source's launcher, and the text that has it: the file, or a copy in `folder` that is given one.

    Raises InvalidInput, Unsupported where there is no kernel that it could launch.
    """
    launcher = signature.callable_launcher(source.module())
    if launcher is not None:
        return source, launcher
    kernel = signature.kernel(shared)
    launched, symbol = _launched(source, kernel, folder)
    return launched, replace(kernel, symbol=symbol)


def source_extents(launcher: signature.Callable, source: ir.Module, shared: ir.Module) -> Extents:
    """What tells the elements of the launcher's buffers, best first."""
    told = [launcher.extents]
    if signature.kind_of(launcher.function):
        told += [by_launched_kernels(launcher, shared), *_of_only_kernel(launcher, shared), extents_of(source)]
    return first_told(*told)


def _of_only_kernel(launcher: signature.Callable, shared: ir.Module) -> list[Extents]:
    """The extents of the file's kernel, where it takes what the launcher takes."""
    kernels = [signature.kernel(shared, name) for name in signature.functions(shared, "xpiler.kernel")]
    same = [k for k in kernels if [p.is_pointer for p in k.parameters] == [p.is_pointer for p in launcher.parameters]]
    return [replace(same[0], parameters=launcher.parameters).extents] if len(kernels) == 1 and same else []


def _launched(source: ProgramFile, kernel: signature.Callable, folder: Path) -> tuple[ProgramFile, str]:
    """A copy of the source that has a host launcher, and its name."""
    from xpiler.source_launcher import with_launcher

    copy = folder / f"source{C if source.path.suffix == C else OUTPUT_SUFFIX[source.platform]}"
    copy.write_text(with_launcher(source.path, source.module(), kernel))
    reading = replace(source.reading, include_dirs=(source.path.parent, *source.reading.include_dirs))
    return replace(source, path=copy, reading=reading), f"{kernel.symbol}_kernel"


def without_folders(answer: Answer, folders: tuple[str, ...]) -> Answer:
    """The answer with files named without their folder: it must not depend on where they lie."""

    def short(text: str) -> str:
        for folder in folders:
            text = text.replace(folder, "")
        return text

    return replace(
        answer,
        reason=short(answer.reason),
        counterexample=short(answer.counterexample),
        notes=tuple(short(text) for text in answer.notes),
    )
