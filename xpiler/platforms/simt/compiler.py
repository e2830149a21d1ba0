"""Drives g++: the runtime and the precompiled header once for each set of options, then the user's file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xpiler.diagnostics import Diagnostic, InvalidInput, Place, ToolMissing

ROOM = Path(__file__).parent
INCLUDE = ROOM / "include"
RUNTIME = ROOM / "runtime"
STRICT_ONLY = ("watch.cpp", "races.cpp", "alignment.cpp", "subscripts.cpp")
LENIENT_ONLY = ("polling.cpp",)


# Functions of the C library that the runtime answers itself (runtime/math_functions.cpp, assertions.cpp).
WRAPPED = (
    *"expf exp2f exp10f expm1f logf log2f log1pf sinf cosf sincosf tanf atanf tanhf erff erfcf cbrtf".split(),
    *"fmaxf fminf fmax fmin __assert_fail".split(),
)


@dataclass(frozen=True)
class Options:
    """What a build depends on besides the file: each set has its own runtime and precompiled header."""

    platform: str  # "cuda" or "hip": the folder of headers
    device_macros: tuple[str, ...]  # -D options that tell the architecture
    warp: int
    strict: bool
    version: tuple[int, int] = (9, 0)
    polls: bool = False  # the file has volatile or atomic accesses, at which other threads have their turn

    def flags(self) -> list[str]:
        """Compiler options shared by the header, the runtime and the user's file."""
        # Without GNU's unique symbols: two simulations in one process would share the static variables of templates.
        language = (
            "-std=c++17",
            "-O1",
            "-fPIC",
            "-w",
            "-fno-gnu-unique",
            "-fno-strict-aliasing",
            "-fexcess-precision=16",
            "-fmax-errors=5",
        )
        # Version 4: binutils reads file names that `#line` sets from version 5 wrongly.
        lines = ("-g1", "-gdwarf-4")
        return [*language, *lines, "-fvisibility-inlines-hidden", f"-DXPILER_SIMT_WARP={self.warp}"]

    def kernel_flags(self) -> list[str]:
        """Options for code that runs on the simulated device: in strict mode every access is a call of ours."""
        parameters = ("tsan-instrument-func-entry-exit=0", "tsan-distinguish-volatile=1")
        calls = ["-fsanitize=thread", *(f"--param={parameter}" for parameter in parameters)] if self.strict or self.polls else []
        # A stream that a program never created is then none by chance.
        checks = ["-fsanitize=alignment", "-fsanitize=bounds", "-ftrivial-auto-var-init=pattern", "-DXPILER_SIMT_STRICT=1"]
        watched = [*calls, *(checks if self.strict else [])]
        version = [f"-DXPILER_SIMT_MAJOR={self.version[0]}", f"-DXPILER_SIMT_MINOR={self.version[1]}"]
        # Code in the order of its source: lanes without a mask meet at the earliest place they wait in.
        order = ("-fno-reorder-blocks", "-fno-reorder-blocks-and-partition")
        return [*self.flags(), *order, *watched, *version, *self.device_macros, f"-I{INCLUDE / self.platform}"]


def compiler() -> str:
    """g++ (or what CXX names), which must be GCC: clang has no `-x c++-header` cache of the same kind."""
    found = shutil.which(os.environ.get("CXX", "g++")) or shutil.which("g++")
    if not found:
        raise ToolMissing("the simulator needs g++", hint="install GCC's C++ compiler, version 12 or newer")
    return found


def cache_folder() -> Path:
    """Where runtimes and precompiled headers are kept between runs."""
    base = os.environ.get("XPILER_CACHE_DIR") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "xpiler")
    return Path(base) / "simt"


def _fingerprint(parts: object) -> str:
    """Changes whenever the compiler, `parts` or any file of the simulator changes."""
    digest = hashlib.sha256(repr((compiler(), parts)).encode())
    for path in sorted((*INCLUDE.rglob("*"), *RUNTIME.rglob("*"))):
        if path.is_file():
            digest.update(str(path.relative_to(ROOM)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _cached(name: str, parts: object, build: Callable[[Path], None]) -> Path:
    """The folder that `build` filled for `parts`, now or in an earlier run."""
    folder = cache_folder() / f"{name}-{_fingerprint(parts)}"
    if (folder / "ready").exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="build-", dir=folder.parent))
    build(building)
    (building / "ready").touch()
    try:
        building.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(building, ignore_errors=True)
    return folder


def runtime(options: Options) -> list[str]:
    """The runtime's objects: they know the width of a warp and the mode, not the platform."""
    flags = [*options.flags(), "-O2", "-fvisibility=hidden", f"-DXPILER_SIMT_STRICT={int(options.strict)}"]

    def build(folder: Path) -> None:
        others = LENIENT_ONLY if options.strict else STRICT_ONLY
        for source in sorted(path for path in RUNTIME.glob("*.cpp") if path.name not in others):
            run_compiler([*flags, "-c", str(source), "-o", str(folder / f"{source.stem}.o")])

    return sorted(str(path) for path in _cached("runtime", flags, build).glob("*.o"))


def prelude(options: Options) -> Path:
    """The precompiled header of every file of a platform and architecture."""

    def build(folder: Path) -> None:
        header = folder / "prelude.h"
        header.write_text("".join(f'#include "{INCLUDE / options.platform / name}"\n' for name in PRELUDE[options.platform]))
        run_compiler([*options.kernel_flags(), "-x", "c++-header", str(header), "-o", f"{header}.gch"])

    return _cached("prelude", options, build) / "prelude.h"


# Known to every file, whatever it includes: a kernel pasted without its includes runs too.
PRELUDE = {
    "cuda": ("cuda_runtime.h", "cuda_fp16.h", "cuda_bf16.h", "mma.h", "inline_assembly.h"),
    "hip": ("hip/hip_runtime.h", "hip/hip_fp16.h", "hip/hip_bf16.h"),
}


def compile_library(
    text: Path,
    output: Path,
    options: Options,
    *,
    include_dirs: tuple[Path, ...],
    defines: tuple[str, ...],
    seed: int,
    documented_errors: bool,
    blocks_talk: bool,
) -> None:
    """Compiles the rewritten file and links it with the runtime."""
    includes = [f"-I{folder}" for folder in include_dirs]
    macros = [f"-D{define}" for define in defines]
    made = text.with_suffix(".o")
    run_compiler([*options.kernel_flags(), *includes, *macros, "-include", str(prelude(options)), "-c", str(text), "-o", str(made)])
    numbers = {"unsigned xpiler_simt_seed": seed, "int xpiler_simt_documented_errors": int(documented_errors)}
    numbers |= {"int xpiler_simt_blocks_talk": int(blocks_talk)}
    settings = "".join(f'extern "C" const {name} = {value};\n' for name, value in numbers.items())
    wrapped = [f"-Wl,--wrap={name}" for name in WRAPPED]
    link = ["-shared", "-fPIC", "-Wl,-Bsymbolic", *wrapped, *_around(made, runtime(options))]
    run_compiler([*link, "-x", "c++", "-", "-o", str(output), "-ldl"], settings)


def _around(made: Path, objects: list[str]) -> list[str]:
    """The objects in the order of the link: what marks the user's data lies before and behind it."""
    begin, end = (next(path for path in objects if Path(path).stem == f"user_data_{side}") for side in ("begin", "end"))
    return [begin, str(made), end, *(path for path in objects if path not in (begin, end))]


_MESSAGE = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<fatal>fatal )?error: (?P<message>.*)$", re.MULTILINE)


def run_compiler(arguments: list[str], text: str | None = None) -> None:
    """Runs g++; its located errors become diagnostics."""
    result = subprocess.run([compiler(), *arguments], input=text, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return
    errors = [
        Diagnostic("error", found["message"], Place(found["file"], int(found["line"]), int(found["column"] or 0)))
        for found in _MESSAGE.finditer(result.stderr)
    ]
    if not errors:
        raise InvalidInput(f"the simulator's build failed: {result.stderr.strip()[:2000]}")
    raise InvalidInput(errors[0].message, errors[0].place, "the file does not compile for the simulator", notes=tuple(errors[1:]))
