#include <algorithm>
#include <cstddef>
// kernels pasted by a macro; an unsigned counter goes through a size_t of elements, the block is the least of a list
#define UNARY_OP(NAME, FUNC)                                                                           \
  extern "C" __global__ void NAME(const size_t numel, const float *inp, float *out) {                   \
    for (unsigned int i = blockIdx.x * blockDim.x + threadIdx.x; i < numel; i += blockDim.x * gridDim.x) { \
      float x = inp[i];                                                                                \
      out[i] = FUNC;                                                                                   \
    }                                                                                                  \
  }
UNARY_OP(square_f32, x * x)
void square(const float *in, float *out, size_t n, int most) { square_f32<<<60, std::min({256, most, 1024})>>>(n, in, out); }
