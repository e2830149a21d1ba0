"""Tasks of BANG that take contiguous shares, for all sizes.

Right ones are proved; twins that leave an element out, write one twice or another one are not.
"""

from __future__ import annotations

import pytest
from all_sizes import doubt
from proof_subjects import corpus

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.stage import prove

ONE_MORE = 'extern "C" void k_kernel(const float *A, float *T, int n) {\nfor (int i = 0; i < n; ++i) T[i] = A[i] + 1.0f;\n}\n'
ROWS_ONE_MORE = (
    'extern "C" void k_kernel(const float *A, float *T, int rows, int cols) {\n'
    "for (int r = 0; r < rows; ++r) for (int c = 0; c < cols; ++c) T[r * cols + c] = A[r * cols + c] + 1.0f;\n}\n"
)
PIECES = """for (int i = first; i < last; i += PIECE) {
    int count = last - i < PIECE ? last - i : PIECE;
    __memcpy(x, A + i, count * sizeof(float), GDRAM2NRAM);
    __bang_add_scalar(x, x, 1.0f, count);
    __memcpy(T + i, x, count * sizeof(float), NRAM2GDRAM);
  }"""
ROWS = """for (int r = first; r < last; ++r) {
    for (int c = 0; c < cols; c += PIECE) {
      int count = min(PIECE, cols - c);
      __memcpy(x, A + r * cols + c, count * sizeof(float), GDRAM2NRAM);
      __bang_add_scalar(x, x, 1.0f, count);
      __memcpy(T + r * cols + c, x, count * sizeof(float), NRAM2GDRAM);
    }
  }"""


LAUNCH = "k<<<dim, cnrtFuncTypeBlock, queue>>>(a, t, ARGS);"


def tasks(body: str, *, sizes: str = "n", dims: str = "16, 1, 1", launches: str = LAUNCH) -> str:
    """A kernel of one body with its launcher."""
    names = sizes.split(", ")
    parameters, count = ", ".join(f"int {of}" for of in names), "(size_t)" + " * ".join(names)
    return (
        "#include <bang.h>\n#include <cnrt.h>\n#define PIECE 1024\n__nram__ float x[PIECE];\n"
        f"__mlu_entry__ void k(const float *A, float *T, {parameters}) {{\n  {body}\n}}\n"
        f'extern "C" void k_kernel(const float *A, float *T, {parameters}) {{\n'
        "  float *a, *t;\n  cnrtQueue_t queue;\n  cnrtQueueCreate(&queue);\n"
        f"  size_t bytes = {count} * sizeof(float);\n  cnrtMalloc((void **)&a, bytes);\n  cnrtMalloc((void **)&t, bytes);\n"
        "  cnrtMemcpy(a, (void *)A, bytes, cnrtMemcpyHostToDev);\n"
        f"  cnrtDim3_t dim = {{{dims}}};\n  {launches.replace('ARGS', sizes)}\n  cnrtQueueSync(queue);\n"
        "  cnrtMemcpy(T, t, bytes, cnrtMemcpyDevToHost);\n  cnrtFree(a);\n  cnrtFree(t);\n  cnrtQueueDestroy(queue);\n}\n"
    )


CEIL = "int each = (n + taskDim - 1) / taskDim;\n  int first = taskId * each;\n  int last = min(first + each, n);\n  "
REST = "int each = n / taskDim, rest = n % taskDim;\n  "
BY_MIN = REST + "int first = taskId * each + min(taskId, rest);\n  int last = first + each + (taskId < rest ? 1 : 0);\n  "
BY_CHOICE = REST + (
    "int first, size;\n  if (taskId < rest) { size = each + 1; first = taskId * size; }\n"
    "  else { size = each; first = taskId * size + rest; }\n  int last = first + size;\n  "
)
BY_SUM = REST + (
    "int mine = each + (taskId < rest);\n  int first = taskId < rest ? taskId * mine : taskId * mine + rest;\n"
    "  int last = first + mine;\n  "
)
LAST_TAKES_REST = REST + "int first = taskId * each;\n  int last = taskId == taskDim - 1 ? n : first + each;\n  "
WHOLE_LINES = CEIL.replace("/ taskDim;", "/ taskDim;\n  each = (each + 63) / 64 * 64;")
IN_PIECES = (
    "int pieces = (n + PIECE - 1) / PIECE;\n  int each = (pieces + taskDim - 1) / taskDim;\n"
    "  int begin = taskId * each, end = min((taskId + 1) * each, pieces);\n"
    "  for (int p = begin; p < end; ++p) {\n  int first = p * PIECE, last = min(first + PIECE, n);\n  "
)
GRID = "int me = taskIdY * taskDimX + taskIdX;\n  " + CEIL.replace("taskId ", "me ")
EARLY = (
    "int each = (n + 15) / 16;\n  int first = taskId * each;\n  if (first >= n) return;\n"
    "  int last = first + each < n ? first + each : n;\n  "
)
OF_ROWS = CEIL.replace("n ", "rows ").replace("n)", "rows)")
ROWS_BY_MIN = BY_MIN.replace("n ", "rows ")


def flat(head: str, **options: str) -> str:
    return tasks(head + PIECES + ("\n  }" if "pieces" in head else ""), **options)


def of_rows(head: str, body: str = ROWS) -> str:
    return tasks(head + body, sizes="rows, cols")


VARIANTS = {
    "a quotient rounded up": (flat(CEIL), ONE_MORE),
    "the first ones take one more, by a minimum": (flat(BY_MIN), ONE_MORE),
    "the first ones take one more, by a branch": (flat(BY_CHOICE), ONE_MORE),
    "the first ones take one more, by a truth value": (flat(BY_SUM), ONE_MORE),
    "the last one takes the rest": (flat(LAST_TAKES_REST), ONE_MORE),
    "shares of whole lines": (flat(WHOLE_LINES), ONE_MORE),
    "shares of whole pieces": (flat(IN_PIECES), ONE_MORE),
    "tasks in two dimensions": (flat(GRID, dims="4, 4, 1"), ONE_MORE),
    "an early return": (flat(EARLY), ONE_MORE),
    "64 tasks": (flat(CEIL, dims="64, 1, 1"), ONE_MORE),
    "rows": (of_rows(OF_ROWS), ROWS_ONE_MORE),
    "rows, the first ones take one more": (of_rows(ROWS_BY_MIN), ROWS_ONE_MORE),
}


@pytest.mark.parametrize(("kernel", "plain"), VARIANTS.values(), ids=VARIANTS)
def test_shares_are_proved_for_all_sizes(written, kernel: str, plain: str) -> None:
    assert doubt(written(kernel, ".mlu"), written(plain, ".cpp")) == ""
    assert doubt(written(plain, ".cpp"), written(kernel, ".mlu")) == ""


WRONG = {
    "the last share is not cut": (flat(CEIL.replace("min(first + each, n)", "first + each")), "stay inside"),
    "the last share is cut one too late": (flat(CEIL.replace("each, n)", "each, n + 1)")), "stay inside"),
    "the last share is cut one too early": (flat(CEIL.replace("each, n)", "each, n - 1)")), "uninitialised"),
    "an element between two shares": (flat(CEIL.replace("min(first + each, n)", "min(first + each - 1, n)")), "uninitialised"),
    "a quotient rounded down": (flat(CEIL.replace("(n + taskDim - 1)", "n")), "uninitialised"),
    "a quotient rounded up by one too few": (flat(CEIL.replace("taskDim - 1", "taskDim - 2")), "uninitialised"),
    "shares for one task fewer": (flat(CEIL.replace(") / taskDim", ") / (taskDim + 1)")), "uninitialised"),
    "two shares meet": (flat(CEIL.replace("min(first + each, n)", "min(first + each + 1, n)")), "apart"),
    "a rest that nobody takes": (flat(LAST_TAKES_REST.replace("taskId == taskDim - 1 ? n : ", "")), "uninitialised"),
    "the rest is taken by another one": (flat(LAST_TAKES_REST.replace("taskDim - 1", "taskDim - 2")), "apart"),
    "the rest moves nobody": (flat(BY_MIN.replace(" + min(taskId, rest)", "")), "apart"),
    "one too many take one more": (flat(BY_MIN.replace("taskId < rest ?", "taskId <= rest ?")), "stay inside"),
    "the wrong branch takes one more": (flat(BY_CHOICE.replace("taskId < rest", "taskId > rest")), "stay inside"),
    "the rest is forgotten": (flat(BY_SUM.replace(" + rest", "")), "apart"),
    "lines that are not whole": (flat(WHOLE_LINES.replace("(each + 63)", "each")), "uninitialised"),
    "a piece too few": (flat(IN_PIECES.replace("(n + PIECE - 1)", "n")), "uninitialised"),
    "a piece between two shares": (flat(IN_PIECES.replace("* each, pieces)", "* each - 1, pieces)")), "uninitialised"),
    "tasks of one dimension": (flat(GRID.replace("taskIdY * taskDimX + ", ""), dims="4, 4, 1"), "apart"),
    "another order of dimensions": (flat(GRID.replace("taskIdY * taskDimX", "taskIdY * taskDimY"), dims="4, 2, 1"), "apart"),
    "a return that is too early": (flat(EARLY.replace("first >= n", "first >= n - 1")), "uninitialised"),
    "17 shares for 16 tasks": (flat(EARLY.replace("(n + 15) / 16", "(n + 16) / 17")), "uninitialised"),
    "what is added depends on the task": (flat(CEIL).replace("x, 1.0f,", "x, (float)taskId,"), "not shown equal"),
    "what is added depends on the share": (flat(CEIL).replace("x, 1.0f,", "x, (float)(first - first % 2),"), "not shown equal"),
    "a piece is stored elsewhere": (flat(CEIL).replace("T + i,", "T + first,"), "not shown equal"),
    "a piece that is too short": (flat(CEIL).replace("x, 1.0f, count", "x, 1.0f, count - 1"), "must be positive"),
}


@pytest.mark.parametrize(("kernel", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_twin_is_not_proved(written, kernel: str, reason: str) -> None:
    assert reason in doubt(written(ONE_MORE, ".cpp"), written(kernel, ".mlu"))


NEIGHBOURS = CEIL + "for (int i = first; i < last; ++i) T[i] = i + 1 < n ? A[i] + A[i + 1] : A[i];"
ADDED_TWICE = 'extern "C" void k_kernel(const float *A, float *T, int n) {\nfor (int i = 0; i < n; ++i) T[i] = A[i] + 2.0f;\n}\n'
TWO_LAUNCHES = "k<<<dim, cnrtFuncTypeBlock, queue>>>(a, t, n);\n  k<<<dim, cnrtFuncTypeBlock, queue>>>({}, n);"


def test_a_launch_that_reads_what_shares_wrote_is_not_taken_apart(written) -> None:
    """Tasks that are parameters of what one launch wrote mean nothing to another: here the second one adds to what the first one made."""
    added = written(ADDED_TWICE, ".cpp")
    assert "another launch" in doubt(written(flat(CEIL, launches=TWO_LAUNCHES.format("t, t")), ".mlu"), added)
    # The second launch makes all of it anew.
    again = written(flat(CEIL, launches=TWO_LAUNCHES.format("a, t")), ".mlu")
    assert doubt(again, written(ONE_MORE, ".cpp")) == ""
    assert doubt(again, added) != ""


def test_values_of_neighbouring_shares(written) -> None:
    """An element that the next task owns is read, not written: no race in A, one in place."""
    loop = NEIGHBOURS.removeprefix(CEIL).replace("i = first; i < last", "i = 0; i < n")
    plain = f'extern "C" void k_kernel(const float *A, float *T, int n) {{\n{loop}\n}}\n'
    kernel = tasks(NEIGHBOURS)
    assert doubt(written(kernel, ".mlu"), written(plain, ".cpp")) == ""
    assert "apart" in doubt(written(kernel.replace("queue>>>(a, t", "queue>>>(t, t"), ".mlu"), written(plain, ".cpp"))


def test_a_share_that_the_launcher_counts(written) -> None:
    head = "int first = taskId * n;\n  int last = min(first + n, all);\n  "
    kernel = tasks(head + PIECES).replace("float *T, int n) {\n  int first", "float *T, int n, int all) {\n  int first")
    right = kernel.replace("(a, t, n)", "(a, t, (n + 15) / 16, n)")
    assert doubt(written(right, ".mlu"), written(ONE_MORE, ".cpp")) == ""
    assert doubt(written(right.replace("n + 15", "n + 14"), ".mlu"), written(ONE_MORE, ".cpp")) != ""


def test_what_is_asked_of_sizes_is_asked_again(written) -> None:
    """The first walk ends where a share is found, here in the condition of a loop; the second asks what the first one asked before."""
    head = "if (n + 100000 < 0) return;\n  int me = taskId, size = (n + taskDim - 1) / taskDim;\n  int i = 0;\n  "
    loop = "while (i + me * size < min(me * size + size, n)) {\n    int j = me * size + i;\n    T[j] = A[j] + 1.0f;\n    i += 1;\n  }"
    kernel = written(tasks(head + loop), ".mlu")
    assert prove(kernel, written(ONE_MORE, ".cpp"), 60.0).scope == "all sizes with 1 <= n <= 2147383647"


@pytest.mark.parametrize("name", ["relu", "gelu", "sub", "row_sum"])
def test_kernels_of_the_corpus_against_other_platforms(name: str) -> None:
    assert doubt(corpus(name, ".mlu"), corpus(name, ".cpp")) == ""


def test_a_product_of_too_many_tasks_is_refused(written) -> None:
    with pytest.raises(NotModelled, match="too many tasks"):
        prove(written(flat(CEIL, dims="512, 1, 1"), ".mlu"), written(ONE_MORE, ".cpp"), 60.0)
