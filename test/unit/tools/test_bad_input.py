"""What the user gets wrong is said in one located message: exit code 1, no traceback, no output file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bad_kernels import MISTAKES, Mistake

CORPUS = Path(__file__).parents[3] / "kernels"
PLATFORMS = {".cu": "cuda", ".mlu": "bang", ".cpp": "vnni"}


def refused(folder: Path, path: str, *options: str) -> str:
    """The message of a translation that must fail, with all that holds for each failure checked."""
    platform = PLATFORMS.get(Path(path).suffix, "cuda")
    command = ["translate", path, "--from", platform, "--to", "hip", "--verify", "none", "-o", "out.hip", *options]
    done = subprocess.run([sys.executable, "-I", "-m", "xpiler", *command], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr and "internal error" not in done.stderr
    assert done.stderr.count("error: ") == 1, done.stderr
    assert not list(folder.rglob("*out.hip*")), "an output was left behind"
    return done.stderr


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistakes_are_located(mistake: Mistake, tmp_path):
    (tmp_path / mistake.name).write_text(mistake.text)
    message = refused(tmp_path, mistake.name)
    place = f"{mistake.name}:{mistake.place}" if mistake.place else mistake.name
    assert message.startswith(f"{place}: error: "), message
    assert mistake.words in message


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b" \n\t\n", "is empty"), (b"\x7fELF\x02\x01\x01\0\0\0", "is binary")],
    ids=["empty", "blank", "binary"],
)
def test_files_that_hold_no_text(content, words, tmp_path):
    (tmp_path / "kernel.cu").write_bytes(content)
    assert re.match(rf"kernel\.cu: error: the file {words}", refused(tmp_path, "kernel.cu"))


def test_paths_that_cannot_be_read(tmp_path):
    assert refused(tmp_path, "missing.cu").startswith("missing.cu: error: cannot read the file: No such file")
    (tmp_path / "folder.cu").mkdir()
    assert refused(tmp_path, "folder.cu").startswith("folder.cu: error: cannot read the file: Is a directory")


def test_an_output_that_cannot_be_written(tmp_path):
    message = refused(tmp_path, str(CORPUS / "add" / "add.cu"), "-o", "missing/out.hip")
    assert message.startswith("missing: error: the directory does not exist")


def test_a_kernel_that_is_not_there(tmp_path):
    message = refused(tmp_path, str(CORPUS / "add" / "add.cu"), "--kernel", "subtract")
    assert "subtract" in message
