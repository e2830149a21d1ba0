"""The skeleton of a fifth platform: every table is found, every file is good Python; built and tested where that is asked for."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SKELETON = ROOT / "docs" / "platform-skeleton"
ROOMS = ("dialects", "docs", "lowering", "xpiler")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the rooms that the skeleton touches."""
    ignored = shutil.ignore_patterns("__pycache__", "_mlir_libs", "*_ops_gen.py")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, symlinks=True, ignore=ignored)
    return tmp_path


def make(tree: Path, name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SKELETON / "make.py", name, "--suffix", "neon", "--arch", "armv9", "--root", tree]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_file_is_written_and_every_table_has_a_row(tree):
    done = make(tree, "neon")
    assert done.returncode == 0, done.stderr
    for name in done.stdout.split():
        text = (tree / name).read_text()
        assert "neon" in text.lower(), name
        assert "@name@" not in text or name.startswith("docs"), name
        if name.endswith(".py"):
            ast.parse(text)
    assert 'PLATFORMS = ("cuda", "hip", "bang", "vnni", "neon")' in (tree / "xpiler/platforms/names.py").read_text()


@pytest.mark.parametrize("name", ["cuda", "Neon", "1st"])
def test_a_name_that_will_not_do_is_refused(tree, name):
    done = make(tree, name)
    assert done.returncode == 2
    assert f"'{name}' is no name for a new platform" in done.stderr


def test_the_platform_builds_and_passes_its_tests(tmp_path):
    if not os.environ.get("XPILER_SLOW_TESTS"):
        pytest.skip("a minute and a half of compiling: set XPILER_SLOW_TESTS")
    done = subprocess.run([sys.executable, SKELETON / "check.py", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
