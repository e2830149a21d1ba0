"""Building C and AVX-512 text with checks: of bounds, of what is read before it is written, of races between OpenMP threads.

The text is compiled with the intrinsics in plain C++ and with `-fsanitize=thread`, whose calls, like those of OpenMP, the
runtime in `checks/` answers instead of that library.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from xpiler.platforms.cxx import find_cxx, run_cxx
from xpiler.platforms.vnni.c_text import compiler_flags
from xpiler.platforms.vnni.toolchain import BINDING, emulation_flags

RUNTIME = Path(__file__).parent / "checks"

_LOOPS = (
    "dynamic",
    "guided",
    "runtime",
    "nonmonotonic_dynamic",
    "nonmonotonic_guided",
    "nonmonotonic_runtime",
    "maybe_nonmonotonic_runtime",
)
_NAMES = (
    *("parallel", "parallel_sections", "sections_start", "sections_next", "barrier", "loop_end", "sections_end"),
    *("critical_start", "critical_end", "critical_name_start", "critical_name_end", "atomic_start", "atomic_end"),
    *(f"parallel_loop_{kind}" for kind in _LOOPS),
    *(f"loop_{kind}_start" for kind in _LOOPS),
    *(f"loop_{wide}{kind}_next" for kind in _LOOPS for wide in ("", "ull_")),
)
CHECKED = (*(f"GOMP_{name}" for name in _NAMES), "omp_set_lock", "omp_unset_lock")
MEMORY = (
    *("memset", "memcpy", "memmove", "free", "_ZdlPv", "_ZdaPv", "_ZdlPvm", "_ZdaPvm"),
    *("malloc", "calloc", "realloc", "aligned_alloc", "memalign", "posix_memalign", "_Znam"),
)
"""Functions whose calls by the text go to the runtime's `checked_` ones."""

_UNCHECKED = re.compile(r"#\s*pragma\s+omp\b[^\n]*\b(task|taskloop|target|teams|ordered|depend)\b")


def can_check(text: str) -> bool:
    """Whether the runtime knows the OpenMP constructs of the text; tasks and the like are not followed."""
    return not _UNCHECKED.search(text)


def build_checked(source: Path, output: Path, *, arch: str, include_dirs: Sequence[Path] = (), defines: Sequence[str] = ()) -> None:
    """Compiles `source` to the shared object `output`, which also exports `xpiler_sim_findings`; InvalidInput where it does not compile."""
    # Calls that move bytes stay calls, so that they are seen.
    moves = ("-fno-builtin", "-mmemcpy-strategy=libcall:-1:noalign", "-mmemset-strategy=libcall:-1:noalign")
    # Accesses stay where the text has them, so that their lines are right.
    stay = ("-fno-tree-loop-im", "-fno-tree-sink", "-fno-tree-loop-distribute-patterns")
    watched = ("-fsanitize=thread", "-fsanitize=bounds", "--param=tsan-instrument-func-entry-exit=0", *stay)
    flags = ["-std=c++17", "-O1", "-g1", "-fPIC", "-w", "-fopenmp", *moves, *watched, *emulation_flags(arch)]
    folders = [word for folder in include_dirs for word in ("-I", str(folder))] + [f"-D{define}" for define in defines]
    with tempfile.TemporaryDirectory(prefix="xpiler-checked-") as scratch:
        made = Path(scratch) / "text.o"
        run_cxx([*flags, *compiler_flags(source.name), *folders, "-c", "-x", "c++", str(source), "-o", str(made)], source)
        renamed = [f"--redefine-sym={name}=checked_{name}" for name in (*CHECKED, *MEMORY)]
        subprocess.run([shutil.which("objcopy") or "objcopy", *renamed, str(made)], check=True, capture_output=True)
        run_cxx(["-shared", BINDING, str(made), str(_runtime()), "-fopenmp", "-ldl", "-lpthread", "-o", str(output)], source)


def _runtime() -> Path:
    """The runtime as one object, compiled once for each state of its sources."""
    digest = hashlib.sha256(find_cxx().encode())
    sources = sorted(RUNTIME.glob("*.cpp"))
    for path in (*sources, RUNTIME / "checks.h"):
        digest.update(path.read_bytes())
    base = os.environ.get("XPILER_CACHE_DIR") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "xpiler")
    kept = Path(base) / "vnni" / f"checks-{digest.hexdigest()[:16]}.o"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
            objects = [f"{scratch}/{source.stem}.o" for source in sources]
            for source, made in zip(sources, objects, strict=True):
                run_cxx(["-std=c++17", "-O2", "-fPIC", "-fvisibility=hidden", "-c", str(source), "-o", made], source)
            run_cxx(["-r", "-nostdlib", *objects, "-o", f"{scratch}/all.o"], RUNTIME)
            os.replace(f"{scratch}/all.o", kept)
    return kept
