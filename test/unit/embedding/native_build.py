"""What tests that compile C++ need: cmake, the development wheels, and a build in a folder of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def run(*command: str | Path, folder: Path, **variables: str) -> str:
    """The standard output of a command in `folder`; the test fails with all it said where it fails."""
    environment = {**os.environ, **variables}
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python(*arguments: str | Path, folder: Path) -> str:
    """The standard output of the installed package's Python, which does not see the current folder."""
    return run(sys.executable, "-I", *arguments, folder=folder)


def installed_command(name: str) -> str:
    """A console script of the environment that runs the tests."""
    return str(Path(sys.executable).parent / name)


def package_folder(package: str, part: str) -> Path:
    """A folder of an installed wheel; skips the test where the wheel is not there."""
    spec = importlib.util.find_spec(package)
    folders = [Path(folder) / part for folder in (spec.submodule_search_locations if spec else [])]
    found = next((folder for folder in folders if folder.is_dir()), None)
    if found is None:
        pytest.skip(f"the wheel with {package}/{part} is not installed")
    return found


def cmake() -> str:
    """The program; skips the test where it is not there."""
    found = shutil.which("cmake")
    if found is None:
        pytest.skip("cmake is not installed")
    return found


def build(source: Path, folder: Path, **definitions: object) -> Path:
    """Configures and builds; the build folder."""
    options = [f"-D{name}={value}" for name, value in definitions.items()]
    run(cmake(), "-S", source, "-B", folder, *options, folder=source)
    run(cmake(), "--build", folder, "--parallel", "2", folder=source)
    return folder
