// control

#include <cstdint>
#include <cuda_runtime.h>

extern "C" __global__ void control(int8_t *A, float x, int n, unsigned u) {
  int state = 0;
  int sum = 1;
  for (int i = 0; i < n; ++i) {
    int next_state = sum;
    sum += (unsigned)state;
    state = next_state;
  }
  int8_t a = A[0];
  unsigned position = (unsigned)state + (uint8_t)a + u / 3 + (a >> 2);
  int carried;
  if (x < 0.5f) {
    A[1] = a;
    carried = position;
  } else if (!(x < 0.33333334f)) {
    carried = position * 3;
  } else {
    A[0] = a;
    carried = (int)(x + 1e-30f);
  }
  unsigned carried_ = carried;
  int carried_2;
  while (true) {
    unsigned value = carried_ >> 1;
    carried_2 = value;
    if (value == 0) break;
    carried_ = carried_2;
  }
  A[0] = carried_2;
}
