"""The lit tests as pytest's: lit runs once, each file is a test that reports its own result."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
FILES = sorted(
    str(path.relative_to(ROOT)) for suffix in ("mlir", "test") for path in ROOT.rglob(f"*.{suffix}") if "RUN:" in path.read_text()
)


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> dict[str, dict]:
    """What lit says of each file, by its path under test/."""
    output = tmp_path_factory.mktemp("lit") / "results.json"
    command = [sys.executable, "-I", "-c", "from lit.main import main; main()", "-q", "-j2", f"--output={output}", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert output.exists(), done.stdout + done.stderr
    return {test["name"].partition(" :: ")[2]: test for test in json.loads(output.read_text())["tests"]}


@pytest.mark.parametrize("file", FILES)
def test_file(file, results):
    result = results[file]
    if result["code"] == "UNSUPPORTED":
        pytest.skip(result["output"] or "a tool it needs is missing")
    assert result["code"] == "PASS", result["output"]
