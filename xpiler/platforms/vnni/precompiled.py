"""The emulated intrinsics as a precompiled header: reading them takes most of the time of building a kernel."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from xpiler.diagnostics import InvalidInput
from xpiler.platforms.cxx import find_cxx, run_cxx

EMULATION = Path(__file__).parent / "emulation"
HEADER = "immintrin.h"


def precompiled(text: str, flags: list[str]) -> list[str]:
    """Flags that put the precompiled header before a text that includes it; none where it does not, or it cannot be made."""
    if f"#include <{HEADER}>" not in text:
        return []
    try:
        return ["-include", str(_cached(flags) / "prelude.h")]
    except (OSError, InvalidInput):
        return []


def _cached(flags: list[str]) -> Path:
    """The folder with the header compiled under these flags, now or in an earlier run."""
    folder = _cache_folder() / f"prelude-{_fingerprint(flags)}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="build-", dir=folder.parent))
    header = building / "prelude.h"
    header.write_text(f"#include <{HEADER}>\n")
    run_cxx([*flags, "-x", "c++-header", str(header), "-o", f"{header}.gch"], header)
    try:
        building.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _cache_folder() -> Path:
    base = os.environ.get("XPILER_CACHE_DIR") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "xpiler")
    return Path(base) / "vnni"


def _fingerprint(flags: list[str]) -> str:
    """Changes whenever the compiler, the flags or a header changes."""
    compiler = Path(find_cxx()).resolve()
    digest = hashlib.sha256(repr((str(compiler), compiler.stat().st_mtime_ns, flags)).encode())
    for path in sorted(EMULATION.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(EMULATION)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
