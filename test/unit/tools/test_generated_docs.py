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
    for needed in ("bin/mlir-tblgen", "include/mlir/IR/SymbolInterfaces.td"):
        if not any((Path(folder) / needed).exists() for folder in spec.submodule_search_locations):
            pytest.skip(f"mlir/{needed} is not installed: pip install '.[embed]'")
    done = subprocess.run([sys.executable, "-I", ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
