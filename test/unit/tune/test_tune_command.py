"""`xpiler tune`: a search that ends with a schedule to replay, resumes from its database, and refuses what nothing here can measure."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from xpiler.platforms.vnni.toolchain import runs_natively

KERNEL = """
__global__ void scale(const float *A, float *B, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) B[i] = A[i] * 2.0f;
}
extern "C" void scale_kernel(const float *A, float *B, int n) {
  float *dA, *dB;
  cudaMalloc(&dA, n * sizeof(float));
  cudaMalloc(&dB, n * sizeof(float));
  cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice);
  scale<<<(n + 255) / 256, 256>>>(dA, dB, n);
  cudaMemcpy(B, dB, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dB);
}
"""


def xpiler(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "scale.cu").write_text(KERNEL)
    return subprocess.run([sys.executable, "-I", "-m", "xpiler", *words], cwd=folder, capture_output=True, text=True, timeout=300)


def test_a_search_is_recorded_and_its_schedule_replays(tmp_path: Path) -> None:
    search = ["tune", "scale.cu", "--to", "bang", "--args", "n=60000", "--budget", "4m", "--trials", "3", "-o", "tuned.mlu"]
    done = xpiler(tmp_path, *search, "--json", "report.json", "--save-schedule", "s.txt")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["unit"] == "cycles of the model" and report["trials"] == 3
    assert report["score"] < report["default"], "pieces of 8192 leave half of the tasks idle at this size"
    assert report["translation"]["verdict"] == "proved"
    assert report["curve"] == sorted(report["curve"], reverse=True)

    rows = sqlite3.connect(tmp_path / "xpiler-tune.sqlite").execute("SELECT schedule, state, verdict FROM trials").fetchall()
    assert len(rows) == 4 and all(state == "measured" for _, state, _ in rows)
    assert [verdict for schedule, _, verdict in rows if schedule == report["schedule"]] == ["proved"]

    replayed = xpiler(tmp_path, "translate", "scale.cu", "--to", "bang", "--schedule", "s.txt", "--verify", "none", "-o", "replayed.mlu")
    assert replayed.returncode == 0, replayed.stderr
    code = [(tmp_path / name).read_text().partition("#include")[2] for name in ("tuned.mlu", "replayed.mlu")]
    assert code[0] == code[1]


@pytest.mark.skipif(runs_natively("icelake-server"), reason="this CPU can measure")
def test_emulation_is_no_measurement(tmp_path: Path) -> None:
    done = xpiler(tmp_path, "tune", "scale.cu", "--to", "vnni", "--args", "n=1000")
    assert done.returncode == 1
    assert "no measurement" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(("words", "said"), [(["n=x"], "expected a number"), ([], "no value for parameter 'n'"), (["n=4", "m=3"], "'m'")])
def test_wrong_sizes_are_refused(words: list[str], said: str, tmp_path: Path) -> None:
    done = xpiler(tmp_path, "tune", "scale.cu", "--to", "bang", "--args", *words)
    assert done.returncode == 1
    assert done.stderr.startswith("scale.cu: error: ") and said in done.stderr


def test_a_translation_may_search_first(tmp_path: Path) -> None:
    """No time for a trial here: the default schedule was judged, and stands in the report with what the search came to."""
    done = xpiler(
        tmp_path, "translate", "scale.cu", "--to", "bang", "--tune", "0.01s", "--args", "n=3000", "--json", "r.json", "-o", "o.mlu"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["verdict"] == "proved"
    assert "cycles of the model" in report["schedule_reason"]
