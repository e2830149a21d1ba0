// Multi-scale deformable attention: a thread an output channel; each head samples `points` places of every level.
#include <cuda_runtime.h>

#define CUDA_KERNEL_LOOP(i, n) for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < (n); i += blockDim.x * gridDim.x)

const int CUDA_NUM_THREADS = 512;

inline int GET_BLOCKS(const int N, const int num_threads) { return (N + num_threads - 1) / num_threads; }

__device__ float ms_deform_attn_im2col_bilinear(const float *bottom_data, const int height, const int width, const int nheads,
                                                const int channels, const float h, const float w, const int m, const int c) {
  const int h_low = floorf(h);
  const int w_low = floorf(w);
  const int h_high = h_low + 1;
  const int w_high = w_low + 1;

  const float lh = h - h_low;
  const float lw = w - w_low;
  const float hh = 1 - lh, hw = 1 - lw;

  const int w_stride = nheads * channels;
  const int h_stride = width * w_stride;
  const int h_low_ptr_offset = h_low * h_stride;
  const int h_high_ptr_offset = h_low_ptr_offset + h_stride;
  const int w_low_ptr_offset = w_low * w_stride;
  const int w_high_ptr_offset = w_low_ptr_offset + w_stride;
  const int base_ptr = m * channels + c;

  float v1 = 0;
  if (h_low >= 0 && w_low >= 0) {
    v1 = bottom_data[h_low_ptr_offset + w_low_ptr_offset + base_ptr];
  }
  float v2 = 0;
  if (h_low >= 0 && w_high <= width - 1) {
    v2 = bottom_data[h_low_ptr_offset + w_high_ptr_offset + base_ptr];
  }
  float v3 = 0;
  if (h_high <= height - 1 && w_low >= 0) {
    v3 = bottom_data[h_high_ptr_offset + w_low_ptr_offset + base_ptr];
  }
  float v4 = 0;
  if (h_high <= height - 1 && w_high <= width - 1) {
    v4 = bottom_data[h_high_ptr_offset + w_high_ptr_offset + base_ptr];
  }

  const float w1 = hh * hw, w2 = hh * lw, w3 = lh * hw, w4 = lh * lw;
  return w1 * v1 + w2 * v2 + w3 * v3 + w4 * v4;
}

__global__ void ms_deformable_im2col(const int n, const float *data_value, const int *data_spatial_shapes,
                                     const int *data_level_start_index, const float *data_sampling_loc, const float *data_attn_weight,
                                     const int spatial_size, const int num_heads, const int channels, const int num_levels,
                                     const int num_query, const int num_point, float *data_col) {
  CUDA_KERNEL_LOOP(index, n) {
    int _temp = index;
    const int c_col = _temp % channels;
    _temp /= channels;
    const int sampling_index = _temp;
    const int m_col = _temp % num_heads;
    _temp /= num_heads;
    _temp /= num_query;
    const int b_col = _temp;

    float *data_col_ptr = data_col + index;
    int data_weight_ptr = sampling_index * num_levels * num_point;
    int data_loc_w_ptr = data_weight_ptr << 1;
    const int qid_stride = num_heads * channels;
    const int data_value_ptr_init_offset = b_col * spatial_size * qid_stride;
    float col = 0;

    for (int l_col = 0; l_col < num_levels; ++l_col) {
      const int level_start_id = data_level_start_index[l_col];
      const int spatial_h_ptr = l_col << 1;
      const int spatial_h = data_spatial_shapes[spatial_h_ptr];
      const int spatial_w = data_spatial_shapes[spatial_h_ptr + 1];
      const float *data_value_ptr = data_value + (data_value_ptr_init_offset + level_start_id * qid_stride);
      for (int p_col = 0; p_col < num_point; ++p_col) {
        const float loc_w = data_sampling_loc[data_loc_w_ptr];
        const float loc_h = data_sampling_loc[data_loc_w_ptr + 1];
        const float weight = data_attn_weight[data_weight_ptr];

        const float h_im = loc_h * spatial_h - 0.5f;
        const float w_im = loc_w * spatial_w - 0.5f;

        if (h_im > -1 && w_im > -1 && h_im < spatial_h && w_im < spatial_w) {
          col += ms_deform_attn_im2col_bilinear(data_value_ptr, spatial_h, spatial_w, num_heads, channels, h_im, w_im, m_col, c_col) *
                 weight;
        }

        data_weight_ptr += 1;
        data_loc_w_ptr += 2;
      }
    }
    *data_col_ptr = col;
  }
}

extern "C" void deformable_attention_kernel(const float *V, const int *S, const int *I, const float *L, const float *A, float *O,
                                            int batch, int spatial, int heads, int dim, int levels, int queries, int points) {
  float *value, *location, *weight, *col;
  int *shapes, *starts;
  const int samples = batch * queries * heads * levels * points;
  const int outputs = batch * queries * heads * dim;
  cudaMalloc(&value, sizeof(float) * batch * spatial * heads * dim);
  cudaMalloc(&shapes, sizeof(int) * levels * 2);
  cudaMalloc(&starts, sizeof(int) * levels);
  cudaMalloc(&location, sizeof(float) * samples * 2);
  cudaMalloc(&weight, sizeof(float) * samples);
  cudaMalloc(&col, sizeof(float) * outputs);
  cudaMemcpy(value, V, sizeof(float) * batch * spatial * heads * dim, cudaMemcpyHostToDevice);
  cudaMemcpy(shapes, S, sizeof(int) * levels * 2, cudaMemcpyHostToDevice);
  cudaMemcpy(starts, I, sizeof(int) * levels, cudaMemcpyHostToDevice);
  cudaMemcpy(location, L, sizeof(float) * samples * 2, cudaMemcpyHostToDevice);
  cudaMemcpy(weight, A, sizeof(float) * samples, cudaMemcpyHostToDevice);
  ms_deformable_im2col<<<GET_BLOCKS(outputs, CUDA_NUM_THREADS), CUDA_NUM_THREADS>>>(outputs, value, shapes, starts, location, weight,
                                                                                     spatial, heads, dim, levels, queries, points, col);
  cudaMemcpy(O, col, sizeof(float) * outputs, cudaMemcpyDeviceToHost);
  cudaFree(value);
  cudaFree(shapes);
  cudaFree(starts);
  cudaFree(location);
  cudaFree(weight);
  cudaFree(col);
}
