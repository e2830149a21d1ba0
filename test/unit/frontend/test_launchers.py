"""Host launchers as host operations, launch geometry, instantiations."""

from __future__ import annotations

KERNEL = """
__global__ void scale(float *x, int n, float by) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= by;
}
"""
HOST = """
#define CHECK(call) do { cudaError_t e = (call); if (e != cudaSuccess) { \\
  fprintf(stderr, "%s", cudaGetErrorString(e)); exit(1); } } while (0)
extern "C" void scale_kernel(const float *in, float *out, int n) {
  float *d = nullptr;
  const size_t bytes = n * sizeof(float);
  CHECK(cudaMalloc((void **)&d, bytes));
  CHECK(cudaMemcpy(d, in, bytes, cudaMemcpyHostToDevice));
  dim3 grid((n + 255) / 256);
  scale<<<grid, 256, 128>>>(d, n, 2.0f);
  CHECK(cudaGetLastError());
  CHECK(cudaMemcpy(out, d, bytes, cudaMemcpyDeviceToHost));
  CHECK(cudaFree(d));
}
"""


def test_host_launcher_in_elements(read) -> None:
    text = read(KERNEL + HOST)
    assert 'xpiler.launcher = "host"' in text and "scf.if" in text.split("@scale_kernel")[0]
    host = text.split("@scale_kernel")[1]
    assert "scf." not in host and "arith.muli" not in host  # checks folded away, sizes in elements
    assert (
        host.index("xpiler.alloc")
        < host.index("<h2d>")
        < host.index("xpiler.launch @scale")
        < host.index("<d2h>")
        < host.index("xpiler.free")
    )
    assert "shared(" in host and "arith.divsi" in host


def test_device_launcher_keeps_its_stream(read) -> None:
    text = read(KERNEL + "void run(cudaStream_t s, float *x, int n) { scale<<<n, 32, 0, s>>>(x + 4, n, 1.f); }")
    assert 'xpiler.launcher = "device"' in text and "!xpiler.stream" in text and " on %s" in text and "xpiler.view" in text


def test_launch_option_becomes_a_device_launcher(read) -> None:
    text = read(KERNEL, launch="grid=((n+255)/256,2),block=256")
    host = text.split("@scale_launch")[1]
    assert "arith.divsi" in host and "xpiler.launch @scale" in host and "%stream" in host


def test_instantiated_kernel_is_named_after_its_arguments(read) -> None:
    template = "template <typename T, int B> __global__ void fill(T *x) { x[threadIdx.x] = B; }\n"
    assert "@fill_float_256" in read(template, instantiate=("fill<float, 256>",))
    launched = read(template + "void run(float *x) { fill<float, 8><<<1, 8>>>(x); }")
    assert "@fill_float_8(" in launched and "xpiler.launch @fill_float_8" in launched


def test_hip_launch_macro(read) -> None:
    text = read(KERNEL + "void run(float *x, int n) { hipLaunchKernelGGL(scale, dim3(n), dim3(64), 0, 0, x, n, 1.f); }", "hip")
    assert "xpiler.launch @scale" in text


def test_host_code_is_read_without_device_macros(read) -> None:
    text = read(
        KERNEL
        + "#ifdef __CUDA_ARCH__\n#define T 64\n#else\n#define T 32\n#endif\nvoid run(float *x, int n) { scale<<<n, T>>>(x, n, 1.f); }"
    )
    assert "32 : i32" in text.split("@run")[1] and "64 : i32" not in text.split("@run")[1]
