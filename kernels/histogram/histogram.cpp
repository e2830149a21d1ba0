// How often each of `bins` values occurs: a histogram of each share of the values, then the sums over the shares.
#include <cstddef>
#include <vector>

constexpr int SHARES = 16;

extern "C" void histogram(const int *X, int *H, int n, int bins) {
  std::vector<int> local((size_t)SHARES * bins);
  const int share = (n + SHARES - 1) / SHARES;
#pragma omp parallel for
  for (int s = 0; s < SHARES; ++s) {
    int *counts = local.data() + (size_t)s * bins;
    const int first = s * share;
    const int last = first + share < n ? first + share : n;
    for (int i = first; i < last; ++i)
      if (X[i] >= 0 && X[i] < bins) ++counts[X[i]];
  }
#pragma omp parallel for
  for (int b = 0; b < bins; ++b) {
    int sum = 0;
    for (int s = 0; s < SHARES; ++s) sum += local[(size_t)s * bins + b];
    H[b] = sum;
  }
}

extern "C" void histogram_kernel(const int *X, int *H, int n, int bins) { histogram(X, H, n, bins); }
