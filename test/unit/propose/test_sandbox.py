"""The sandbox: what dies inside is one sentence outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import xpiler
from xpiler.propose.sandbox import run_limited

WHERE = """
import sys
sys.path.remove("")
import importlib.util, os
from xpiler.propose.sandbox import run_limited
print(run_limited(importlib.util.find_spec, "xpiler", seconds=60.0).value.origin, run_limited(os.getcwd, seconds=60.0).value)
"""


def test_a_value_comes_back() -> None:
    assert run_limited(len, "abc", seconds=60.0).value == 3


def test_an_abort_is_a_failure_in_words() -> None:
    assert run_limited(os.abort, seconds=60.0).failure == "the compiler stopped (SIGABRT)"


def test_what_never_ends_is_killed_with_its_children() -> None:
    assert "did not finish" in run_limited(os.system, "sleep 600", seconds=2.0).failure


def test_memory_is_limited() -> None:
    assert run_limited(bytes, 6 << 30, seconds=60.0, memory_bytes=2 << 30).failure == "out of memory"


def test_a_folder_of_the_user_is_not_taken_for_the_package(tmp_path: Path) -> None:
    (tmp_path / "xpiler").mkdir()
    (tmp_path / "xpiler" / "__init__.py").touch()
    done = subprocess.run([sys.executable, "-c", WHERE], cwd=tmp_path, capture_output=True, text=True, check=True)
    package, folder = done.stdout.split()
    assert package == xpiler.__file__ and folder == str(tmp_path)


def test_a_child_does_not_run_the_main_file_again(tmp_path: Path) -> None:
    main = tmp_path / "main.py"
    main.write_text(
        "print('begun')\nimport os\nfrom xpiler.propose.sandbox import run_limited\n"
        "if __name__ == '__main__':\n    print(run_limited(os.path.basename, 'a/cuda', seconds=60.0).value)\n"
    )
    done = subprocess.run([sys.executable, str(main)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["begun", "cuda"]
