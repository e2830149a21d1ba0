"""What OpenMP runs in parallel and the front end reads in sequence is not proved: nobody has shown that the order does not matter."""

from __future__ import annotations

import pytest

from xpiler.diagnostics import InvalidInput
from xpiler.verify.stages import staged
from xpiler.verify.verdict import Verdict

TEXT = 'extern "C" void k_kernel(const float *A, float *B, float *T, int n) {{\n{}\n}}\n'
CHAIN = "for (int i = 1; i < n; ++i) T[i] = T[i - 1];"
ADDED = "for (int i = 0; i < n; ++i) T[i] = T[i] + A[i];"
REVERSED = "{0}for (int i = 0; i < n; ++i) B[i] = A[i];\n{1}for (int i = 0; i < n; ++i) T[i] = B[n - 1 - i];"
DOWN = "for (int i = n - 1; i > 0; --i) T[i] = T[i - 1];"
GRID = "for (int i = 0; i < n; ++i) for (int j = 3; j > 0; --j) T[i * 4 + j] = T[i * 4 + j - 1];"
SUM = "float s = 0;\n{}for (int i = 1; i < n; ++i) {{ {}s += A[i]; }}\nT[0] = s;"
COUNTER = "int i = 7;\n{0}for (i = 1; i < n; ++i) T[i] = {1};\n{2}"
REGION = "#pragma omp parallel\n{\n"
WRONG = {
    "a loop that counts down": (DOWN, "#pragma omp parallel for\n" + DOWN),
    "a store beside a reduction": (
        SUM.format("", "T[i] = T[i - 1]; "),
        SUM.format("#pragma omp parallel for reduction(+:s)\n", "T[i] = T[i - 1]; "),
    ),
    "a region that is no shared loop": (ADDED, "#pragma omp parallel\n" + ADDED),
    "a loop of each thread": (ADDED, REGION + ADDED + "\n}"),
    "a variable of all threads": (
        "int m = 0; for (int i = 0; i < n; ++i) m += 1; T[0] = m;",
        "int m = 0;\n" + REGION + "for (int i = 0; i < n; ++i) m += 1;\n}\nT[0] = m;",
    ),
    "no wait between two loops": (
        REVERSED.format("", ""),
        REGION + REVERSED.format("#pragma omp for nowait\n", "#pragma omp for\n") + "\n}",
    ),
    "the operator": (CHAIN, '_Pragma("omp parallel for")\n' + CHAIN),
    "a directive that is not read": (CHAIN, "#pragma omp taskloop\n" + CHAIN),
    "a length that is safe": (CHAIN, "#pragma omp simd safelen(8)\n" + CHAIN),
    "a comment between": (CHAIN, "#pragma omp parallel for\n// of all elements\n" + CHAIN),
    "a chain over a counter from outside": (
        COUNTER.format("", "T[i - 1]", ""),
        COUNTER.format("#pragma omp parallel for private(i)\n", "T[i - 1]", ""),
    ),
    "a counter of each thread behind the loop": (
        COUNTER.format("", "A[i]", "T[0] = i;"),
        COUNTER.format("#pragma omp parallel for\n", "A[i]", "T[0] = i;"),
    ),
    "a critical part": (
        "for (int i = 0; i < n; ++i) { T[i] = A[i]; T[0] += 1.0f; }",
        "#pragma omp parallel for\nfor (int i = 0; i < n; ++i) { T[i] = A[i];\n#pragma omp critical\n{ T[0] += 1.0f; } }",
    ),
    "a sum of each thread's own": (SUM.format("", ""), SUM.format("#pragma omp parallel for firstprivate(s)\n", "")),
    "a sum whose parts are not added up": (SUM.format("", ""), SUM.format("#pragma omp simd\n", "")),
    "a sum that is the last thread's": (SUM.format("", ""), SUM.format("#pragma omp parallel for lastprivate(s)\n", "")),
    "a sum that each thread takes whole": (SUM.format("", ""), SUM.format("#pragma omp parallel reduction(+:s)\n", "")),
    "an inner loop that counts down": (GRID, "#pragma omp parallel for collapse(2)\n" + GRID),
}
RIGHT = {
    "a reduction": (SUM.format("", ""), SUM.format("#pragma omp parallel for reduction(+:s)\n", "")),
    "a sum by lanes": (SUM.format("", ""), SUM.format("#pragma omp simd reduction(+:s)\n", "")),
    "two loops of a region": (REVERSED.format("", ""), REGION + REVERSED.format("#pragma omp for\n", "#pragma omp for\n") + "\n}"),
    "a private counter": (
        "for (int i = 0; i < n; ++i) for (int j = 0; j < 4; ++j) T[i * 4 + j] = A[i * 4 + j];",
        "int j;\n#pragma omp parallel for private(j)\nfor (int i = 0; i < n; ++i) for (j = 0; j < 4; ++j) T[i * 4 + j] = A[i * 4 + j];",
    ),
    "a counter from outside": (COUNTER.format("", "A[i]", ""), COUNTER.format("#pragma omp parallel for private(i)\n", "A[i]", "")),
    "a counter that no clause names": (COUNTER.format("", "A[i]", ""), COUNTER.format("#pragma omp parallel for\n", "A[i]", "")),
    "the counter from before": (COUNTER.format("", "A[i]", "T[0] = 7;"), COUNTER.format("#pragma omp parallel for\n", "A[i]", "T[0] = i;")),
    "the last counter": (
        COUNTER.format("", "A[i]", "T[0] = i;"),
        COUNTER.format("#pragma omp parallel for lastprivate(i)\n", "A[i]", "T[0] = i;"),
    ),
    "the last counter of lanes": (COUNTER.format("", "A[i]", "T[0] = i;"), COUNTER.format("#pragma omp simd\n", "A[i]", "T[0] = i;")),
    "directives of another function": (ADDED, ADDED + "\n}\nstatic void other(float *T, int n) {\n#pragma omp barrier\nT[0] = n;"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_may_race_is_not_proved(written, name: str) -> None:
    source, target = (written(TEXT.format(body), ".cpp") for body in WRONG[name])
    assert staged(source, source, {}, 20).answer.verdict is Verdict.PROVED
    assert staged(source, target, {}, 20).answer.verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize("name", RIGHT)
def test_what_cannot_is_proved(written, name: str) -> None:
    source, target = (written(TEXT.format(body), ".cpp") for body in RIGHT[name])
    assert staged(source, target, {}, 20).answer.verdict is Verdict.PROVED


def test_a_private_variable_has_no_value_at_first(written) -> None:
    scaled = "float x = 5.0f;\n#pragma omp parallel for {}(x)\nfor (int i = 0; i < n; ++i) T[i] = A[i] * x;"
    assert written(TEXT.format(scaled.format("firstprivate")), ".cpp")
    with pytest.raises(InvalidInput, match="before anything is assigned"):
        written(TEXT.format(scaled.format("private")), ".cpp")
