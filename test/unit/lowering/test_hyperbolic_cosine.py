"""The hyperbolic cosine is made of exponentials where there is no function of registers or buffers for it."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.verify.verdict import Verdict

GRADIENT = """
#include <math.h>
__global__ void gradient(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float c = coshf(sqrtf(2.0f / M_PI) * x[i]);
    y[i] = 1.0f / (c * c);
  }
}
void launch(const float *x, float *y, int n) { gradient<<<(n + 255) / 256, 256>>>(x, y, n); }
"""


@pytest.mark.parametrize(
    ("target", "word", "verdict"), [("bang", "__bang_active_exphp(", Verdict.TESTED), ("vnni", "exp512(", Verdict.PROVED)]
)
def test_it_is_two_exponentials(tmp_path: Path, target: str, word: str, verdict: Verdict) -> None:
    source = tmp_path / "gradient.cu"
    source.write_text(GRADIENT)
    made = xpiler.translate(str(source), to=target, verify="prove" if verdict is Verdict.PROVED else "test")
    assert made.answer.verdict is verdict, made.answer.reason
    assert word in made.text and "cosh" not in made.text
