"""The source's own defects at their line: definite ones, possible ones, and no false alarm on the corpus."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from proof_subjects import KERNELS, PLATFORMS, text_of

from xpiler import frontend
from xpiler.diagnostics import Place
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.tools.commands import translate
from xpiler.tools.xpiler import parser
from xpiler.verify.defects.defect import DefectiveSource, SourceDefect
from xpiler.verify.defects.examination import examined, in_order
from xpiler.verify.defects.rows import holds
from xpiler.verify.differential import Text

EXTENTS = {  # what `--extent` states where no launcher does: without it, out of bounds has no meaning
    "add": lambda s: dict.fromkeys("ABT", s["n"]),
    "row_sum": lambda s: {"A": s["rows"] * s["cols"], "T": s["rows"]},
}


def defects_of(path: Path, assumptions: tuple[str, ...] = ()) -> list[SourceDefect]:
    platform = PLATFORMS[path.suffix]
    extents = EXTENTS.get(path.stem) if platform == "vnni" else None
    return examined(frontend.read(path, platform), Text(path, platform, DEFAULT_ARCH[platform]), assumptions, extents)


@pytest.fixture
def first_defect(tmp_path: Path):
    """The first defect of a corpus kernel with one piece of text replaced."""

    def find(name: str, suffix: str, old: str, new: str, assumptions: tuple[str, ...] = ()) -> SourceDefect:
        path = tmp_path / f"{name}{suffix}"
        assert old in text_of(name, suffix)
        path.write_text(text_of(name, suffix).replace(old, new))
        return defects_of(path, assumptions)[0]

    return find


BARRIER = "__syncthreads();"
DEFINITE = [
    pytest.param("add", ".cu", "i < n", "i <= n", "bounds", "T[i] = A[i] + B[i]", id="out-of-bounds"),
    pytest.param("transpose", ".cu", "__syncthreads();", "", "race", "tile[thread", id="race"),
    pytest.param("transpose", ".cu", BARRIER, f"if (threadIdx.x < 9)\n{BARRIER}\nelse\n{BARRIER}", "barrier", BARRIER, id="barrier"),
    pytest.param("add", ".mlu", "__sync_io_move_compute();", "", "race", "__bang_add", id="missing-sync"),
    pytest.param("softmax", ".cu", "partial[warp] = peak;", ";", "uninitialised", "partial[0]", id="uninitialised"),
    pytest.param("row_sum", ".cpp", "c < cols; ++c", "c <= cols; ++c", "bounds", "sum += row[c]", id="native-bounds"),
]


@pytest.mark.parametrize(("name", "suffix", "old", "new", "kind", "statement"), DEFINITE)
def test_a_definite_defect_is_an_error_at_its_statement(first_defect, name, suffix, old, new, kind, statement) -> None:
    found = first_defect(name, suffix, old, new)
    assert found.is_definite
    assert kind in found.kind
    lines = Path(found.place.file).read_text().splitlines()
    assert statement in lines[found.place.line - 1]
    assert found.place.column
    assert found.diagnostic().severity == "error"


def test_what_a_precondition_explains_is_a_warning(first_defect) -> None:
    found = first_defect("add", ".cpp", "i + 16 <= n", "i < n")
    assert not found.is_definite
    assert found.diagnostic().severity == "warning"
    assert "--assume" in found.diagnostic().hint


def test_a_stated_precondition_takes_the_warning_away(tmp_path: Path) -> None:
    path = tmp_path / "add.cpp"
    path.write_text(text_of("add", ".cpp").replace("i + 16 <= n", "i < n"))
    assert defects_of(path, ("n % 16 == 0",)) == []


@pytest.mark.parametrize("name", ["add", "row_sum"])
@pytest.mark.parametrize("suffix", PLATFORMS)
def test_right_kernels_have_none(name: str, suffix: str) -> None:
    assert defects_of(KERNELS / name / f"{name}{suffix}") == []


def test_assumptions_are_read_as_integer_arithmetic() -> None:
    assert holds("n % 16 == 0", {"n": 64}) and not holds("n % 16 == 0", {"n": 13})
    assert holds("rows / 2 < cols", {"rows": 7, "cols": 4})
    assert holds("m > 3", {"n": 1})  # names another parameter


def test_translate_refuses_a_wrong_source_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, output = tmp_path / "transpose.cu", tmp_path / "out.cpp"
    path.write_text(text_of("transpose", ".cu").replace("__syncthreads();", ""))
    command = ["translate", str(path), "--to", "vnni", "-o", str(output)]
    with pytest.raises(DefectiveSource, match=r"transpose\.cu:13:7: error: race: an element of 'tile'"):
        translate.execute(parser().parse_args(command))
    assert not output.exists()
    translate.execute(parser().parse_args([*command, "--assume-valid", "--keep-refuted"]))
    assert "warning: race" in capsys.readouterr().err
    assert "(--assume-valid)" in output.read_text()


ON_DEVICE = """
__global__ void sums(const float *x, float *y, int n) {
  __shared__ float s[64];
  int i = blockIdx.x * 64 + threadIdx.x;
  if (i < n) s[threadIdx.x] = x[i];
  __syncthreads();
  for (int o = 32; o > 0; o >>= 1) { if (threadIdx.x < o) s[threadIdx.x] += s[threadIdx.x + o]; __syncthreads(); }
  if (threadIdx.x == 0) y[blockIdx.x] = s[0];
}
void go(const float *x, float *y, int n) { sums<<<(n + 63) / 64, 64>>>(x, y, n); }
"""
TILED = """
void copy(const float *x, float *y, int rows, int planes, int depth, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows * planes * depth; ++r)
    for (int c = 0; c < cols; c += 16) for (int k = 0; k < 16; ++k) y[r * cols + c + k] = x[r * cols + c + k];
}
"""


def _defects(tmp_path: Path, name: str, text: str, extents) -> list[SourceDefect]:
    path = tmp_path / name
    path.write_text(text)
    platform = PLATFORMS[path.suffix]
    return examined(frontend.read(path, platform), Text(path, platform, DEFAULT_ARCH[platform]), (), extents)


def test_a_launcher_on_device_pointers_is_not_blamed_for_host_memory(tmp_path: Path) -> None:
    found = _defects(tmp_path, "sums.cu", ON_DEVICE, lambda s: {"x": s["n"], "y": s["n"]})
    assert not any("host" in defect.kind for defect in found)


def test_rows_that_must_be_multiples_are_no_definite_defect_where_round_sizes_are_too_large(tmp_path: Path) -> None:
    size = lambda s: s["rows"] * s["planes"] * s["depth"] * s["cols"] + 16  # noqa: E731
    found = _defects(tmp_path, "copy.cpp", TILED, lambda s: {"x": size(s), "y": size(s)})
    assert not any(defect.is_definite for defect in found)


POWERS = """
__global__ void step(float *v, int j) {
  unsigned i = threadIdx.x + blockDim.x * blockIdx.x;
  unsigned other = i ^ j;
  if (other > i && v[i] > v[other]) { float t = v[i]; v[i] = v[other]; v[other] = t; }
}
void sort(float *v, int n) {
  float *d;
  cudaMalloc(&d, n * sizeof(float));
  cudaMemcpy(d, v, n * sizeof(float), cudaMemcpyHostToDevice);
  for (int j = n >> 1; j > 0; j = j >> 1) step<<<n / 256, 256>>>(d, j);
  cudaMemcpy(v, d, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(d);
}
"""


def test_a_source_that_takes_powers_of_two_alone_is_not_definitely_wrong(tmp_path) -> None:
    """At three blocks its exchanges leave the array."""
    (tmp_path / "sort.cu").write_text(POWERS)
    command = [sys.executable, "-I", "-m", "xpiler", "translate", str(tmp_path / "sort.cu"), "--to", "hip", "--verify=test"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "verdict: tested" in done.stderr


def test_a_crash_without_a_line_stands_behind_what_it_comes_of() -> None:
    crash = SourceDefect("fault", "the program crashed", Place("k.cu"), {"n": 131075}, is_definite=True)
    copied = SourceDefect("uninitialised", "T[16] depends on an uninitialised value", Place("k.cu", 5, 14), {"n": 64}, is_definite=True)
    maybe = SourceDefect("bounds", "past the end", Place("k.cu", 3, 1), {"n": 7})
    assert in_order([maybe, crash, copied, crash]) == [copied, crash, maybe]
