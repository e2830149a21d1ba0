// Bit and byte functions of the device, ten results a word.
#include <cuda_runtime.h>
#include <cooperative_groups.h>
#include <utility>
namespace cg = cooperative_groups;

struct Words {
  __device__ void operator()(unsigned x, unsigned y, unsigned *o) const {
    o[0] = __brev(x);
    o[1] = __byte_perm(x, y, 0x5140);
    o[2] = __funnelshift_l(x, y, 7);
    o[3] = __vadd4(x, y);
    o[4] = __vsubss4(x, y);
    o[5] = __vmaxs2(x, y);
    o[6] = __usad(x, y, 3u);
    o[7] = __umul24(x, y);
    o[8] = __vcmpgtu4(x, y);
    o[9] = umin(x, y);
  }
};

template <typename F>
__global__ void apply(const unsigned *a, const unsigned *b, unsigned *out, int n, F f) {
  cg::thread_block block = cg::this_thread_block();
  int i = block.group_index().x * block.group_dim().x + block.thread_index().x;
  if (i < n) f(a[i], b[i], out + 10 * i);
}

template <typename F>
void launch(const unsigned *a, const unsigned *b, unsigned *out, int n, F &&f) {
  apply<<<(n + 127) / 128, 128>>>(a, b, out, n, std::forward<F>(f));
}

void words(const unsigned *a, const unsigned *b, unsigned *out, int n) { launch(a, b, out, n, Words{}); }
