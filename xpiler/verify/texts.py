"""`verify` on two files: a proof, and runs of both that confirm it or stand in for it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from xpiler.diagnostics import XpilerError
from xpiler.frontend.options import ReadOptions
from xpiler.verify.defects.report import Examination
from xpiler.verify.differential import Runs
from xpiler.verify.further_sizes import further_rows, small_rows
from xpiler.verify.judgement import Called, run_both
from xpiler.verify.paired_files import pair_readable, read_once, readable_units
from xpiler.verify.programs import ProgramFile
from xpiler.verify.proving import Proved, Spent, prove_files
from xpiler.verify.refutation import MOST_ITERATIONS, explained_answer, extents_of
from xpiler.verify.translated import RUN_SECONDS, without_folders
from xpiler.verify.validator import Sizes
from xpiler.verify.verdict import Answer, Verdict
from xpiler.verify.weakest import weakest

Sides = tuple[ProgramFile, ProgramFile]


@dataclass(frozen=True)
class VerifyOptions:
    """How to read both files and what to spend; without `sizes` the prover chooses them."""

    sizes: Sizes
    platforms: tuple[str, str] = ("", "")
    archs: tuple[str, str] = ("", "")
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    kernel: str = ""
    launch: str = ""
    seconds: float = 60.0
    run: bool = True
    seed: int = 0
    assume_valid: bool = False
    certificate: Path | None = None  # the folder it is written to


def verify_files(source: str, target: str, options: VerifyOptions) -> Answer:
    """The verdict on `target` as a translation of `source`.

    Raises XpilerError where a file cannot be read, DefectiveSource where the source is definitely wrong.
    """
    sides = read_once(tuple(_program(path, k, options) for k, path in enumerate((source, target))))
    answer = weakest({unit: _verdict(sides, options, unit) for unit in readable_units(sides)})
    if options.certificate is not None:
        from xpiler.verify.certificate.folder import write_certificate

        write_certificate(options.certificate, sides, answer, options.seconds)
    return answer


def _verdict(sides: Sides, options: VerifyOptions, unit: str) -> Answer:
    pair_readable(sides, unit)
    proved = prove_files(*sides, options.sizes, Spent(options.seconds), unit)
    if not options.run:
        return without_folders(proved.answer, _folders(sides))
    with tempfile.TemporaryDirectory(prefix="xpiler-verify-") as folder:
        runnable, runs = _runs(sides, proved, options, Path(folder))
        answer, runs, diagnostics = Examination(sides[0], assume_valid=options.assume_valid).after(proved, runs)
        answer = explained_answer(answer, runnable, runs, None, options.seed)
        answer = without_folders(answer, (f"{folder}/",))
    answer = replace(answer, notes=(*answer.notes, *(str(d) for d in diagnostics)))
    return without_folders(answer, _folders(sides))


def _folders(sides: Sides) -> tuple[str, ...]:
    return tuple(f"{p.path.parent}/" for p in sides if p.path.parent != Path("."))


def _program(path: str, side: int, options: VerifyOptions) -> ProgramFile:
    reading = ReadOptions(
        arch=options.archs[side],
        include_dirs=options.include_dirs,
        defines=options.defines,
        kernel=options.kernel,
        launch=options.launch if side == 0 else "",
        assume_launch=True,
    )
    return ProgramFile.of(path, options.platforms[side], reading)


def _runs(sides: Sides, proved: Proved, options: VerifyOptions, folder: Path) -> tuple[Sides, Runs]:
    """The texts that are run, and what runs show."""
    if proved.function is None:
        return sides, Runs(why="the source has no host function to run it by")
    symbol, parameters, convention = proved.function
    called = Called(symbol, parameters, proved.executed(), convention)
    try:
        texts = tuple(p.as_text(_made(folder / str(k))) for k, p in enumerate(sides))
    except XpilerError as error:
        return sides, Runs(why=f"a module that has no text is not run ({error.diagnostics[0].message})")
    if proved.answer.verdict is Verdict.PROVED and not options.sizes:
        extents = extents_of(sides[0].module(), MOST_ITERATIONS)
        rows = [row for row, _ in proved.executed()]
        if not proved.is_for_all_sizes:
            called = replace(called, stated=extents, further=further_rows(parameters, tuple(p.module() for p in sides), rows, extents))
        elif beyond := small_rows(proved.beyond, extents):
            called = replace(called, stated=extents, further=beyond)
    return texts, run_both(texts, called, proved, seed=options.seed, seconds=RUN_SECONDS)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
