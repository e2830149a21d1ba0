"""`xpiler batch`: all files below a folder, one process each; what is done stays done."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from xpiler.diagnostics import InvalidInput
from xpiler.tools.batch.journal import Entry, Journal
from xpiler.tools.batch.plan import plan
from xpiler.tools.batch.summary import table

DOUBLE = """
__global__ void twice(float* y, const float* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
void launch(float* y, const float* x, int n) { twice<<<(n + 255) / 256, 256>>>(y, x, n); }
"""


def batch(folder: Path, *options: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-I", "-m", "xpiler", "batch", str(folder), "--to", "bang", "--verify", "none", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "twice.cu").write_text(DOUBLE + "// xpiler\n")
    (folder / "host.cu").write_text("int main() { return 0; }\n")
    (folder / "wrong.cu").write_text("__global__ void k(float* y) { y[0] = missing; }\n")
    (folder / "notes.txt").write_text("no kernel")
    (folder / "done.mlu").write_text("already of the target")
    return folder


def test_each_file_has_an_output_or_a_reason_and_a_second_run_does_nothing(sources, tmp_path):
    outputs = tmp_path / "out"
    first = batch(sources, "-o", str(outputs), "--jobs", "2")
    assert first.returncode == 1, first.stderr
    results = {line.split()[0]: line for line in first.stdout.splitlines()}
    assert set(results) == {"deep/twice.cu", "host.cu", "wrong.cu"}
    assert " no kernel " in results["host.cu"] and " refused " in results["wrong.cu"]
    assert "1:" in results["wrong.cu"] and "missing" in results["wrong.cu"]
    assert (outputs / "deep" / "twice.mlu").is_file() and " not verified " in results["deep/twice.cu"]
    assert "1 refused" in first.stderr and "1 no kernel" in first.stderr
    again = batch(sources, "-o", str(outputs))
    assert again.stdout == "" and again.returncode == 1 and again.stderr == first.stderr
    repeated = batch(sources, "-o", str(outputs), "--again")
    assert [line.split()[0] for line in repeated.stdout.splitlines()] == ["wrong.cu"]


def test_a_changed_file_and_a_lost_output_are_done_again(tmp_path):
    folder, outputs = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.cu").write_text(DOUBLE)
    job = plan(folder, outputs, "bang", [])[0]
    journal = Journal(tmp_path / "journal")
    journal.add(Entry(job.name, job.digest, "proved", "", 1.0))
    assert journal.entry_of(job) is None  # no output
    job.output.parent.mkdir()
    job.output.write_text("text")
    assert Journal(tmp_path / "journal").entry_of(job).result == "proved"
    (folder / "a.cu").write_text(DOUBLE + "\n")
    assert journal.entry_of(plan(folder, outputs, "bang", [])[0]) is None
    assert journal.entry_of(plan(folder, outputs, "bang", ["--assume-valid"])[0]) is None


def test_files_of_one_stem_have_outputs_of_their_own(tmp_path):
    for name in ("k.cu", "k.hip", "l.cu"):
        (tmp_path / name).write_text(DOUBLE)
    outputs = [job.output.name for job in plan(tmp_path, tmp_path / "out", "bang", [])]
    assert outputs == ["k.cu.mlu", "k.hip.mlu", "l.mlu"]


def test_outputs_below_the_folder_are_no_sources(tmp_path):
    (tmp_path / "k.cu").write_text(DOUBLE)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "k.cpp").write_text(DOUBLE)
    assert [job.name for job in plan(tmp_path, tmp_path / "out", "bang", [])] == ["k.cu"]


def test_half_a_last_line_is_passed_over_and_another_one_named(tmp_path):
    path = tmp_path / "journal"
    whole = json.dumps({"name": "a", "digest": "d", "result": "refused", "message": "", "seconds": 1.0})
    path.write_text(f'{whole}\n{{"name": "b"')
    assert Journal(path)._entries.keys() == {"a"}
    path.write_text(f"no json\n{whole}\n")
    with pytest.raises(InvalidInput) as error:
        Journal(path)
    assert error.value.diagnostics[0].place.line == 1


def test_reasons_are_counted_without_their_places():
    entries = [
        Entry("a", "", "refused", "3:4: no goto", 1.0),
        Entry("b", "", "refused", "9:1: no goto", 1.0),
        Entry("c", "", "proved", "", 1.0),
    ]
    assert table(entries).splitlines() == ["    1 proved", "    2 refused", "without output, by reason:", "    2 no goto"]


def test_bad_folders_are_one_message(tmp_path):
    missing = batch(tmp_path / "missing", "-o", str(tmp_path / "out"))
    assert missing.returncode == 1 and "no such folder" in missing.stderr and "Traceback" not in missing.stderr
    empty = batch(tmp_path, "-o", str(tmp_path / "out"))
    assert empty.returncode == 1 and "nothing to translate" in empty.stderr
