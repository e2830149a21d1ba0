"""From a BANG file to a shared object that runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from xpiler.diagnostics import InvalidInput, Place
from xpiler.platforms.cxx import run_cxx

from .compiler import compile_flags, includes, prepared
from .options import Arch, SimulatorOptions, find_arch, options_source
from .rewrite import rewrite

_RUN_TIME_SIZE = ("variably modified", "variable-sized", "variable length", "not usable in a constant", "array bound is not", "placed(")


def build(
    source: Path | str,
    output: Path | str,
    *,
    arch: str = "mtp_592",
    strict: bool = True,
    seed: int = 0,
    include_dirs: Sequence[Path | str] = (),
    defines: Sequence[str] = (),
    options: SimulatorOptions | None = None,
) -> None:
    """Compiles the BANG file `source` with the simulator into the shared object `output`.

    The object has the file's own `extern "C"` symbols and, for each kernel,
    `xpiler_sim_launch_<kernel>(unsigned dim[3], unsigned type, unsigned unused, void **arguments)`. `xpiler_sim_findings`,
    `xpiler_sim_warnings` and `xpiler_sim_counts` give JSON, `xpiler_sim_reset` clears them; `xpiler_sim_alloc`,
    `xpiler_sim_register` and `xpiler_sim_unregister` make the caller's buffers device memory. Raises InvalidInput.
    """
    source, facts, options = Path(source), find_arch(arch), options or SimulatorOptions()
    if not source.is_file():
        raise InvalidInput("cannot read the file", Place(str(source)))
    parts = prepared()
    flags = [*compile_flags(strict=strict), *_definitions(facts, defines), *includes()]
    for folder in include_dirs:
        flags += ["-I", str(folder)]
    prelude = ["-include", str(parts / ("strict" if strict else "lenient") / "prelude.h")]
    text = run_cxx([*flags, *prelude, "-E", "-fpch-preprocess", "-x", "c++", str(source)], source)
    rewritten = rewrite(text)
    with tempfile.TemporaryDirectory() as scratch:
        unit, settings, code = Path(scratch) / "kernels.ii", Path(scratch) / "options.cpp", Path(scratch) / "kernels.o"
        unit.write_text(rewritten.text)
        settings.write_text(options_source(facts, options, strict=strict, seed=seed, uses_sram=rewritten.uses_sram))
        _compile_unit([*flags, "-fpreprocessed", "-x", "c++", "-c", str(unit), "-o", str(code)], source)
        objects = [str(settings), str(code), str(parts / "runtime.o")]
        link = ["-shared", "-fPIC", *includes(), *objects, "-Wl,-Bsymbolic,--wrap=__assert_fail", "-ldl", "-lpthread"]
        run_cxx([*link, "-o", str(output)], source)


def _definitions(arch: Arch, defines: Sequence[str]) -> list[str]:
    """The device macros of the architecture, then the caller's."""
    facts = {
        "__BANG_ARCH__": arch.number,
        "__MLU_NRAM_SIZE__": arch.nram_kb,
        "__MLU_WRAM_SIZE__": arch.wram_kb,
        "__MLU_SRAM_SIZE__": arch.sram_kb,
    }
    return [f"-D{name}={value}" for name, value in facts.items()] + [f"-D{define}" for define in defines]


def _compile_unit(arguments: list[str], source: Path) -> None:
    """Compiles the rewritten unit; the compiler's words about an array of run-time size become BANG's."""
    try:
        run_cxx(arguments, source)
    except InvalidInput as error:
        first = error.diagnostics[0]
        if any(words in first.message for words in _RUN_TIME_SIZE):
            raise InvalidInput(
                "an on-chip array needs a size known at compile time", first.place, f"the compiler says: {first.message}"
            ) from error
        raise
