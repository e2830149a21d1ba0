"""`xpiler bundle`: the folder passes with the output it was made for, fails with another, and the probe of BANG finds the device's ways."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from xpiler.verify.comparison import RELATIVE

KERNELS = Path(__file__).resolve().parents[3] / "kernels"
XPILER = [sys.executable, "-I", "-m", "xpiler"]
PROBE = resources.files("xpiler.bundle").joinpath("resources", "probe.mlu")


def ran(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*XPILER, *words], cwd=folder, capture_output=True, text=True, check=False)


def bundled(folder: Path, operator: str, suffix: str, target: str, *more: str) -> Path:
    made = folder / "bundle"
    source = str(KERNELS / operator / f"{operator}{suffix}")
    done = ran("bundle", source, "--to", target, "-o", str(made), "--verify=none", *more, folder=folder)
    assert done.returncode == 0, done.stderr
    return made


@pytest.mark.parametrize("name", ["main", "probe"])
def test_a_source_named_as_a_file_of_the_bundle_keeps_its_output(tmp_path: Path, name: str) -> None:
    source = tmp_path / f"{name}.cu"
    source.write_text((KERNELS / "gelu" / "gelu.cu").read_text())
    done = ran("bundle", str(source), "--to", "bang", "-o", "bundle", "--verify=none", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "bundle"
    assert "__bang" in (made / f"{name}.mlu").read_text()
    main = "bundle_main.mlu" if name == "main" else "main.mlu"
    assert "pass: " in ran("run", main, folder=made).stdout


@pytest.mark.parametrize(("operator", "suffix", "target", "output"), [("gelu", ".cu", "bang", ".mlu"), ("quantize", ".mlu", "cuda", ".cu")])
def test_a_bundle_passes_and_fails_with_its_output(tmp_path: Path, operator: str, suffix: str, target: str, output: str) -> None:
    made = bundled(tmp_path, operator, suffix, target)
    assert "pass: " in ran("run", f"main{output}", folder=made).stdout
    text = (made / f"{operator}{output}").read_text()
    old, new = ("0.7978846f", "0.7878846f") if operator == "gelu" else ("127", "126")
    assert old in text
    (made / f"{operator}{output}").write_text(text.replace(old, new))
    found = ran("run", f"main{output}", folder=made)
    assert "FAIL: " in found.stdout
    assert "the source computes" in found.stdout


def test_the_folder_says_how_to_build_and_what_was_proved(tmp_path: Path) -> None:
    made = bundled(tmp_path, "add", ".cpp", "hip", "--sizes", "n=45")
    assert "--offload-arch=gfx942" in (made / "Makefile").read_text()
    assert "Verdict where it was made: none" in (made / "README.md").read_text()
    assert re.findall(r"run\(check, .*, (\d+)\);", (made / "main.hip").read_text()) == ["45"] * 4
    assert (made / "source" / "add.cpp").read_text() == (KERNELS / "add" / "add.cpp").read_text()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    done = ran("bundle", str(KERNELS / "add" / "add.cu"), "--to", "bang", "-o", str(tmp_path), folder=tmp_path)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("way", ["weights=kn", "wram=banks", "log_base=2", "saturate=false"])
def test_the_probe_tells_the_ways_of_a_device(tmp_path: Path, way: str) -> None:
    told = ran("run", str(PROBE), "--option", way, folder=tmp_path).stdout
    assert f"--option {way}" in told
    assert len(re.findall("^--option ", told, re.MULTILINE)) == 4


def test_a_bundle_allows_what_the_runs_of_a_verdict_allow() -> None:
    text = resources.files("xpiler.bundle").joinpath("resources", "check.h").read_text()
    allowed = {name: float(number) for name, number in re.findall(r"case Format::(\w+):\n    return ([\d.e-]+);", text)}
    assert [allowed[k] for k in ("f16", "f32", "f64")] == [RELATIVE[f"float{bits}"] for bits in (16, 32, 64)]
