"""Shared kernels by name, and running an emitted text on arrays."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from xpiler import dialects
from xpiler.execution.build import build
from xpiler.execution.process import run
from xpiler.lowering import emit, lower
from xpiler.platforms.names import DEFAULT_ARCH, OUTPUT_SUFFIX
from xpiler.platforms.target import Target

KERNELS = Path(__file__).with_name("shared_kernels")


@pytest.fixture(scope="session")
def translate() -> Callable[[str, str], str]:
    """`translate(kernel, platform)`: the text of a shared-form kernel of this folder, without a schedule."""
    from mlir import ir

    context = dialects.context()

    def translated(kernel: str, platform: str) -> str:
        module = ir.Module.parse((KERNELS / f"{kernel}.mlir").read_text(), context)
        return emit(lower(module, Target(platform), schedule=""))

    return translated


@pytest.fixture
def lowered() -> Callable[[str, str, tuple[tuple[str, str], ...]], str]:
    """`lowered(kernel, platform, replacements)`: the same with parts of the kernel replaced by others."""
    from mlir import ir

    def text(kernel: str, platform: str, replacements: tuple[tuple[str, str], ...]) -> str:
        module = (KERNELS / f"{kernel}.mlir").read_text()
        for old, new in replacements:
            assert old in module
            module = module.replace(old, new)
        return emit(lower(ir.Module.parse(module, dialects.context()), Target(platform), schedule=""))

    return text


def compile_without_warnings(source: Path) -> None:
    """g++ with every usual warning as an error: emitted text has none."""
    flags = ["-O1", "-march=icelake-server", "-fopenmp", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]
    done = subprocess.run(["g++", *flags, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + source.read_text()


@pytest.fixture
def run_text(tmp_path: Path) -> Callable[..., tuple[np.ndarray, ...]]:
    """`run_text(text, platform, symbol, *arguments)`: the arrays after the call; findings and crashes fail the test."""

    def ran(text: str, platform: str, symbol: str, *arguments: object) -> tuple[np.ndarray, ...]:
        source = tmp_path / f"kernel{OUTPUT_SUFFIX[platform]}"
        source.write_text(text)
        library = tmp_path / "kernel.so"
        if platform == "vnni":
            compile_without_warnings(source)
        build(source, platform, library, arch=DEFAULT_ARCH[platform])
        result = run(library, symbol, [arguments])[0]
        assert result.ok, (result.failure, result.findings, text)
        return result.arrays

    return ran


@pytest.fixture(scope="session")
def print_platform() -> Callable[[str], str]:
    """`print_platform(kernel)`: the text of a platform-form kernel of this folder."""
    from mlir import ir

    context = dialects.context()

    def printed(kernel: str) -> str:
        return emit(ir.Module.parse((KERNELS.with_name("platform_kernels") / f"{kernel}.mlir").read_text(), context))

    return printed
