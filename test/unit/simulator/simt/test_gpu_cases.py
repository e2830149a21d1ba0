"""The statements of the cases that are compared with a GPU are whole: every launcher has one, every input can be made."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "benchmarks"))

from gpu_cases import KERNELS, read_cases  # noqa: E402


def test_every_launcher_is_stated_and_every_statement_has_a_launcher():
    stated = {case.symbol for case in read_cases()}
    written = set()
    for source in KERNELS.glob("*.cu"):
        text = source.read_text()
        written |= set(re.findall(r"^extern \"C\" void (case_\w+)\(", text, re.MULTILINE))
        written |= {f"case_{name}_{role}" for name in re.findall(r"^TWINS\((\w+)", text, re.MULTILINE) for role in ("faulty", "clean")}
    assert stated == written


def test_inputs_are_as_stated_and_the_same_each_time():
    for case in read_cases():
        array = case.input()
        assert (array.dtype, array.size) == (np.dtype(case.in_dtype), case.in_count), case.name
        assert array.tobytes() == case.input().tobytes(), case.name


def test_every_fault_names_a_tool_and_a_finding():
    for case in read_cases():
        if case.role == "faulty":
            assert case.tool in ("memcheck", "racecheck", "initcheck", "synccheck", "none") and case.kinds, case.name
