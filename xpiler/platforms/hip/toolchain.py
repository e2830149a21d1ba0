"""hipcc, or a clang that knows AMD's GPUs: used to check that HIP text compiles to real AMDGPU code.

A clang alone has no ROCm behind it: it is given `device_headers`, our own words for HIP's device functions.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from xpiler.platforms.tool import Need, Tool, compile_check, program, version_of

NEED = Need(
    "hipcc or clang",
    "checks that HIP text compiles for AMD's GPUs",
    "install ROCm, or a clang with the AMDGPU target (Debian: clang-22)",
)
DEVICE_HEADERS = Path(__file__).parent / "device_headers"
_WITHOUT_ROCM = ("-x", "hip", "-nogpulib", "-nogpuinc", "-isystem", str(DEVICE_HEADERS))
_CLANGS = (*(f"clang-{version}" for version in range(24, 17, -1)), "clang")


def find() -> Tool | None:
    """hipcc, else the newest clang with the AMDGPU target, or None."""
    hipcc = program("hipcc", folders=(Path("/opt/rocm/bin"),))
    if hipcc:
        return Tool(NEED, hipcc, version_of(hipcc, r"HIP version: (\S+)"))
    for name in _CLANGS:
        path = program(name)
        if path and _knows_amdgpu(path):
            return Tool(NEED, path, version_of(path, r"clang version (\S+)"))
    return None


def _knows_amdgpu(clang: Path) -> bool:
    result = subprocess.run([str(clang), "--print-targets"], capture_output=True, text=True, check=False)
    return "amdgcn" in result.stdout


def check(source: Path, *, arch: str = "gfx942", include_dirs: tuple[Path, ...] = (), defines: tuple[str, ...] = ()) -> None:
    """Compiles `source` to AMDGPU assembly and throws it away; raises what the compiler refuses."""
    paths = [*(f"-I{path}" for path in include_dirs), *(f"-D{define}" for define in defines)]
    assembly(source, arch, tuple(paths))


def assembly(source: Path, arch: str = "gfx942", options: tuple[str, ...] = ()) -> str:
    """The AMDGPU assembly of a file's kernels, with what the compiler says of their registers; raises what it refuses."""
    tool = find()
    if tool is None:
        raise NEED.missing()
    language = () if tool.path.name == "hipcc" else _WITHOUT_ROCM
    command = [str(tool.path), *language, "-std=c++17", f"--offload-arch={arch}", "--cuda-device-only", *options]
    with tempfile.TemporaryDirectory(prefix="xpiler-hip-") as folder:
        written = Path(folder) / "out.s"
        compile_check([*command, "-S", "-o", str(written), str(source)], tool.path.name)
        return written.read_text()
