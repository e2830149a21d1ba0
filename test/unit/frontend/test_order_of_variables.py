"""Loops carry variables in the order of the source, so that reading a text again gives the same module."""

from __future__ import annotations

import re

import pytest

from xpiler import frontend

NAMES = [f"v{number:02}" for number in range(12)]
DECLARED = f"int {', '.join(f'{name} = x[{number}]' for number, name in enumerate(NAMES))};"
SOURCE = f"""
void sums(const int *x, int *y, int n) {{
  {DECLARED}
  for (int i = 0; i < n; ++i) {{
    {" ".join(f"{name} += {number + 20} * x[i];" for number, name in reversed(list(enumerate(NAMES))))}
  }}
  y[0] = {" + ".join(NAMES)};
}}
"""


@pytest.mark.parametrize("source", [SOURCE, f"#define SUMS {DECLARED}{SOURCE.replace(DECLARED, 'SUMS')}"], ids=["written", "in-a-macro"])
def test_variables_of_one_declaration_keep_their_order(source: str) -> None:
    text = str(frontend.read(source, "vnni"))
    carried = re.search(r"iter_args\((.*?)\)", text).group(1)
    starts = re.findall(r"= (%\w+)", carried)
    loaded = re.findall(r"(%\w+) = memref\.load", text)
    assert starts == loaded[: len(NAMES)]
