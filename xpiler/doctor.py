"""Finding the compilers and libraries that Xpiler can use; none is assumed."""

from __future__ import annotations

import importlib
import importlib.metadata
from dataclasses import dataclass

from xpiler.platforms.tool import program, version_of
from xpiler.platforms.vnni.toolchain import cpu_flags


@dataclass(frozen=True)
class Row:
    """One tool: its version (empty when missing), what it is for, how to get it."""

    name: str
    version: str
    purpose: str
    how_to_get: str


PACKAGES = (
    ("xtc-mlir-python-bindings", "the IR of every stage"),
    ("libclang-ng", "reading C++ of every platform"),
    ("z3-solver", "proofs"),
    ("islpy", "integer sets of proofs and dependences"),
    ("clang-format", "the layout of emitted text"),
)
TOOLCHAINS = ("vnni", "cuda", "hip", "bang")


def inspect() -> list[Row]:
    """A row for every package, program and instruction set."""
    rows = [Row(name, _package(name), purpose, f"pip install {name}") for name, purpose in PACKAGES]
    rows += [_compiler(platform) for platform in TOOLCHAINS]
    rows.append(Row("nvidia-smi", _gpus(), "running emitted CUDA text on a GPU", "an NVIDIA driver"))
    native = "avx512_vnni" in cpu_flags()
    rows.append(
        Row("AVX-512 VNNI", "this CPU" if native else "", "running vnni text natively", "nothing to do: without it the text runs emulated")
    )
    return rows


def _package(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _compiler(platform: str) -> Row:
    """What a platform's own toolchain finds."""
    toolchain = importlib.import_module(f"xpiler.platforms.{platform}.toolchain")
    tool, need = toolchain.find(), toolchain.NEED
    if tool is None:
        return Row(need.name, "", need.purpose, need.hint)
    return Row(tool.path.name, tool.version or str(tool.path), need.purpose, need.hint)


def _gpus() -> str:
    """The name of the first GPU that the driver knows; empty where there is none."""
    path = program("nvidia-smi")
    return version_of(path, r"(\S.*)", "--query-gpu=name", "--format=csv,noheader") if path else ""
