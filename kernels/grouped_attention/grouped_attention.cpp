// One step of decoding with grouped queries, as llama2.c does it: heads over the cores, plain loops for the compiler's vectoriser.
#include <cmath>
#include <cstdlib>

extern "C" void grouped_attention(const float *q, const float *key_cache, const float *value_cache, float *xb, int kv_heads, int group,
                                  int length, int dim) {
  int h;
#pragma omp parallel for private(h)
  for (h = 0; h < kv_heads * group; h++) {
    float *att = (float *)malloc(length * sizeof(float));
    for (int t = 0; t < length; t++) {
      const float *k = key_cache + (t * kv_heads + h / group) * dim;
      float score = 0.0f;
      for (int i = 0; i < dim; i++) {
        score += q[h * dim + i] * k[i];
      }
      att[t] = score / sqrtf(dim);
    }
    float max_val = att[0];
    for (int t = 1; t < length; t++) {
      if (att[t] > max_val) {
        max_val = att[t];
      }
    }
    float sum = 0.0f;
    for (int t = 0; t < length; t++) {
      att[t] = expf(att[t] - max_val);
      sum += att[t];
    }
    for (int t = 0; t < length; t++) {
      att[t] /= sum;
    }
    float *out = xb + h * dim;
    for (int i = 0; i < dim; i++) out[i] = 0.0f;
    for (int t = 0; t < length; t++) {
      const float *v = value_cache + (t * kv_heads + h / group) * dim;
      float a = att[t];
      for (int i = 0; i < dim; i++) {
        out[i] += a * v[i];
      }
    }
    free(att);
  }
}

extern "C" void grouped_attention_kernel(const float *Q, const float *K, const float *V, float *O, int kv_heads, int group, int length,
                                         int dim) {
  grouped_attention(Q, K, V, O, kv_heads, group, length, dim);
}
