"""Makes a fifth platform in a copy of the source tree, builds it, and runs its placeholder tests.

    python docs/platform-skeleton/check.py FOLDER      # a minute and a half of compiling; FOLDER is kept

Needs cmake and the build requirements of pyproject.toml in the environment of this Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The installed package must not be found before the copy, not even where it is an editable one.
TESTS = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in type(finder).__module__]
sys.path.insert(0, {root!r})
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-n", "0", "test/unit/neon"]))
"""


def main() -> int:
    """The exit code of the placeholder tests; any step before them that fails ends with its message."""
    copy = Path(sys.argv[1]).resolve()
    copy_sources(copy)
    run(copy, sys.executable, "docs/platform-skeleton/make.py", "neon", "--suffix", "neon", "--arch", "armv9")
    nanobind = subprocess.run([sys.executable, "-m", "nanobind", "--cmake_dir"], capture_output=True, text=True, check=True).stdout.strip()
    run(copy, "cmake", "-S", ".", "-B", "build", f"-DPython_EXECUTABLE={sys.executable}", f"-Dnanobind_DIR={nanobind}")
    run(copy, "cmake", "--build", "build", "--parallel", "2")
    run(copy, "cmake", "--install", "build", "--prefix", ".")
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    return subprocess.run([sys.executable, "-c", TESTS.format(root=str(copy))], cwd=copy, env=environment, check=False).returncode


def copy_sources(copy: Path) -> None:
    """Every file that git knows, links as links."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in listed:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name, follow_symlinks=False)


def run(folder: Path, *command: str) -> None:
    """A step, silent unless it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
