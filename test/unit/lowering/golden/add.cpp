// add: translated from add.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

extern "C" void add(const float *A, const float *B, float *T, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; ++i) T[i] = A[i] + B[i];
}

extern "C" void add_kernel(const float *A, const float *B, float *T, int n) { add(A, B, T, n); }
