"""The example of docs/simulators.md: a simulated file called from a C++ program that knows nothing else of Xpiler."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "simulators.md"


def example(name: str) -> str:
    """The block of the page whose first line names `name`."""
    blocks = re.findall(r"```\w+\n(// (\S+)\n.*?)```", PAGE.read_text(), re.DOTALL)
    return next(text for text, file in blocks if file == name)


@pytest.mark.parametrize(("file", "launch"), [("scale.cu", "cuda"), ("scale.mlu", "bang")])
def test_the_example_of_the_page(tmp_path, file, launch):
    (tmp_path / file).write_text(example(file))
    (tmp_path / "program.cpp").write_text(example("program.cpp"))
    simulate = [sys.executable, "-m", "xpiler.platforms.simulate"]
    include = subprocess.run([*simulate, "--include"], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run([*simulate, str(tmp_path / file), "-o", str(tmp_path / "scale.so")], check=True)
    compile_ = ["g++", "-std=c++17", f"-I{include}", str(tmp_path / "program.cpp"), "-o", str(tmp_path / "program"), "-ldl"]
    subprocess.run(compile_, check=True)
    done = subprocess.run([str(tmp_path / "program"), str(tmp_path / "scale.so"), launch], check=True, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "2 4 6"
    assert lines[1] == "[]"
    assert '"kind": "out-of-bounds"' in lines[2] and '"buffer": "y"' in lines[2]


def test_a_file_that_does_not_build_is_refused_with_its_place(tmp_path):
    (tmp_path / "bad.cu").write_text("__global__ void k() {\n  nothing(1);\n}\n")
    command = [sys.executable, "-m", "xpiler.platforms.simulate", str(tmp_path / "bad.cu"), "-o", str(tmp_path / "bad.so")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "bad.cu:2:" in done.stderr and "Traceback" not in done.stderr
