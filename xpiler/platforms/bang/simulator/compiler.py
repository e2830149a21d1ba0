"""The host compiler of the simulator, and the parts compiled once: the runtime and the precompiled headers.

They live in the user's cache folder, under a hash of their sources and of the compiler, and are moved there whole, so that
several processes may build at once.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from xpiler.platforms.cxx import find_cxx, run_cxx

ROOM = Path(__file__).parent
FLAGS = (
    "-std=gnu++17",
    "-fPIC",
    "-fno-gnu-unique",
    "-fnon-call-exceptions",
    "-ffp-contract=off",
    "-fexcess-precision=16",
    "-fvisibility=default",
    "-w",
)
STRICT_FLAGS = ("-fsanitize=thread", "--param", "tsan-instrument-func-entry-exit=0")


def compile_flags(*, strict: bool) -> tuple[str, ...]:
    """Flags of a translation unit of the user's; strict ones have every scalar access reported to the runtime."""
    # What a program leaves uninitialised (a queue it never created) is no queue by chance.
    return (*FLAGS, "-O1", "-g1", "-ftrivial-auto-var-init=pattern", *(STRICT_FLAGS if strict else ()))


@functools.cache
def _fingerprint() -> str:
    digest = hashlib.sha256()
    version = subprocess.run([find_cxx(), "-dumpfullversion", "-dumpmachine"], capture_output=True, text=True, check=True).stdout
    digest.update(repr((version, FLAGS, STRICT_FLAGS)).encode())
    for path in sorted([*ROOM.glob("include/**/*.h"), *ROOM.glob("runtime/*")]):
        digest.update(str(path.relative_to(ROOM)).encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def cache_folder() -> Path:
    """Where compiled parts are kept: `XPILER_CACHE`, or the user's cache folder."""
    base = os.environ.get("XPILER_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "xpiler")
    return Path(base) / "bang-simulator" / _fingerprint()


def prepared() -> Path:
    """The folder of compiled parts, made if need be: `runtime.o`, and `strict/` and `lenient/` with a precompiled prelude."""
    folder = cache_folder()
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        _compile_parts(scratch)
        os.replace(scratch, folder)
    except OSError:  # another process was first
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _compile_parts(folder: Path) -> None:
    sources = sorted((ROOM / "runtime").glob("*.cpp"))
    jobs = [[*FLAGS, "-O2", *includes(), "-c", str(source), "-o", str(folder / f"{source.stem}.o")] for source in sources]
    for name in ("strict", "lenient"):
        header = folder / name / "prelude.h"
        header.parent.mkdir()
        header.write_text('#include "xpiler_sim/prelude.h"\n')
        flags = compile_flags(strict=name == "strict")
        jobs.append([*flags, *includes(), "-x", "c++-header", str(header), "-o", str(header) + ".gch"])
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(lambda arguments: run_cxx(arguments, ROOM), jobs))
    objects = [str(folder / f"{source.stem}.o") for source in sources]
    run_cxx(["-r", "-nostdlib", *objects, "-o", str(folder / "runtime.o")], ROOM)
    for path in objects:
        os.unlink(path)


def includes() -> tuple[str, ...]:
    """Include flags for the simulator's own headers."""
    return ("-I", str(ROOM / "include"), "-I", str(ROOM / "runtime"))
