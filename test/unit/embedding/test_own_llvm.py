"""Dialects, plugin and C++ package build against a user's own LLVM 22: Debian's, where it is installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from native_build import build, installed_command, run

ROOT = Path(__file__).parents[3]
LLVM = Path("/usr/lib/llvm-22")
BUILT = ROOT / "build" / "own-llvm"  # kept: the next run builds what has changed
MODULE = """
func.func @doubled(%A: memref<8x128xf32>, %B: memref<8x128xf32>) {
  linalg.add ins(%A, %A : memref<8x128xf32>, memref<8x128xf32>) outs(%B : memref<8x128xf32>)
  return
}
"""


def built_plugin() -> Path:
    """The plugin built against that LLVM."""
    if not (LLVM / "lib/cmake/mlir").is_dir():
        pytest.skip("libmlir-22-dev is not installed")
    cmake_files = {"LLVM_DIR": LLVM / "lib/cmake/llvm", "MLIR_DIR": LLVM / "lib/cmake/mlir"}
    build(ROOT, BUILT, XPILER_PYTHON="OFF", CMAKE_CXX_FLAGS_RELEASE="-O0", **cmake_files)
    return BUILT / "dialects" / "libXpilerDialects.so"


def test_that_llvm_loads_the_plugin_and_runs_the_pass(tmp_path):
    """One test: two of them would build in one folder at once."""
    if not os.environ.get("XPILER_SLOW_TESTS"):
        pytest.skip("builds all dialects anew: XPILER_SLOW_TESTS=1")
    plugin = built_plugin()
    assert (BUILT / "dialects" / "libXpiler.a").exists()
    if not (LLVM / "bin" / "mlir-opt").exists():
        pytest.skip("mlir-22-tools is not installed")
    (tmp_path / "doubled.mlir").write_text(MODULE)
    load = [f"--load-dialect-plugin={plugin}", f"--load-pass-plugin={plugin}"]
    passes = "--pass-pipeline=builtin.module(xpile{to=bang})"
    environment = {"XPILER_OPT": installed_command("xpiler-opt")}
    printed = run(LLVM / "bin" / "mlir-opt", *load, passes, "doubled.mlir", folder=tmp_path, **environment)
    assert "bang.binary<add>" in printed
