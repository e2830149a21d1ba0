"""Loops carry variables in the order of the source, so that reading a text again gives the same module."""

from __future__ import annotations

import re

from xpiler import frontend

NAMES = [f"v{number}" for number in range(12)]
SOURCE = f"""
void sums(const int *x, int *y, int n) {{
  int {", ".join(f"{name} = x[{number}]" for number, name in enumerate(NAMES))};
  for (int i = 0; i < n; ++i) {{
    {" ".join(f"{name} += {number + 20} * x[i];" for number, name in reversed(list(enumerate(NAMES))))}
  }}
  y[0] = {" + ".join(NAMES)};
}}
"""


def test_variables_of_one_declaration_keep_their_order() -> None:
    text = str(frontend.read(SOURCE, "vnni"))
    carried = re.search(r"iter_args\((.*?)\)", text).group(1)
    starts = re.findall(r"= (%\w+)", carried)
    loaded = re.findall(r"(%\w+) = memref\.load", text)
    assert starts == loaded[: len(NAMES)]
