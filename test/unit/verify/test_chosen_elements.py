"""Kernels whose data choose elements are run: small numbers choose, and arrays of unknown extent have room for what they choose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler import frontend, raising
from xpiler.frontend import ReadOptions
from xpiler.verify import signature
from xpiler.verify.chosen_elements import choosing, with_room
from xpiler.verify.differential import Comparison, Text
from xpiler.verify.sampling import FEW, arguments
from xpiler.verify.verdict import Verdict

LOOKUP = """
__global__ void lookup(const int *ids, const int *kinds, const float *table, float *y, int n, int width) {{
  int i = blockIdx.x * 64 + threadIdx.x;
  if (i < n) y[i] = table[{subscript}] + (float)kinds[i];
}}
void run(const int *ids, const int *kinds, const float *table, float *y, int n, int width) {{
  lookup<<<(n + 63) / 64, 64>>>(ids, kinds, table, y, n, width);
}}
"""
IN_C = """extern "C" void run(const int *ids, const int *kinds, const float *table, float *y, int n, int width) {{
  for (int i = 0; i < n; ++i) y[i] = table[{subscript}] + (float)kinds[i];
}}
"""
RIGHT, WRONG = "ids[i] * width + i % width", "ids[i] * width"


def launcher_of(text: str, platform: str) -> tuple[signature.Callable, object, object]:
    module = frontend.read(text, platform, ReadOptions(arch={"cuda": "sm_90", "vnni": "icelake-server"}[platform]))
    shared = raising.raise_module(module)
    launcher = signature.callable_launcher(module) or signature.kernel(shared)
    return launcher, module, shared


@pytest.mark.parametrize(("text", "platform"), [(LOOKUP, "cuda"), (IN_C, "vnni")])
def test_what_chooses_and_what_has_room(text: str, platform: str) -> None:
    launcher, _, shared = launcher_of(text.format(subscript=RIGHT), platform)
    assert [p.name for p in choosing(launcher.parameters, shared) if p.chooses] == ["ids"]
    (extents,) = with_room(launcher, shared)
    elements = extents({"n": 5, "width": 1001})
    assert (elements["ids"], elements["y"]) == (5, 5)
    assert elements["table"] >= FEW * 1001


SQUARE = """
__global__ void pick(const int *ids, const float *m, float *y, int n) {
  int i = blockIdx.x * 64 + threadIdx.x;
  if (i < n) y[i] = m[(size_t)i * n * n + ids[i]];
}
void run(const int *ids, const float *m, float *y, int n) { pick<<<(n + 63) / 64, 64>>>(ids, m, y, n); }
"""


SCATTER = """
__global__ void place(const long *slots, const float *x, float *cache, int tokens, int width) {
  for (int i = threadIdx.x; i < width; i += 32) cache[slots[blockIdx.x] * width + i] = x[(size_t)blockIdx.x * width + i];
}
void run(const long *slots, const float *x, float *cache, int tokens, int width) { place<<<tokens, 32>>>(slots, x, cache, tokens, width); }
"""


def test_what_chooses_where_to_write_chooses_each_element_once() -> None:
    launcher, _, shared = launcher_of(SCATTER, "cuda")
    (slots,) = (p for p in choosing(launcher.parameters, shared) if p.chooses)
    assert slots.scatters
    made = arguments([slots], {}, lambda name: 20, np.random.default_rng(1), "random")[0]
    assert sorted(made) == list(range(20))


def test_what_lies_past_the_room_is_no_defect(tmp_path: Path) -> None:
    source = tmp_path / "pick.cu"
    source.write_text(SQUARE)
    done = xpiler.translate(source, to="vnni")
    assert done.answer is not None and done.answer.verdict in (Verdict.TESTED, Verdict.PROVED)
    assert not any("bounds" in str(diagnostic) for diagnostic in done.diagnostics)


def test_arrays_of_told_extent_need_no_room() -> None:
    launcher, _, shared = launcher_of(LOOKUP.format(subscript="i % width"), "cuda")
    assert with_room(launcher, shared) == []


def test_a_guarded_subscript_takes_any_number() -> None:
    guarded = LOOKUP.format(subscript="ids[i]").replace("if (i < n)", "if (i < n && ids[i] >= 0 && ids[i] < width)")
    launcher, _, shared = launcher_of(guarded, "cuda")
    assert not any(p.chooses for p in choosing(launcher.parameters, shared))


def test_a_translation_is_proved_and_run(tmp_path: Path) -> None:
    source = tmp_path / "lookup.cu"
    source.write_text(LOOKUP.format(subscript=RIGHT))
    answer = xpiler.translate(source, to="vnni").answer
    assert answer is not None and answer.verdict is Verdict.PROVED
    assert not any("not confirmed by a run" in note for note in answer.notes)


@pytest.mark.parametrize(("subscript", "verdict"), [(RIGHT, Verdict.TESTED), (WRONG, Verdict.REFUTED)])
def test_only_the_right_twin_passes(tmp_path: Path, subscript: str, verdict: Verdict) -> None:
    source, output = tmp_path / "lookup.cpp", tmp_path / "output.cpp"
    source.write_text(IN_C.format(subscript=RIGHT))
    output.write_text(IN_C.format(subscript=subscript))
    launcher, _, shared = launcher_of(IN_C.format(subscript=RIGHT), "vnni")
    called = signature.Callable("run", choosing(launcher.parameters, shared), launcher.function)
    (extents,) = with_room(launcher, shared)
    object.__setattr__(called, "extents", extents)
    texts = (Text(path, "vnni", "icelake-server") for path in (source, output))
    assert Comparison(*texts, called).answer().verdict is verdict
