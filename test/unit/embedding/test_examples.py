"""Each example runs from the installed package, in a folder that is not the source tree."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from native_build import build, installed_command, package_folder, python, run

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def copied(tmp_path):
    """A copy of an example, elsewhere."""
    return lambda name: Path(shutil.copytree(EXAMPLES / name, tmp_path / name))


def test_tensors_become_bang_text_with_a_verdict(copied):
    folder = copied("embed-python")
    printed = python("embed.py", "layer.mlu", folder=folder)
    text = (folder / "layer.mlu").read_text()
    assert printed.startswith(("layer.mlu: proved", "layer.mlu: tested on"))
    assert "__mlu_global__ void layer(" in text
    assert "__bang_add" in text


def test_a_cpp_tool_builds_a_kernel_and_gets_its_text(copied):
    folder = copied("embed-cpp")
    definitions = {
        "Xpiler_DIR": python("-m", "xpiler", "--cmake-dir", folder=folder).strip(),
        "MLIR_DIR": package_folder("mlir", "lib/cmake/mlir"),
        "LLVM_DIR": package_folder("llvm", "lib/cmake/llvm"),
        "CMAKE_BUILD_TYPE": "Debug",
    }
    built = build(folder, folder / "build", **definitions)
    variables = {"XPILER_OPT": installed_command("xpiler-opt")}
    module = run(built / "embed", "bang", "saxpy.mlu", folder=folder, **variables)
    assert '#xpiler.target<"bang"' in module
    assert "__mlu_global__ void saxpy(const float *X, float *Y, float a)" in (folder / "saxpy.mlu").read_text()
