// Floating arithmetic and the mathematical library, single and double.
#include "run_case.h"

__device__ int at() { return blockIdx.x * blockDim.x + threadIdx.x; }

__global__ void float_arithmetic(const float *in, float *out, int n) {
  float a = in[at()], b = in[(at() * 5 + 1) % n], *mine = out + 6 * at();
  mine[0] = a + b;
  mine[1] = a * b;
  mine[2] = a / b;
  mine[3] = sqrtf(fabsf(a));
  mine[4] = fmaf(a, b, a);
  mine[5] = a - b * 3.0f;
}
// case float_arithmetic: float32*2048 wide -> float32*12288, equal
extern "C" void case_float_arithmetic(const void *in, void *out, int n) { run_case(float_arithmetic, in, out, n, {8, 256, n, 6 * n}); }

__global__ void float_rounding(const float *in, float *out, int n) {
  float a = in[at()], *mine = out + 6 * at();
  mine[0] = floorf(a);
  mine[1] = ceilf(a);
  mine[2] = truncf(a);
  mine[3] = rintf(a);
  mine[4] = roundf(a);
  mine[5] = copysignf(a, -1.0f) + fmodf(a, 0.75f);
}
// case float_rounding: float32*2048 quarters -> float32*12288, equal
extern "C" void case_float_rounding(const void *in, void *out, int n) { run_case(float_rounding, in, out, n, {8, 256, n, 6 * n}); }

__global__ void float_min_max(const float *in, float *out, int n) {
  float a = in[at()], b = in[(at() * 5 + 1) % n];
  out[3 * at()] = fminf(a, b);
  out[3 * at() + 1] = fmaxf(a, b);
  out[3 * at() + 2] = __saturatef(a) + fdimf(a, b);
}
// case float_min_max: float32*1024 wide -> float32*3072, equal
extern "C" void case_float_min_max(const void *in, void *out, int n) { run_case(float_min_max, in, out, n, {4, 256, n, 3 * n}); }

__global__ void exponentials(const float *in, float *out, int n) {
  float x = in[at()], *mine = out + 4 * at();
  mine[0] = expf(x * 20.0f);
  mine[1] = exp2f(x * 20.0f);
  mine[2] = exp10f(x * 10.0f);
  mine[3] = expm1f(x);
}
// case exponentials: float32*2048 unit -> float32*8192, ulp 4
extern "C" void case_exponentials(const void *in, void *out, int n) { run_case(exponentials, in, out, n, {8, 256, n, 4 * n}); }

__global__ void logarithms(const float *in, float *out, int n) {
  float x = fabsf(in[at()]), *mine = out + 4 * at();
  mine[0] = logf(x);
  mine[1] = log2f(x);
  mine[2] = log10f(x);
  mine[3] = log1pf(x);
}
// case logarithms: float32*2048 wide -> float32*8192, ulp 3
extern "C" void case_logarithms(const void *in, void *out, int n) { run_case(logarithms, in, out, n, {8, 256, n, 4 * n}); }

__global__ void trigonometry(const float *in, float *out, int n) {
  float x = in[at()] * 50.0f, *mine = out + 6 * at();
  mine[0] = sinf(x);
  mine[1] = cosf(x);
  mine[2] = tanf(x);
  mine[3] = atanf(x);
  mine[4] = atan2f(x, in[(at() + 1) % n]);
  mine[5] = asinf(in[at()] * 0.5f);
}
// case trigonometry: float32*2048 unit -> float32*12288, ulp 5
extern "C" void case_trigonometry(const void *in, void *out, int n) { run_case(trigonometry, in, out, n, {8, 256, n, 6 * n}); }

__global__ void special_functions(const float *in, float *out, int n) {
  float x = in[at()], *mine = out + 6 * at();
  mine[0] = tanhf(x);
  mine[1] = erff(x);
  mine[2] = erfcf(x);
  mine[3] = cbrtf(x);
  mine[4] = rsqrtf(fabsf(x));
  mine[5] = hypotf(x, 1.25f);
}
// case special_functions: float32*2048 unit -> float32*12288, ulp 6
extern "C" void case_special_functions(const void *in, void *out, int n) { run_case(special_functions, in, out, n, {8, 256, n, 6 * n}); }

__global__ void powers(const float *in, float *out, int n) {
  float x = in[at()], y = in[(at() + 1) % n];
  out[2 * at()] = powf(fabsf(x), y * 4.0f);
  out[2 * at() + 1] = powf(x, 3.0f);
}
// case powers: float32*2048 unit -> float32*4096, ulp 8
extern "C" void case_powers(const void *in, void *out, int n) { run_case(powers, in, out, n, {8, 256, n, 2 * n}); }

__global__ void double_functions(const double *in, double *out, int n) {
  double x = in[at()], *mine = out + 6 * at();
  mine[0] = exp(x);
  mine[1] = log(fabs(x));
  mine[2] = sin(x * 10.0);
  mine[3] = tanh(x);
  mine[4] = sqrt(fabs(x)) / (x + 3.0);
  mine[5] = fma(x, x, -1.0);
}
// case double_functions: float64*1024 unit -> float64*6144, ulp 4
extern "C" void case_double_functions(const void *in, void *out, int n) { run_case(double_functions, in, out, n, {4, 256, n, 6 * n}); }

__global__ void fast_functions(const float *in, float *out, int n) {
  float x = in[at()], *mine = out + 5 * at();
  mine[0] = __expf(x);
  mine[1] = __fdividef(x, 1.5f);
  mine[2] = __frcp_rn(x);
  mine[3] = __fsqrt_rn(fabsf(x));
  mine[4] = __expf(-x) * 0.5f;
}
// case fast_functions: float32*1024 unit -> float32*5120, ulp 6
extern "C" void case_fast_functions(const void *in, void *out, int n) { run_case(fast_functions, in, out, n, {4, 256, n, 5 * n}); }

__global__ void fast_trigonometry(const float *in, float *out, int n) {
  out[3 * at()] = __sinf(in[at()]);
  out[3 * at() + 1] = __cosf(in[at()]);
  out[3 * at() + 2] = __logf(0.5f + fabsf(in[at()]) * 0.7f);
}
// case fast_trigonometry: float32*1024 unit -> float32*3072, near 1e-6
extern "C" void case_fast_trigonometry(const void *in, void *out, int n) { run_case(fast_trigonometry, in, out, n, {4, 256, n, 3 * n}); }

__global__ void softmax_row(const float *in, float *out, int n) {
  __shared__ float cell[256];
  int t = threadIdx.x;
  cell[t] = in[t];
  __syncthreads();
  float peak = cell[0], sum = 0.0f;
  for (int i = 1; i < 256; ++i) peak = fmaxf(peak, cell[i]);
  for (int i = 0; i < 256; ++i) sum += expf(cell[i] - peak);
  out[t] = expf(cell[t] - peak) / sum;
}
// case softmax_row: float32*256 unit -> float32*256, ulp 8
extern "C" void case_softmax_row(const void *in, void *out, int n) { run_case(softmax_row, in, out, n, {1, 256}); }
