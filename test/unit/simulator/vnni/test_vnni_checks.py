"""Checks of C and AVX-512 text: planted faults are found with line and buffer, clean twins are silent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xpiler.execution.process import DeviceArray, run
from xpiler.platforms.vnni.checked import build_checked, can_check

LOOP = "#pragma omp parallel for"
EACH = "for (int i = 0; i < n; i++)"
TWO_LOOPS = f"""
#pragma omp parallel
{{
#pragma omp for
{EACH} y[i] = x[i];
#pragma omp for
{EACH} if (i % 16 == 0) h[i / 16] = int(y[n - 1 - i]);
}}"""

CASES = {
    "sum": (
        "race",
        "",
        f"float s = 0;\n{LOOP}\n{EACH} s += x[i]; y[0] = s;",
        f"float s = 0;\n{LOOP} reduction(+ : s)\n{EACH} s += x[i]; y[0] = s;",
    ),
    "histogram": (
        "race",
        "h",
        f"memset(h, 0, 32);\n{LOOP}\n{EACH} h[i % 8]++;",
        f"memset(h, 0, 32);\n{LOOP}\n{EACH} {{\n#pragma omp atomic\nh[i % 8]++; }}",
    ),
    "critical": (
        "race",
        "y",
        f"y[0] = 0;\n{LOOP}\n{EACH} {{ float v = x[i] * 2; y[0] += v; }}",
        f"y[0] = 0;\n{LOOP}\n{EACH} {{ float v = x[i] * 2;\n#pragma omp critical\ny[0] += v; }}",
    ),
    "neighbour": (
        "race",
        "y",
        f"y[0] = 0;\n{LOOP}\nfor (int i = 1; i < n; i++) y[i] = y[i - 1] + x[i];",
        f"{LOOP}\nfor (int i = 1; i < n; i++) y[i] = x[i - 1] + x[i];",
    ),
    "dynamic": (
        "race",
        "y",
        f"{LOOP} schedule(dynamic)\nfor (int i = 0; i < n / 2; i++) y[i / 2] = x[i];",
        f"{LOOP} schedule(dynamic)\nfor (int i = 0; i < n / 2; i++) y[i] = x[i];",
    ),
    "barrier": (
        "race",
        "y",
        TWO_LOOPS.replace("omp for", "omp for nowait", 1),
        TWO_LOOPS,
    ),
    "vectors": (
        "race",
        "y",
        f"{LOOP}\nfor (int i = 0; i < n - 8; i += 8) _mm512_storeu_ps(y + i, _mm512_loadu_ps(x + i));",
        f"{LOOP}\nfor (int i = 0; i < n; i += 16) _mm512_storeu_ps(y + i, _mm512_loadu_ps(x + i));",
    ),
    "scratch": (
        "race",
        "memory of line",
        f"float *t = (float *)malloc(64);\n{LOOP}\n{EACH} {{ t[0] = x[i]; y[i] = t[0]; }} free(t);",
        f"{LOOP}\n{EACH} {{ float *t = (float *)malloc(64); t[0] = x[i]; y[i] = t[0]; free(t); }}",
    ),
    "past the end": ("out-of-bounds", "y", "for (int i = 0; i <= n; i++) y[i] = 1;", f"{EACH} y[i] = 1;"),
    "tail": (
        "out-of-bounds",
        "x",
        "for (int i = 0; i < n; i += 16) y[i] = _mm512_reduce_add_ps(_mm512_loadu_ps(x + i + 8));",
        "for (int i = 0; i < n; i += 16) y[i] = _mm512_reduce_add_ps(_mm512_maskz_loadu_ps(0xff, x + i + 8));",
    ),
    "past the end of the heap": (
        "out-of-bounds",
        "memory of line",
        f"float *t = (float *)malloc(4 * n);\nfor (int i = 0; i <= n; i++) t[i] = 1;\n{EACH} y[i] = t[i]; free(t);",
        f"float *t = (float *)malloc(4 * n);\n{EACH} t[i] = 1;\n{EACH} y[i] = t[i]; free(t);",
    ),
    "unwritten memory of the heap": (
        "uninitialised",
        "memory of line",
        f"float *t = new float[n];\n{EACH} y[i] = t[i]; delete[] t;",
        f"float *t = new float[n]();\n{EACH} y[i] = t[i]; delete[] t;",
    ),
    "grown": (
        "uninitialised",
        "memory of line",
        "int *t = (int *)calloc(4, 4);\nt = (int *)realloc(t, 32); h[0] = t[4]; free(t);",
        "int *t = (int *)calloc(4, 4);\nt = (int *)realloc(t, 32); h[0] = t[3]; free(t);",
    ),
    "freed": (
        "use-after-free",
        "memory of line",
        "float *t = (float *)aligned_alloc(64, 64); t[0] = 1; free(t);\ny[0] = t[0];",
        "float *t = (float *)aligned_alloc(64, 64); t[0] = 1;\ny[0] = t[0]; free(t);",
    ),
    "freed twice": (
        "use-after-free",
        "memory of line",
        "float *t = (float *)malloc(64);\nfree(t); free(t);",
        "float *t = (float *)malloc(64);\nfree(t); free(nullptr);",
    ),
    "freed inside": ("bad-free", "y", "free(y + 1);", "y[1] = 1;"),
    "subscript": (
        "out-of-bounds",
        "",
        f"float t[8] = {{}};\n{EACH} t[i % 9] += x[i]; memcpy(y, t, 32);",
        f"float t[8] = {{}};\n{EACH} t[i % 8] += x[i]; memcpy(y, t, 32);",
    ),
    "unwritten": ("uninitialised", "y", f"{EACH} y[i] += x[i];", f"memcpy(y, x, 4 * n); {EACH} y[i] += x[i];"),
}


def source() -> str:
    text = "#include <immintrin.h>\n#include <stdlib.h>\n#include <string.h>\n"
    for number, (_, _, faulty, clean) in enumerate(CASES.values()):
        for name, body in (("faulty", faulty), ("clean", clean)):
            text += f'extern "C" void {name}{number}(const float *x, float *y, int *h, int n) {{\n{body} }}\n'
    return text


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("checked")
    text = source()
    (folder / "k.cpp").write_text(text)
    build_checked(folder / "k.cpp", folder / "k.so", arch="icelake-server")
    return folder / "k.so", text


def findings(library: Path, name: str) -> tuple[dict, ...]:
    arrays = [np.ones(128, np.float32), np.zeros(128, np.float32), np.zeros(8, np.int32)]
    arguments = [DeviceArray(a, name, written) for a, name, written in zip(arrays, "xyh", (True, False, False), strict=True)]
    (result,) = run(library, name, [[*arguments, 128]])
    assert not result.failure or "outside of a buffer" in result.failure
    return result.findings


@pytest.mark.parametrize("case", CASES)
def test_planted_fault_and_clean_twin(checked, case):
    library, text = checked
    kind, buffer, faulty, _ = CASES[case]
    number = list(CASES).index(case)
    assert findings(library, f"clean{number}") == ()
    found = [f for f in findings(library, f"faulty{number}") if f["kind"] == kind]
    first = 1 + text[: text.index(f"void faulty{number}(")].count("\n")
    assert found and all(first < f["line"] <= first + 1 + faulty.count("\n") and f["file"].endswith("k.cpp") for f in found)
    assert any(f["buffer"].startswith(buffer) for f in found)


def test_tasks_are_not_followed():
    assert can_check("#pragma omp parallel for")
    assert not can_check("#pragma omp parallel\n#pragma omp single\n{\n#pragma omp task\nf(); }")
