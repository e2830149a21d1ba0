"""Addresses that depend on data (rule 11): what is read or written where the source does is proved, each of its wrong twins is not."""

from __future__ import annotations

import pytest
from proof_subjects import answer, corpus

from xpiler.verify.verdict import Verdict

GATHER = """extern "C" void k_kernel(const float *A, const int *I, const float *B, float *T, int v, int n, int m) {{
  for (int t = 0; t < m; ++t) {{ {body} }}
}}
"""
GATHER_SIZES = {"v": 3, "n": 2, "m": 3}
GUARDED = "int id = I[t]; if (id >= 0 && id < v) {{ {loop} T[t * n + d] = {read}; }} else {{ {loop} T[t * n + d] = {other}; }}"
LOOP = "for (int d = 0; d < n; ++d)"


def guarded(read: str = "A[id * n + d]", other: str = "0.0f", old: str = "", new: str = "") -> str:
    return GUARDED.format(loop=LOOP, read=read, other=other).replace(old, new) if old else GUARDED.format(loop=LOOP, read=read, other=other)


UNGUARDED = f"{LOOP} T[t * n + d] = A[I[t] * n + d];"
CHOSEN = "T[t] = B[t] > 0.0f ? A[I[t]] : 0.0f;"
RIGHT_GATHERS = {
    "an unsigned guard": (guarded(), f"unsigned id = I[t]; {LOOP} T[t * n + d] = id < (unsigned)v ? A[id * n + d] : 0.0f;"),
    "guards one by one": (
        guarded(),
        f"int id = I[t]; {LOOP} {{ float x = 0.0f; if (id >= 0) if (id < v) x = A[id * n + d]; T[t * n + d] = x; }}",
    ),
    "the guard turned": (
        guarded(),
        f"int id = I[t]; {LOOP} if (id < 0 || v <= id) T[t * n + d] = 0.0f; else T[t * n + d] = A[id * n + d];",
    ),
    "64 bits": (guarded(), guarded("A[(long)id * n + d]")),
    "a row's pointer": (guarded(), guarded("(A + (long)id * n)[d]")),
    "64 bits, no guard": (UNGUARDED, f"{LOOP} T[t * n + d] = A[(long)I[t] * n + d];"),
    "32 bits, no guard": (f"{LOOP} T[t * n + d] = A[(long)I[t] * n + d];", UNGUARDED),
    "a pointer, no guard": (UNGUARDED, f"const float *row = A + I[t] * n; {LOOP} T[t * n + d] = row[d];"),
    "a read under a condition": (CHOSEN, "float x = 0.0f; if (B[t] > 0.0f) x = A[I[t]]; T[t] = x;"),
    "an index of indices": ("T[t] = A[I[I[t]]];", "int j = I[t]; int k = I[j]; T[t] = A[k];"),
    "a sum": (
        "float s = 0.0f; for (int d = 0; d < n; ++d) s += A[I[d]]; T[t] = s;",
        "float s = 0.0f; for (int d = n - 1; d >= 0; --d) s += A[I[d]]; T[t] = s;",
    ),
    "a loss of a class": ("T[t] = B[t] - A[t * n + I[t]];", "T[t] = -A[I[t] + t * n] + B[t];"),
    "a clamped index": (
        "int id = I[t]; id = id < 0 ? 0 : id > v - 1 ? v - 1 : id; T[t] = A[id];",
        "int id = I[t] > 0 ? I[t] : 0; T[t] = A[id < v - 1 ? id : v - 1];",
    ),
}
WRONG_GATHERS = {
    "one row more": (guarded(), guarded(old="id < v", new="id <= v")),
    "one row less": (guarded(), guarded(old="id < v", new="id + 1 < v")),
    "not the first row": (guarded(), guarded(old="id >= 0", new="id > 0")),
    "no lower guard": (guarded(), guarded(old="id >= 0 && ", new="")),
    "no upper guard": (guarded(), guarded(old=" && id < v", new="")),
    "either guard": (guarded(), guarded(old="&&", new="||")),
    "the next element": (guarded(), guarded("A[id * n + d + 1]")),
    "another stride": (guarded(), guarded("A[id * v + d]")),
    "transposed": (guarded(), guarded("A[d * v + id]")),
    "the token's row": (guarded(), guarded("A[(t < v ? t : 0) * n + d]")),
    "the next index": (guarded(), guarded(old="I[t]", new="I[t ? 0 : m - 1]")),
    "another value outside": (guarded(), guarded(other="1.0f")),
    "the first row outside": (guarded(), guarded(other="A[d]")),
    "sides exchanged": (guarded(), guarded(old="id >= 0 && id < v", new="!(id >= 0 && id < v)")),
    "negative rows from behind": (guarded(), guarded(old="int id = I[t];", new="int id = I[t] < 0 ? I[t] + v : I[t];")),
    "a remainder": (UNGUARDED, f"{LOOP} T[t * n + d] = A[((I[t] + d) % 2) * n + d];"),
    "no sign": (UNGUARDED, f"{LOOP} T[t * n + d] = A[(long)(unsigned)I[t] * n + d];"),
    "narrowed": (UNGUARDED, f"{LOOP} T[t * n + d] = A[(short)I[t] * n + d];"),
    "clamped": (UNGUARDED, f"{LOOP} T[t * n + d] = A[(I[t] < 0 ? 0 : I[t]) * n + d];"),
    "read before the condition": (CHOSEN, "float x = A[I[t]]; T[t] = B[t] > 0.0f ? x : 0.0f;"),
    "read under another condition": (CHOSEN, "T[t] = B[t] < 0.0f ? A[I[t]] : 0.0f;"),
    "read under a weaker condition": (CHOSEN, "float x = 0.0f; if (B[t] > -1.0f) x = A[I[t]]; T[t] = B[t] > 0.0f ? x : 0.0f;"),
    "narrowed where there are more elements": (
        "if (I[t] >= 0 && I[t] < 1000000) T[t] = A[(long)I[t] * 4096]; else T[t] = 0.0f;",
        "if (I[t] >= 0 && I[t] < 1000000) T[t] = A[(int)((unsigned)I[t] * 4096u)]; else T[t] = 0.0f;",
    ),
    "indices in another order": ("T[t] = A[I[I[t]]];", "T[t] = A[I[t]];"),
    "a sum with one twice": ("T[t] = A[I[t]] + A[I[0]];", "T[t] = A[I[t]] + A[I[t]];"),
    "another class": ("T[t] = B[t] - A[t * n + I[t]];", "T[t] = B[t] - A[t + n * I[t]];"),
    "a clamp that is too wide": (
        "int id = I[t]; id = id < 0 ? 0 : id > v - 1 ? v - 1 : id; T[t] = A[id];",
        "int id = I[t]; id = id < 0 ? 0 : id > v ? v : id; T[t] = A[id];",
    ),
}


@pytest.mark.parametrize("name", RIGHT_GATHERS)
def test_a_right_gather_is_proved(written, name: str) -> None:
    source, target = (written(GATHER.format(body=body), ".cpp") for body in RIGHT_GATHERS[name])
    found = answer(source, target, GATHER_SIZES)
    assert found.verdict is Verdict.PROVED, found.reason


@pytest.mark.parametrize("name", WRONG_GATHERS)
def test_a_wrong_gather_is_not(written, name: str) -> None:
    source, target = (written(GATHER.format(body=body), ".cpp") for body in WRONG_GATHERS[name])
    assert answer(source, target, GATHER_SIZES).verdict is Verdict.UNSUPPORTED


def test_what_a_source_chooses_without_a_guard_is_assumed_to_be_there(written) -> None:
    source = written(GATHER.format(body=UNGUARDED), ".cpp")
    assert "what data chooses of 'A' is there" in answer(source, source, GATHER_SIZES).assumptions
    checked = written(GATHER.format(body=guarded()), ".cpp")
    assert not any("chooses" in assumed for assumed in answer(checked, checked, GATHER_SIZES).assumptions)


SCATTER = """extern "C" void k_kernel(const float *A, const int *I, float *T, int v, int m) {{
  {body}
}}
"""
SCATTER_SIZES = {"v": 3, "m": 3}
FILL = "for (int j = 0; j < v; ++j) T[j] = 0.0f;"
EACH = "for (int i = 0; i < m; ++i)"
SCATTERED = f"{FILL} {EACH} T[I[i]] = A[i];"
ADDED = f"{FILL} {EACH} if (I[i] >= 0 && I[i] < v) T[I[i]] += A[i];"
ATOMIC = f"{FILL}\n#pragma omp parallel for\n{EACH} if (I[i] >= 0 && I[i] < v) {{\n#pragma omp atomic\nT[I[i]] += A[i]; }}"
RIGHT_SCATTERS = {
    "what it adds to": (
        f"{EACH} if (I[i] >= 0 && I[i] < v) T[I[i]] -= 1.0f;",
        f"{EACH} {{ unsigned j = I[i]; if (j < (unsigned)v) T[j] += -1.0f; }}",
    ),
    "a pointer": (SCATTERED, f"{FILL} {EACH} {{ float *at = T + I[i]; at[0] = A[i]; }}"),
    "sums in another order": (ADDED, f"{FILL} for (int i = m - 1; i >= 0; --i) if (I[i] >= 0 && I[i] < v) T[I[i]] += A[i];"),
    "sums over what chooses": (ADDED, f"for (int j = 0; j < v; ++j) {{ float s = 0.0f; {EACH} s += I[i] == j ? A[i] : 0.0f; T[j] = s; }}"),
    "atomic sums": (ADDED, ATOMIC),
    "from parallel to sequence": (ATOMIC, ADDED),
    "an unsigned guard": (ADDED, f"{FILL} {EACH} {{ unsigned j = I[i]; if (j < (unsigned)v) T[j] += A[i]; }}"),
    "the first that is there": (
        f"{FILL} {EACH} if (I[i] >= 0 && I[i] < v) T[I[i]] = A[i];",
        f"{FILL} {EACH} for (int j = 0; j < v; ++j) if (j == I[i]) T[j] = A[i];",
    ),
}
WRONG_SCATTERS = {
    "added to the next": (
        f"{EACH} if (I[i] >= 0 && I[i] < v) T[I[i]] -= 1.0f;",
        f"{EACH} if (I[i] >= 0 && I[i] < v) T[I[i]] = T[i] - 1.0f;",
    ),
    "the first wins": (SCATTERED, f"{FILL} for (int i = m - 1; i >= 0; --i) T[I[i]] = A[i];"),
    "in parallel": (SCATTERED, f"{FILL}\n#pragma omp parallel for\n{EACH} T[I[i]] = A[i];"),
    "added": (SCATTERED, f"{FILL} {EACH} T[I[i]] += A[i];"),
    "the next place": (SCATTERED, f"{FILL} {EACH} T[I[i] + 1] = A[i];"),
    "filled afterwards": (SCATTERED, f"{EACH} T[I[i]] = A[i]; {FILL}"),
    "not filled": (SCATTERED, f"{EACH} T[I[i]] = A[i];"),
    "one store less": (SCATTERED, f"{FILL} for (int i = 1; i < m; ++i) T[I[i]] = A[i];"),
    "a guard more": (SCATTERED, f"{FILL} {EACH} if (I[i] > 0) T[I[i]] = A[i];"),
    "another value": (SCATTERED, f"{FILL} {EACH} T[I[i]] = A[m - 1 - i];"),
    "stored, not added": (ADDED, f"{FILL} {EACH} if (I[i] >= 0 && I[i] < v) T[I[i]] = A[i];"),
    "a race": (ADDED, f"{FILL}\n#pragma omp parallel for\n{EACH} if (I[i] >= 0 && I[i] < v) T[I[i]] += A[i];"),
    "past the end": (ADDED, f"{FILL} {EACH} if (I[i] >= 0 && I[i] <= v) T[I[i]] += A[i];"),
    "not the first": (ADDED, f"{FILL} {EACH} if (I[i] > 0 && I[i] < v) T[I[i]] += A[i];"),
    "added once": (ADDED, f"{FILL} {EACH} if (I[i] >= 0 && I[i] < v && T[I[i]] == 0.0f) T[I[i]] += A[i];"),
}


@pytest.mark.parametrize("name", RIGHT_SCATTERS)
def test_a_right_scatter_is_proved(written, name: str) -> None:
    source, target = (written(SCATTER.format(body=body), ".cpp") for body in RIGHT_SCATTERS[name])
    found = answer(source, target, SCATTER_SIZES)
    assert found.verdict is Verdict.PROVED, found.reason


@pytest.mark.parametrize("name", WRONG_SCATTERS)
def test_a_wrong_scatter_is_not(written, name: str) -> None:
    source, target = (written(SCATTER.format(body=body), ".cpp") for body in WRONG_SCATTERS[name])
    assert answer(source, target, SCATTER_SIZES).verdict is Verdict.UNSUPPORTED


OPEN = """extern "C" void k_kernel(const float *A, const int *I, float *T, float *U, int m) {{
  {body}
}}
"""
IN_PARALLEL = f"\n#pragma omp parallel for\n{EACH}"
ONE_WRITTEN, ALL_WRITTEN, ALL_READ = "T[I[0]] = A[0]; U[0] = T[I[0]];", f"{EACH} T[I[i]] = A[i];", f"{EACH} U[i] = T[I[i]];"
RIGHT_OPEN = {
    "written": (ALL_WRITTEN, f"{EACH} {{ int j = I[i]; T[j] = A[i]; }}"),
    "read": (ALL_READ, f"{IN_PARALLEL} U[i] = T[I[i]];"),
}
WRONG_OPEN = {
    "read before it is written": (ONE_WRITTEN, "U[0] = T[I[0]]; T[I[0]] = A[0];"),
    "read after it is written": ("U[0] = T[I[1]]; T[I[0]] = A[0];", "T[I[0]] = A[0]; U[0] = T[I[1]];"),
    "written in parallel": (ALL_WRITTEN, f"{IN_PARALLEL} T[I[i]] = A[i];"),
    "read of an array of that name": (
        "U[1] = A[0] + A[1]; U[0] = A[I[0]];",
        "const float *P = A; { float A[2]; A[0] = P[0]; A[1] = P[1]; U[1] = A[0] + A[1]; U[0] = A[I[0]]; }",
    ),
    "written where it is read": (ALL_READ, f"{EACH} {{ U[i] = T[I[i]]; T[I[i]] = U[i] + 1.0f; }}"),
    "written before it is read": (ALL_READ, f"{EACH} {{ T[I[i]] = 0.0f; U[i] = T[I[i]]; }}"),
}


def test_a_loop_that_does_nothing_is_executed(written) -> None:
    filled = f"{EACH} if (0 < 3) if ((unsigned)I[i] < 3u) U[0] = 1.0f;"
    source, target = (written(OPEN.format(body=body), ".cpp") for body in (filled, filled.replace("0 < 3", "0 < 0")))
    assert answer(source, target, {"m": 3}).verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize("name", RIGHT_OPEN)
def test_what_nobody_states_the_extent_of_is_proved(written, name: str) -> None:
    source, target = (written(OPEN.format(body=body), ".cpp") for body in RIGHT_OPEN[name])
    found = answer(source, target, {"m": 3})
    assert found.verdict is Verdict.PROVED, found.reason


@pytest.mark.parametrize("name", WRONG_OPEN)
def test_what_happens_there_otherwise_is_not(written, name: str) -> None:
    source, target = (written(OPEN.format(body=body), ".cpp") for body in WRONG_OPEN[name])
    assert answer(source, target, {"m": 3}).verdict is Verdict.UNSUPPORTED


HISTOGRAM = """extern "C" void k_kernel(const int *X, int *H, int n, int m) {{
  for (int b = 0; b < m; ++b) H[b] = 0;
  {body}
}}
"""
COUNTED = "for (int i = 0; i < n; ++i) { int v = X[i]; if (v >= 0 && v < m) H[v] += 1; }"
RIGHT_HISTOGRAMS = {
    "in another order": "for (int i = n - 1; i >= 0; --i) { unsigned v = X[i]; if (v < (unsigned)m) ++H[v]; }",
    "a sum of truths": "for (int b = 0; b < m; ++b) { int s = 0; for (int i = 0; i < n; ++i) s += X[i] == b; H[b] = s; }",
    "shares": "int part[2][8]; for (int s = 0; s < 2; ++s) for (int b = 0; b < m; ++b) part[s][b] = 0;"
    " for (int i = 0; i < n; ++i) for (int b = 0; b < m; ++b) if (X[i] == b) part[i % 2][b] += 1;"
    " for (int b = 0; b < m; ++b) if (part[0][b] + part[1][b] > 0) H[b] += part[0][b] + part[1][b];",
    "a scratch array": "int own[8]; for (int b = 0; b < m; ++b) own[b] = 0;"
    " for (int i = 0; i < n; ++i) { int v = X[i]; if (v >= 0 && v < m) own[v]++; }"
    " for (int b = 0; b < m; ++b) H[b] = own[b];",
}
WRONG_HISTOGRAMS = {
    "two at once": COUNTED.replace("+= 1", "+= 2"),
    "no count": COUNTED.replace("+= 1", "= 1"),
    "weighted": COUNTED.replace("+= 1", "+= v"),
    "one bin more": COUNTED.replace("v < m", "v <= m"),
    "not the first bin": COUNTED.replace("v >= 0", "v > 0"),
    "no lower guard": COUNTED.replace("v >= 0 && ", ""),
    "the next bin": COUNTED.replace("H[v]", "H[(v + 1) % m]"),
    "one value less": COUNTED.replace("int i = 0", "int i = 1"),
    "at most two": COUNTED.replace("H[v] += 1;", "H[v] = H[v] < 2 ? H[v] + 1 : 2;"),
    "a race": f"\n#pragma omp parallel for\n{COUNTED}",
    "a scratch array that is not cleared": "int own[8]; for (int i = 0; i < n; ++i) { int v = X[i]; if (v >= 0 && v < m) own[v]++; }"
    " for (int b = 0; b < m; ++b) H[b] = own[b];",
    "values outside in the last bin": COUNTED.replace("if (v >= 0 && v < m) H[v]", "H[v >= 0 && v < m ? v : m - 1]"),
}


@pytest.mark.parametrize("name", RIGHT_HISTOGRAMS)
def test_a_right_histogram_is_proved(written, name: str) -> None:
    source, target = (written(HISTOGRAM.format(body=body), ".cpp") for body in (COUNTED, RIGHT_HISTOGRAMS[name]))
    found = answer(source, target, {"n": 4, "m": 3})
    assert found.verdict is Verdict.PROVED, found.reason


@pytest.mark.parametrize("name", WRONG_HISTOGRAMS)
def test_a_wrong_histogram_is_not(written, name: str) -> None:
    source, target = (written(HISTOGRAM.format(body=body), ".cpp") for body in (COUNTED, WRONG_HISTOGRAMS[name]))
    assert answer(source, target, {"n": 4, "m": 3}).verdict is Verdict.UNSUPPORTED


UNGUARDED_BINS = """extern "C" void k_kernel(const int *X, int *H, int n, int m) {{
  int own[{bins}];
  for (int b = 0; b < {bins}; ++b) own[b] = 0;
  for (int i = 0; i < n; ++i) own[X[i]] += 1;
  for (int b = 0; b < m; ++b) H[b] = own[b];
}}
"""


def test_a_smaller_array_of_the_same_name_is_another_one(written) -> None:
    source, smaller, larger = (written(UNGUARDED_BINS.format(bins=bins), ".cpp") for bins in (8, 4, 16))
    assert answer(source, smaller, {"n": 3, "m": 4}).verdict is Verdict.UNSUPPORTED
    assert answer(source, larger, {"n": 3, "m": 4}).verdict is Verdict.PROVED


CORPUS_SIZES = {
    "gather": {"vocab": 3, "dim": 2, "tokens": 3},
    "scatter": {"rows": 3, "tokens": 2, "dim": 2},
    "histogram": {"n": 5, "bins": 3},
    "deformable_attention": {"batch": 1, "spatial": 6, "heads": 1, "dim": 2, "levels": 1, "queries": 1, "points": 1},
}
ACROSS = [
    ("gather", ".cu", ".hip"),
    ("gather", ".hip", ".mlu"),
    ("gather", ".mlu", ".cpp"),
    ("gather", ".cpp", ".cu"),
    ("scatter", ".cu", ".hip"),
    ("scatter", ".hip", ".cpp"),
    ("histogram", ".cu", ".hip"),
    ("histogram", ".hip", ".mlu"),
    ("histogram", ".cpp", ".cu"),
]


@pytest.mark.parametrize(("name", "source", "target"), ACROSS)
def test_kernels_written_by_hand_are_proved_equal(name: str, source: str, target: str) -> None:
    found = answer(corpus(name, source), corpus(name, target), CORPUS_SIZES[name])
    assert found.verdict is Verdict.PROVED, found.reason


TWINS = [
    ("gather", ".cu", "id >= 0 && id < vocab", "id >= 0 && id <= vocab"),
    ("gather", ".cu", "valid ? table[(size_t)id * dim + d] : 0.0f", "table[(size_t)id * dim + d]"),
    ("gather", ".cu", "(size_t)id * dim", "(size_t)(unsigned)(id + 1) * dim"),
    ("gather", ".hip", "i % dim", "i % vocab"),
    ("gather", ".hip", "id >= 0 && ", ""),
    ("gather", ".mlu", "table + id * dim + d", "table + t * dim + d"),
    ("gather", ".mlu", "__bang_write_zero(buf, n);", ""),
    ("scatter", ".cu", "(size_t)blockIdx.x * dim + d]", "(size_t)to * dim + d]"),
    ("scatter", ".hip", "i / dim", "i % tokens"),
    ("histogram", ".cu", "atomicAdd(&local[v], 1)", "local[v] += 1"),
    ("histogram", ".cu", "if (local[b] > 0) atomicAdd(&counts[b], local[b])", "counts[b] += local[b]"),
    ("histogram", ".cu", "local[b] > 0", "local[b] > 1"),
    (
        "histogram",
        ".cu",
        "  __syncthreads();\n  for (int b = threadIdx.x; b < bins; b += blockDim.x) {",
        "  for (int b = threadIdx.x; b < bins; b += blockDim.x) {",
    ),
    ("histogram", ".hip", "v < (unsigned)bins", "v <= (unsigned)bins"),
    ("histogram", ".mlu", "local[v] += 1", "local[v] = 1"),
    ("deformable_attention", ".cu", "floorf(h)", "truncf(h)"),
    ("deformable_attention", ".cu", "h_low >= 0 && w_low >= 0", "h_low >= 0 && w_low > 0"),
    ("deformable_attention", ".cu", "w_high <= width - 1", "w_high <= width"),
    ("deformable_attention", ".cu", "h_high <= height - 1", "h_high <= width - 1"),
    ("deformable_attention", ".cu", "w2 = hh * lw", "w2 = lh * hw"),
    ("deformable_attention", ".cu", "h_im > -1 && ", ""),
    ("deformable_attention", ".cu", "w_im < spatial_w", "w_im <= spatial_w"),
    ("deformable_attention", ".cu", " + level_start_id * qid_stride", ""),
    ("deformable_attention", ".cu", "loc_h * spatial_h", "loc_h * spatial_w"),
    ("deformable_attention", ".cu", "width * w_stride", "height * w_stride"),
]


@pytest.mark.parametrize(("name", "suffix", "old", "new"), TWINS)
def test_a_wrong_kernel_is_not(changed, name: str, suffix: str, old: str, new: str) -> None:
    source = corpus(name, ".cu" if name == "deformable_attention" or suffix != ".cu" else ".hip")
    assert answer(source, changed(name, suffix, old, new), CORPUS_SIZES[name]).verdict is Verdict.UNSUPPORTED


def test_what_a_parallel_source_scatters_is_assumed_to_be_apart() -> None:
    found = answer(corpus("scatter", ".cu"), corpus("scatter", ".hip"), CORPUS_SIZES["scatter"])
    assert any("no two threads access one element of 'dT' that data chooses" in assumed for assumed in found.assumptions)


ONE_FOR_ALL = """#include <cuda_runtime.h>
__global__ void k(const float *A, const int *I, float *T) {{ {body} }}
extern "C" void k_kernel(const float *A, const int *I, float *T) {{
  float *a, *t;
  int *i;
  cudaMalloc(&a, 16);
  cudaMalloc(&i, 16);
  cudaMalloc(&t, 16);
  cudaMemcpy(a, A, 16, cudaMemcpyHostToDevice);
  cudaMemcpy(i, I, 16, cudaMemcpyHostToDevice);
  cudaMemcpy(t, T, 16, cudaMemcpyHostToDevice);
  k<<<1, 4>>>(a, i, t);
  cudaMemcpy(T, t, 16, cudaMemcpyDeviceToHost);
}}
"""


def test_threads_that_always_meet_are_not_taken_to_be_apart(written) -> None:
    """All would follow: they do whatever the data is."""
    source = written(ONE_FOR_ALL.format(body="T[I[0]] = A[threadIdx.x];"), ".cu")
    found = answer(source, source, {})
    assert found.verdict is Verdict.UNSUPPORTED
    apart = written(ONE_FOR_ALL.format(body="T[I[threadIdx.x]] = A[threadIdx.x];"), ".cu")
    assert answer(apart, apart, {}).verdict is Verdict.PROVED


def test_a_sequence_is_not_made_parallel() -> None:
    """Of rows that are stored twice the last one counts, which nothing orders among threads."""
    found = answer(corpus("scatter", ".cpp"), corpus("scatter", ".cu"), CORPUS_SIZES["scatter"])
    assert found.verdict is Verdict.UNSUPPORTED


MEETING = """#include <cuda_runtime.h>
__global__ void k(const float *A, const int *I, float *T) {{
  __shared__ float s[8];
  s[threadIdx.x] = A[threadIdx.x];
  {body}
}}
extern "C" void k_kernel(const float *A, const int *I, float *T) {{
  float *a, *t;
  int *i;
  cudaMalloc(&a, 8 * sizeof(float));
  cudaMalloc(&i, sizeof(int));
  cudaMalloc(&t, 8 * sizeof(float));
  cudaMemcpy(a, A, 8 * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(i, I, sizeof(int), cudaMemcpyHostToDevice);
  k<<<1, 8>>>(a, i, t);
  cudaMemcpy(T, t, 8 * sizeof(float), cudaMemcpyDeviceToHost);
}}
"""
TURNED = """extern "C" void k_kernel(const float *A, const int *I, float *T) {{
  for (int j = 0; j < 8; ++j) T[j] = {value};
}}
"""
ALL, SOME = "I[0] > 0 ? A[7 - j] : A[7 - j]", "I[0] > 0 ? A[7 - j] : 0.0f"
BARRIERS = {
    "in the branch that reads": (
        SOME,
        "if (I[0] > 0) { __syncthreads(); T[threadIdx.x] = s[7 - threadIdx.x]; } else T[threadIdx.x] = 0.0f;",
        True,
    ),
    "in both branches": (ALL, "if (I[0] > 0) { __syncthreads(); } else { __syncthreads(); } T[threadIdx.x] = s[7 - threadIdx.x];", True),
    "in one branch": (ALL, "if (I[0] > 0) { __syncthreads(); } T[threadIdx.x] = s[7 - threadIdx.x];", False),
    "in the other branch": (
        SOME,
        "if (I[0] > 0) T[threadIdx.x] = s[7 - threadIdx.x]; else { __syncthreads(); T[threadIdx.x] = 0.0f; }",
        False,
    ),
    "in branches of each thread's own": (
        ALL,
        "if (A[threadIdx.x] > 0.0f) { __syncthreads(); } else { __syncthreads(); } T[threadIdx.x] = s[7 - threadIdx.x];",
        False,
    ),
}


@pytest.mark.parametrize("name", BARRIERS)
def test_a_barrier_in_a_branch_orders_what_is_in_the_branch(written, name: str) -> None:
    value, body, is_right = BARRIERS[name]
    found = answer(written(TURNED.format(value=value), ".cpp"), written(MEETING.format(body=body), ".cu"), {})
    assert found.verdict is (Verdict.PROVED if is_right else Verdict.UNSUPPORTED), found.reason
