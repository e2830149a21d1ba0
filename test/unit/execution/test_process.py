"""Running compiled code behind guard pages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from xpiler.execution import process
from xpiler.execution.bfloat16 import rounded
from xpiler.execution.build import build
from xpiler.execution.process import run

BEYOND = 'extern "C" void k(const float *a, float *t, int n) { t[0] = a[n]; }\n'
UNINITIALISED = 'extern "C" void k(float *t, int n) { float x[4]; if (n > 4) x[1] = 0; t[0] = x[n]; }\n'


@pytest.fixture
def library(tmp_path: Path):
    def make(text: str) -> Path:
        source = tmp_path / "k.cpp"
        source.write_text(text)
        return build(source, "vnni", tmp_path / "k.so", arch="icelake-server").library

    return make


def test_a_small_alignment_finds_a_read_past_the_end(library) -> None:
    made = library(BEYOND)
    call = [np.ones(3, np.float32), np.zeros(1, np.float32), 3]
    assert run(made, "k", [call])[0].ok  # the rounding to 64 bytes hides it
    assert "SIGSEGV" in run(made, "k", [call], alignment=1)[0].failure


def test_an_uninitialised_variable_is_no_plausible_number(library) -> None:
    (result,) = run(library(UNINITIALISED), "k", [[np.zeros(1, np.float32), 2]])
    assert not abs(result.arrays[0][0]) < 1e30


def test_with_patience_time_is_that_of_the_processor(library) -> None:
    sleeping = library('#include <unistd.h>\nextern "C" void k(float *t, int n) { if (n) for (;;) t[0] += 1; else usleep(1200000); }\n')
    calls = [[np.zeros(1, np.float32), 0]], [[np.zeros(1, np.float32), 1]]
    assert run(sleeping, "k", calls[0], timeout_s=1.0)[0].unfinished
    assert run(sleeping, "k", calls[0], timeout_s=1.0, patience=30.0)[0].ok
    assert run(sleeping, "k", calls[1], timeout_s=1.0, patience=30.0)[0].failure == "did not finish within 1 s"


def test_a_store_before_a_buffer_is_found(library) -> None:
    made = library('extern "C" void k(float *t, int n) { t[-n] = 1; }\n')
    assert "outside of a buffer" in run(made, "k", [[np.zeros(4, np.float32), 1]])[0].failure
    assert run(made, "k", [[np.zeros(4, np.float32), 0]])[0].ok


def test_the_child_starts_without_other_packages() -> None:
    """Each run starts one: what it imports is paid for again and again."""
    script = f"import sys; sys.path.insert(0, {str(Path(process.__file__).parent)!r}); import child; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3).T,
        np.zeros((0, 3), np.int8),
        np.array([True, False]),
        np.arange(4, dtype=np.float16),
        rounded(np.arange(4)),
    ],
    ids=["columns", "empty", "flags", "halves", "bfloat16"],
)
def test_an_array_comes_back_as_it_went(tmp_path: Path, array: np.ndarray) -> None:
    encoded = process.encode(array, tmp_path, 0, 0)
    reply = {"overruns": [], "code": 0, "findings": [], "counts": {}, "cycles": {}}
    (back,) = process._decode([encoded], reply, tmp_path, "").arrays
    assert type(back) is type(array)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(np.asarray(back), np.asarray(array))
