"""A record that points to records of its kind is refused where it is used, by name."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.diagnostics import Unsupported

LIST = """
struct Node { float value; Node *next; };
__global__ void sum(const Node *first, float *out) {
  float s = 0;
  while (first) { s += first->value; first = first->next; }
  *out = s;
}
void run(const Node *first, float *out) { sum<<<1, 1>>>(first, out); }
"""


def test_a_list_is_refused() -> None:
    with pytest.raises(Unsupported) as caught:
        frontend.read(LIST, "cuda")
    found = caught.value.diagnostics[0]
    assert "the record 'Node', which points to records of its kind" in found.message
    assert found.place.line == 3
