"""Values of a region that has ended are not used elsewhere: bodies inlined twice, variables that a branch reads first."""

from __future__ import annotations

import pytest

AGAIN = """
  long sum = 0;
  auto add = [&](int first) {{
    {loop}
  }};
  for (int r = 0; r < n; r++) add(r);
  add(n);
  if (n > 2) add(1);
  out[0] = sum;
"""


@pytest.mark.parametrize(
    "loop",
    [
        "for (int i = 0; i < 3; i++) for (int j = 0; j < 2; j++) for (int k = 0; k < 2; k++) sum += first + i + j * k;",
        "int i = 0; while (i < 3) { int j = 0; while (j < 2) { int k = 0; while (k < 2) { sum += first + i + j * k; k++; } j++; } i++; }",
        "int i = 0; do { int j = 0; do { int k = 0; do { sum += first + i + j * k; } while (++k < 2); } while (++j < 2);} while (++i < 3);",
        "for (int i = 0; i < 3; i++) if (i >= 0) { for (int j = 0; j < 2; j++) { int k = 2; while (k--) sum += first + i + j * k; } }",
    ],
)
def test_the_loops_of_a_body_that_is_read_again(evaluate, loop: str) -> None:
    each = [sum(first + i + j * k for i in range(3) for j in range(2) for k in range(2)) for first in (0, 1, 2, 3, 1)]
    assert evaluate(AGAIN.format(loop=loop), n=3)[0] == sum(each)


@pytest.mark.parametrize("loop", ["for (int i = 0; i < n; ++i) x = a[i];", "int i = 0; while (i < n) x = a[i++];"])
@pytest.mark.parametrize("other", ["", "else { x = 7; }"])
def test_a_variable_that_a_branch_sets_first(evaluate, loop: str, other: str) -> None:
    body = f"int x; if (n > 1) {{ {loop} out[1] = x; }} {other} if (n > 2) {{ {loop} }} {loop} out[0] = x;"
    assert evaluate(body, a=(1, 2, 3, 4), n=3)[:2] == [3, 3]
    assert evaluate(body, a=(1, 2, 3, 4), n=1)[0] == 1
