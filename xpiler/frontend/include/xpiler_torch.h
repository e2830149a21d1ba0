// What files of PyTorch extensions name: declared, so that their kernels and launches are read. Their host code is not.
// AT_DISPATCH_* takes float: of the types that such a file serves, one is translated.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace c10 {
enum class ScalarType { Byte, Char, Short, Int, Long, Half, Float, Double, Bool, BFloat16 };
enum DeviceType { CPU, CUDA, HIP };
struct IntArrayRef {
  template <class... Sizes>
  IntArrayRef(Sizes...);
  long operator[](size_t) const;
  size_t size() const;
};
struct Device {
  template <class... Parts>
  Device(Parts...);
  bool is_cuda() const;
  int index() const;
  DeviceType type() const;
  template <class Other>
  bool operator==(const Other &) const;
};
struct TensorOptions {
  template <class T>
  TensorOptions dtype(T) const;
  template <class... T>
  TensorOptions device(T...) const;
  TensorOptions requires_grad(bool) const;
};
template <class T>
struct optional {
  bool has_value() const;
  T &value();
  const T &value() const;
  explicit operator bool() const;
  T &operator*();
  const T &operator*() const;
};
constexpr ScalarType kFloat = ScalarType::Float, kFloat32 = ScalarType::Float, kFloat64 = ScalarType::Double, kDouble = ScalarType::Double;
constexpr ScalarType kInt = ScalarType::Int, kInt32 = ScalarType::Int, kInt64 = ScalarType::Long, kLong = ScalarType::Long;
constexpr ScalarType kHalf = ScalarType::Half, kFloat16 = ScalarType::Half, kBFloat16 = ScalarType::BFloat16, kBool = ScalarType::Bool;
constexpr ScalarType kInt8 = ScalarType::Char, kUInt8 = ScalarType::Byte;
constexpr DeviceType kCUDA = CUDA, kCPU = CPU;
} // namespace c10

namespace at {
using namespace c10;
struct Type {
  bool is_cuda() const;
  ScalarType scalarType() const;
};
struct Tensor {
  template <class T>
  T *data_ptr() const;
  template <class T>
  T *data() const;
  void *data_ptr() const;
  template <class T>
  const T *const_data_ptr() const;
  template <class T>
  T *mutable_data_ptr() const;
  long size(long) const;
  long stride(long) const;
  long numel() const;
  long dim() const;
  long ndimension() const;
  long element_size() const;
  IntArrayRef sizes() const;
  IntArrayRef strides() const;
  ScalarType scalar_type() const;
  ScalarType dtype() const;
  Type type() const;
  Device device() const;
  int get_device() const;
  bool is_cuda() const;
  bool is_contiguous() const;
  bool defined() const;
  TensorOptions options() const;
  template <class T>
  T item() const;
  Tensor contiguous() const;
  Tensor clone() const;
  Tensor flatten() const;
  Tensor squeeze() const;
  Tensor zero_() const;
  Tensor t() const;
  template <class... T>
  Tensor view(T...) const;
  Tensor view(IntArrayRef) const;
  template <class... T>
  Tensor reshape(T...) const;
  Tensor reshape(IntArrayRef) const;
  template <class... T>
  Tensor to(T...) const;
  template <class... T>
  Tensor transpose(T...) const;
  template <class... T>
  Tensor unsqueeze(T...) const;
  template <class T>
  Tensor fill_(T) const;
};
Tensor empty(IntArrayRef, TensorOptions = {});
Tensor zeros(IntArrayRef, TensorOptions = {});
Tensor ones(IntArrayRef, TensorOptions = {});
template <class T>
Tensor full(IntArrayRef, T, TensorOptions = {});
template <class... More>
Tensor empty_like(const Tensor &, More...);
template <class... More>
Tensor zeros_like(const Tensor &, More...);
template <class... More>
Tensor ones_like(const Tensor &, More...);
template <class T>
T ceil_div(T a, T b) { return (a + b - 1) / b; }
namespace cuda {
struct CUDAStream {
  template <class T>
  operator T *() const;
  template <class T = struct CUstream_st>
  T *stream() const;
};
CUDAStream getCurrentCUDAStream(int = 0);
struct CUDAGuard {
  template <class T>
  explicit CUDAGuard(T);
};
struct OptionalCUDAGuard {
  template <class T>
  explicit OptionalCUDAGuard(T);
};
} // namespace cuda
template <class T>
Device device_of(const T &);
} // namespace at
namespace c10 {
namespace cuda {
using namespace at::cuda;
}
} // namespace c10
namespace torch {
using namespace at;
struct Library {
  template <class... T>
  Library &def(T...);
  template <class... T>
  Library &impl(T...);
};
} // namespace torch

#define TORCH_CHECK(condition, ...) ((void)(condition))
#define TORCH_INTERNAL_ASSERT(condition, ...) ((void)(condition))
#define AT_ASSERTM(condition, ...) ((void)(condition))
#define AT_ASSERT(condition, ...) ((void)(condition))
#define AT_ERROR(...) ((void)0)
#define C10_CUDA_CHECK(call) ((void)(call))
#define AT_CUDA_CHECK(call) ((void)(call))
#define C10_CUDA_KERNEL_LAUNCH_CHECK() ((void)0)
#define C10_LAUNCH_BOUNDS_1(n) __launch_bounds__(n)
#define C10_LAUNCH_BOUNDS_2(n, m) __launch_bounds__(n, m)
#define TORCH_EXTENSION_NAME extension
#define PYBIND11_MODULE(name, module) static void xpiler_binding([[maybe_unused]] torch::Library &module)
#define TORCH_LIBRARY(name, library) static void xpiler_library([[maybe_unused]] torch::Library &library)
#define TORCH_LIBRARY_IMPL(name, key, library) static void xpiler_library_##key([[maybe_unused]] torch::Library &library)

#define XPILER_DISPATCH(type, ...)    \
  [&] {                               \
    using scalar_t = type;            \
    (void)sizeof(scalar_t);           \
    return (__VA_ARGS__)();           \
  }()
#define AT_DISPATCH_FLOATING_TYPES(type, name, ...) XPILER_DISPATCH(float, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_TYPES_AND_HALF(type, name, ...) XPILER_DISPATCH(float, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_TYPES_AND(more, type, name, ...) XPILER_DISPATCH(float, __VA_ARGS__)
#define AT_DISPATCH_FLOATING_TYPES_AND2(more, most, type, name, ...) XPILER_DISPATCH(float, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES(type, name, ...) XPILER_DISPATCH(float, __VA_ARGS__)
#define AT_DISPATCH_ALL_TYPES_AND2(more, most, type, name, ...) XPILER_DISPATCH(float, __VA_ARGS__)
#define AT_DISPATCH_INTEGRAL_TYPES(type, name, ...) XPILER_DISPATCH(int, __VA_ARGS__)
