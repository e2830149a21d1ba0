"""Writing a bundle: all of the folder, or nothing."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from mlir import ir

from xpiler.bundle.build_text import makefile, readme
from xpiler.bundle.main_text import Argument, main_text
from xpiler.bundle.recorded import Recorded, recorded
from xpiler.diagnostics import InvalidInput, Place, Unsupported
from xpiler.execution.bfloat16 import BFloat16, bits_of
from xpiler.frontend.options import ReadOptions
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX
from xpiler.verify import signature
from xpiler.verify.paired_files import pair_readable, readable_units
from xpiler.verify.programs import ProgramFile
from xpiler.verify.verdict import Verdict

if TYPE_CHECKING:
    from xpiler.options import TranslateOptions
    from xpiler.translation import Translation

PROBE = "probe.mlu"


@dataclass(frozen=True)
class Program:
    """The output as it is called and built, and the verdict on it."""

    launcher: str
    arguments: list[Argument]
    platform: str
    arch: str
    verdict: str


def bundle(path: str, options: TranslateOptions, sizes: dict[str, int], folder: Path) -> tuple[Translation, int]:
    """Translates a file and writes the folder that checks the output elsewhere; the translation and the number of calls in it.

    Raises InvalidInput where the folder is in use or the output was refuted, and XpilerError as `translate_file`.
    """
    from xpiler.translation import read_options, translate_with_modules

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput("the folder for the bundle is not empty", Place(str(folder)), "name one that is empty or not there")
    result, modules = translate_with_modules(path, options)
    if result.answer.verdict is Verdict.REFUTED:
        raise InvalidInput(f"the output is refuted: {result.answer.reason}", Place(path), f"with {result.answer.counterexample}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        made = Path(temporary) / folder.name
        (made / "data").mkdir(parents=True)
        output = made / f"{Path(path).stem}{OUTPUT_SUFFIX[options.to]}"
        output.write_text(result.text)
        arch = options.target_arch or DEFAULT_ARCH[options.to]
        reading = read_options(options, result.source_platform)
        sides = (
            ProgramFile(Path(path), result.source_platform, reading, options.extents, options.assumptions, modules.source),
            _read(output, options.to, arch),
        )
        pair_readable(sides, readable_units(sides)[0])
        calls = recorded(sides[0], modules.shared, sizes, options.seed, Path(temporary))
        program = Program(*_launcher(sides[1].module()), options.to, arch, result.answer.verdict.value)
        _fill(Path(path), made, output.name, program, calls)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return result, len(calls)


def _read(output: Path, platform: str, arch: str) -> ProgramFile:
    program = ProgramFile(output, platform, ReadOptions(arch=arch))
    return ProgramFile(output, platform, program.reading, loaded=program.module())


def _launcher(module: ir.Module) -> tuple[str, list[Argument]]:
    """The symbol of the output's launcher on host pointers, and its parameters."""
    found = signature.callable_launcher(module)
    if found is None or found.convention.on_device or found.convention.handles:
        raise Unsupported("the output has no launcher that takes the host's buffers", hint="give the elements of its buffers with --extent")
    described = [ir.DictAttr(a) for a in found.function.attributes["arg_attrs"]]
    types = [ir.StringAttr(d["xpiler.ctype"]).value for d in described]
    return found.symbol, [Argument(t, p.name, p.dtype, p.is_pointer) for t, p in zip(types, found.parameters, strict=True)]


def _beside(output: str, name: str) -> str:
    """The name of a file of the bundle; another where the output has it."""
    return name if name != output else f"bundle_{name}"


def _fill(source: Path, made: Path, output: str, program: Program, calls: list[Recorded]) -> None:
    """Writes all of a bundle but the output."""
    main = _beside(output, f"main{OUTPUT_SUFFIX[program.platform]}")
    probe = _beside(output, PROBE) if program.platform == "bang" else ""
    (made / "source").mkdir()
    shutil.copy(source, made / "source" / source.name)
    for name, resource in (("check.h", "check.h"), *([(probe, PROBE)] if probe else [])):
        (made / name).write_text(resources.files("xpiler.bundle").joinpath("resources", resource).read_text())
    (made / main).write_text(main_text(output, source.name, program.launcher, program.arguments, calls))
    (made / "Makefile").write_text(makefile(program.platform, program.arch, main, output, probe))
    (made / "README.md").write_text(readme(source.name, output, program.launcher, main, len(calls), program.verdict, probe))
    for call in calls:
        for name, before in call.before.items():
            (made / "data" / f"{call.name}_{name}.before").write_bytes(_bytes(before))
            if _bytes(before) != _bytes(call.after[name]):
                (made / "data" / f"{call.name}_{name}.after").write_bytes(_bytes(call.after[name]))


def _bytes(array: np.ndarray) -> bytes:
    return (bits_of(array) if isinstance(array, BFloat16) else array).tobytes()
