"""nvcc: found on PATH, in CUDA's usual place or in its wheel; used to check that text compiles."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path

from xpiler.platforms.tool import Need, Tool, compile_check, program, version_of

NEED = Need(
    "nvcc",
    "checks that CUDA text compiles, and builds it where a GPU is",
    "install the CUDA toolkit, or: pip install nvidia-cuda-nvcc nvidia-cuda-crt nvidia-cuda-runtime nvidia-nvvm",
)


def _folders() -> tuple[Path, ...]:
    """Where nvcc lies when it is not on PATH: CUDA_HOME, the default prefix, the wheels."""
    homes = [Path(os.environ[name]) for name in ("CUDA_HOME", "CUDA_PATH") if os.environ.get(name)]
    spec = importlib.util.find_spec("nvidia")
    wheels = [folder for root in (spec.submodule_search_locations if spec else []) or [] for folder in Path(root).glob("*/bin")]
    return (*(home / "bin" for home in homes), Path("/usr/local/cuda/bin"), *sorted(wheels))


def find() -> Tool | None:
    """nvcc with its version, or None."""
    path = program("nvcc", folders=_folders())
    return Tool(NEED, path, version_of(path, r"release \S+ V(\S+)")) if path else None


def check(source: Path, *, arch: str = "sm_90", include_dirs: tuple[Path, ...] = (), defines: tuple[str, ...] = ()) -> None:
    """Compiles `source`, host and device code, and throws the result away; raises what nvcc refuses."""
    tool = find()
    if tool is None:
        raise NEED.missing()
    with tempfile.TemporaryDirectory(prefix="xpiler-nvcc-") as folder:
        options = [*(f"-I{path}" for path in include_dirs), *(f"-D{define}" for define in defines)]
        command = [str(tool.path), "-std=c++17", f"-arch={arch}", "-x", "cu", "-c", *options, "-o", f"{folder}/out.o", str(source)]
        compile_check(command, "nvcc")
