"""cncc, the vendor's compiler: used to check BANG text where a user has it. Without it the simulator stands in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from xpiler.platforms.tool import Need, Tool, compile_check, program, version_of

NEED = Need(
    "cncc",
    "checks that BANG text compiles for a real MLU",
    "install Cambricon Neuware and set NEUWARE_HOME; without it the simulator compiles and runs the text",
)


def _folders() -> tuple[Path, ...]:
    """Where cncc lies when it is not on PATH: NEUWARE_HOME and its usual place."""
    homes = [Path(os.environ["NEUWARE_HOME"])] if os.environ.get("NEUWARE_HOME") else []
    return (*(home / "bin" for home in homes), Path("/usr/local/neuware/bin"))


def find() -> Tool | None:
    """cncc with its version, or None."""
    path = program("cncc", folders=_folders())
    return Tool(NEED, path, version_of(path, r"version:? v?(\S+)")) if path else None


def check(source: Path, *, arch: str = "mtp_592", include_dirs: tuple[Path, ...] = (), defines: tuple[str, ...] = ()) -> None:
    """Compiles `source`, host and device code, and throws the result away; raises what cncc refuses."""
    tool = find()
    if tool is None:
        raise NEED.missing()
    with tempfile.TemporaryDirectory(prefix="xpiler-cncc-") as folder:
        options = [*(f"-I{path}" for path in include_dirs), *(f"-D{define}" for define in defines)]
        command = [str(tool.path), "-std=c++17", f"--bang-mlu-arch={arch}", "-c", *options, "-o", f"{folder}/out.o", str(source)]
        compile_check(command, "cncc")
