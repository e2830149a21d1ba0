#include <hip/hip_runtime.h>

// Multi-scale deformable attention: a block a query and head, threads over the channels; a sample outside a level adds nothing.
__device__ inline float corner(const float *level, int y, int x, int height, int width, int pitch, int channel) {
  if (y < 0 || x < 0 || y >= height || x >= width) return 0.0f;
  return level[(y * width + x) * pitch + channel];
}

__global__ void deformable_attention(const float *value, const int *shapes, const int *starts, const float *locations,
                                     const float *weights, float *out, int spatial, int heads, int dim, int levels, int queries,
                                     int points) {
  const int query = blockIdx.x;
  const int head = blockIdx.y;
  const int batch = blockIdx.z;
  const int item = (batch * queries + query) * heads + head;
  const float *image = value + (size_t)batch * spatial * heads * dim;
  for (int c = threadIdx.x; c < dim; c += blockDim.x) {
    const int channel = head * dim + c;
    float sum = 0.0f;
    for (int l = 0; l < levels; ++l) {
      const int height = shapes[2 * l];
      const int width = shapes[2 * l + 1];
      const float *level = image + starts[l] * heads * dim;
      for (int p = 0; p < points; ++p) {
        const int s = (item * levels + l) * points + p;
        const float x = locations[2 * s] * width - 0.5f;
        const float y = locations[2 * s + 1] * height - 0.5f;
        const int x0 = (int)floorf(x);
        const int y0 = (int)floorf(y);
        const float fx = x - x0;
        const float fy = y - y0;
        const float top = (1.0f - fx) * corner(level, y0, x0, height, width, heads * dim, channel) +
                          fx * corner(level, y0, x0 + 1, height, width, heads * dim, channel);
        const float bottom = (1.0f - fx) * corner(level, y0 + 1, x0, height, width, heads * dim, channel) +
                             fx * corner(level, y0 + 1, x0 + 1, height, width, heads * dim, channel);
        sum += weights[s] * ((1.0f - fy) * top + fy * bottom);
      }
    }
    out[item * dim + c] = sum;
  }
}

extern "C" void deformable_attention_kernel(const float *V, const int *S, const int *I, const float *L, const float *A, float *O,
                                            int batch, int spatial, int heads, int dim, int levels, int queries, int points) {
  float *value, *location, *weight, *out;
  int *shapes, *starts;
  const size_t samples = (size_t)batch * queries * heads * levels * points;
  hipMalloc(&value, sizeof(float) * batch * spatial * heads * dim);
  hipMalloc(&shapes, sizeof(int) * levels * 2);
  hipMalloc(&starts, sizeof(int) * levels);
  hipMalloc(&location, sizeof(float) * samples * 2);
  hipMalloc(&weight, sizeof(float) * samples);
  hipMalloc(&out, sizeof(float) * batch * queries * heads * dim);
  hipMemcpy(value, V, sizeof(float) * batch * spatial * heads * dim, hipMemcpyHostToDevice);
  hipMemcpy(shapes, S, sizeof(int) * levels * 2, hipMemcpyHostToDevice);
  hipMemcpy(starts, I, sizeof(int) * levels, hipMemcpyHostToDevice);
  hipMemcpy(location, L, sizeof(float) * samples * 2, hipMemcpyHostToDevice);
  hipMemcpy(weight, A, sizeof(float) * samples, hipMemcpyHostToDevice);
  deformable_attention<<<dim3(queries, heads, batch), 64>>>(value, shapes, starts, location, weight, out, spatial, heads, dim, levels,
                                                            queries, points);
  hipMemcpy(O, out, sizeof(float) * batch * queries * heads * dim, hipMemcpyDeviceToHost);
  hipFree(value);
  hipFree(shapes);
  hipFree(starts);
  hipFree(location);
  hipFree(weight);
  hipFree(out);
}
