"""`translate --schedule FILE`: what is wrong with a schedule is said where it stands, and a report's schedule can be replayed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mlir import ir

from xpiler import lowering, register_dialects
from xpiler.diagnostics import PassFailed
from xpiler.pipeline import Pipeline
from xpiler.platforms.target import Target

GEMM = Path(__file__).parents[3] / "kernels" / "gemm" / "gemm.cu"
KERNEL = """
func.func @k(%A: memref<?xf32> {xpiler.name = "A"}) attributes {xpiler.kernel} {
  return loc("k.cu":3:1)
} loc("k.cu":1:6)
"""


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("bang-matmul,\n  nonsense", "s.txt:2:3", "'nonsense' is not a pass pipeline"),
        ("bang-matmul{", "s.txt:1:1", "unbalanced brackets"),
        ("bang-transpose, bang-matmul{tile_rows=abc}", "s.txt:1:17", "'abc' is not a value of the option 'tile_rows'"),
        ("bang-transpose,bang-matmul{tile=4}", "s.txt:1:16", "has no option 'tile'"),
        ("// tiles\nbang-matmul{tile_rows=0}", "s.txt:2:1", "at least 1"),
        ("builtin.module(canonicalize,\nvnni-dot)", "s.txt:2:1", "makes operations of vnni"),
        ("canonicalize, +", "s.txt:1:15", "is not an entry of a pass pipeline"),
        ("bang-nram-pieces{arch=mtp_1}", "s.txt:1:1", "unknown architecture"),
    ],
)
def test_a_wrong_schedule_is_located_in_its_file(text: str, place: str, words: str) -> None:
    with ir.Context() as context:
        register_dialects(context)
        module = ir.Module.parse(KERNEL)
        with pytest.raises(PassFailed) as failure:
            lowering.lower(module, Target("bang", "mtp_592"), text, "s.txt")
    first = failure.value.diagnostics[0]
    assert str(first.place) == place
    assert words in first.message


def test_a_refusal_in_the_kernel_names_the_schedule_too() -> None:
    with ir.Context() as context:
        register_dialects(context)
        module = ir.Module.parse(KERNEL)
        with pytest.raises(PassFailed) as failure:
            lowering.lower(module, Target("bang"), "canonicalize,\n loop-split{loop=i factor=4}", "s.txt")
    first, note = failure.value.diagnostics
    assert first.place is not None and first.place.file == "k.cu"
    assert str(note.place) == "s.txt:2:2"


def test_comments_change_nothing() -> None:
    commented = "// by hand\nbuiltin.module(bang-matmul{tile_rows=32}, // smaller\n cse)"
    assert str(Pipeline.parse(commented)) == "builtin.module(bang-matmul{tile_rows=32},cse)"


def translated(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(GEMM), "--to", "bang", "--verify", "none", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def test_a_report_replays(tmp_path: Path) -> None:
    """A schedule other than the default goes through the report back into the same text; too large a tile is refused, located."""
    (tmp_path / "s.txt").write_text("bang-matmul{tile_rows=32},bang-nram-pieces{arch=mtp_592}\n")
    first = translated(tmp_path, "--schedule", "s.txt", "-o", "first.mlu", "--json", "report.json")
    assert first.returncode == 0, first.stderr
    (tmp_path / "replayed.txt").write_text(json.loads((tmp_path / "report.json").read_text())["schedule"])
    second = translated(tmp_path, "--schedule", "replayed.txt", "-o", "second.mlu")
    assert second.returncode == 0, second.stderr
    assert (tmp_path / "first.mlu").read_text() == (tmp_path / "second.mlu").read_text()
    assert "i += taskDim * 32" in (tmp_path / "second.mlu").read_text()

    (tmp_path / "large.txt").write_text("bang-matmul{tile_rows=4096}")
    refused = translated(tmp_path, "--schedule", "large.txt", "-o", "out.mlu")
    assert refused.returncode == 1
    assert refused.stderr.startswith("large.txt:1:1: error: "), refused.stderr
    assert "bytes of nram" in refused.stderr and "Traceback" not in refused.stderr
