"""A full disk, a closed pipe, an interrupt: one line or none, exit code 1, nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xpiler.tools.output_file import write_output

SOURCE = str(Path(__file__).parents[3] / "kernels" / "add" / "add.cu")
TRANSLATE = [sys.executable, "-I", "-m", "xpiler", "translate", SOURCE, "--to", "hip", "--verify", "none"]


def quiet(stderr: str) -> bool:
    """At most one message, and no traceback."""
    return "Traceback" not in stderr and "internal error" not in stderr and "Exception ignored" not in stderr and stderr.count("error") <= 1


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full here")
def test_a_full_disk_is_said():
    with open("/dev/full", "w") as full:
        done = subprocess.run(TRANSLATE, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert quiet(done.stderr), done.stderr


def test_what_is_no_plain_file_is_written_to(tmp_path: Path):
    pipe, link, kept = tmp_path / "pipe", tmp_path / "link", tmp_path / "kept"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True)
    write_output(str(pipe), "through")
    assert reader.communicate(timeout=20)[0] == "through"
    assert pipe.is_fifo()
    kept.write_text("old")
    link.symlink_to(kept)
    write_output(str(link), "new")
    assert (link.is_symlink(), kept.read_text()) == (True, "new")


def test_a_closed_pipe_is_silent():
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(TRANSLATE, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert done.returncode == 1
    assert done.stderr == ""


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path):
    output = tmp_path / "out.hip"
    output.write_text("old")
    (tmp_path / "tmp").mkdir()
    running = subprocess.Popen(
        [*TRANSLATE, "-o", str(output)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
    )
    time.sleep(0.7)
    os.killpg(running.pid, signal.SIGINT)
    _, stderr = running.communicate(timeout=60)
    assert running.returncode in (0, 1, -signal.SIGINT)
    assert quiet(stderr), stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["out.hip", "tmp"]
    assert output.read_text() == "old" or running.returncode == 0
