// Vector types: loads, stores, construction and members.
#include "run_case.h"

__global__ void float4_copy(const float4 *in, float4 *out, int n) {
  float4 v = in[threadIdx.x];
  out[threadIdx.x] = make_float4(v.w, v.z * 2.0f, v.y + v.x, v.x);
}
// case vector_float4: float32*256 unit -> float32*256, equal
extern "C" void case_vector_float4(const void *in, void *out, int n) { run_case(float4_copy, in, out, n, {1, 64, n / 4, n / 4}); }

__global__ void int2_swap(const int2 *in, int2 *out, int n) {
  int2 v = in[threadIdx.x];
  out[threadIdx.x] = make_int2(v.y, v.x ^ v.y);
}
// case vector_int2: int32*128 any -> int32*128, equal
extern "C" void case_vector_int2(const void *in, void *out, int n) { run_case(int2_swap, in, out, n, {1, 64, n / 2, n / 2}); }

__global__ void uchar4_sum(const uchar4 *in, int *out, int n) {
  uchar4 v = in[threadIdx.x];
  out[threadIdx.x] = v.x + 256 * v.y - 3 * v.z + 7 * v.w;
}
// case vector_uchar4: uint8*256 any -> int32*64, equal
extern "C" void case_vector_uchar4(const void *in, void *out, int n) { run_case(uchar4_sum, in, out, n, {1, 64, n / 4, n / 4}); }

__global__ void double2_cross(const double2 *in, double *out, int n) {
  double2 a = in[threadIdx.x], b = in[(threadIdx.x + 1) % 32];
  out[threadIdx.x] = a.x * b.y - a.y * b.x;
}
// case vector_double2: float64*64 unit -> float64*32, equal
extern "C" void case_vector_double2(const void *in, void *out, int n) { run_case(double2_cross, in, out, n, {1, 32, n / 2, n / 2}); }

__global__ void float3_reads(const float3 *in, float3 *out, int n) {
  float3 v = in[threadIdx.x];
  out[threadIdx.x] = make_float3(v.y, v.z, v.x - v.y);
}
// case vector_float3: float32*96 unit -> float32*96, equal
extern "C" void case_vector_float3(const void *in, void *out, int n) { run_case(float3_reads, in, out, n, {1, 32, n / 3, n / 3}); }
