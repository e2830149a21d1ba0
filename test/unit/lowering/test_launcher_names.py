"""The launchers that an output is given do not take a name that the source uses."""

from __future__ import annotations

from xpiler import frontend, lowering, raising
from xpiler.frontend import ReadOptions
from xpiler.platforms.target import Target

SOURCE = """
__global__ void scale(float *x, int n) { int i = blockIdx.x * 64 + threadIdx.x; if (i < n) x[i] *= 2; }
void scale_launch(float *host, int n) {
  float *x;
  cudaMalloc(&x, n * sizeof(float));
  cudaMemcpy(x, host, n * sizeof(float), cudaMemcpyHostToDevice);
  scale<<<(n + 63) / 64, 64>>>(x, n);
  cudaMemcpy(host, x, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(x);
}
"""


def test_a_source_s_launcher_keeps_the_name_it_shares_with_ours() -> None:
    text = lowering.emit(lowering.lower(raising.raise_module(frontend.read(SOURCE, "cuda", ReadOptions())), Target("bang", "")))
    assert 'extern "C" void scale_launch(float *host, int n)' in text
    assert 'extern "C" void scale_device(cnrtQueue_t queue, float *x, int n)' in text


def test_facts_under_a_condition_have_no_text() -> None:
    """Bytes that an int counts are assumed to fit it, here only where the launcher goes on."""
    text = SOURCE.replace("float *x;\n", "if (n > 4096) return;\n  float *x;\n").replace("n * sizeof(float)", "n * 4")
    for target in ("bang", "hip", "vnni"):
        made = lowering.emit(lowering.lower(raising.raise_module(frontend.read(text, "cuda", ReadOptions())), Target(target, "")))
        assert "scale_launch(float *host, int n)" in made
