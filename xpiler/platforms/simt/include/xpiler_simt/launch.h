// Launches: what the rewritten `kernel<<<grid, block, shared, stream>>>(arguments)` calls.
#pragma once
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "execution.h"
#include "host.h"

namespace xpiler_simt {

template <class Stream = const void *>
LaunchShape launch_shape(dim3 grid, dim3 block, std::size_t shared_bytes = 0, Stream stream = nullptr) {
  if constexpr (std::is_pointer_v<Stream>) check_handle(HandleKind::stream, stream);
  return {grid, block, shared_bytes};
}

/// Every thread calls the kernel with its own copy of the arguments, as parameters are by value.
template <class Call, class... Parameters>
int run_with(const char *name, const LaunchShape &shape, Call call, std::tuple<Parameters...> arguments) {
  struct Context {
    Call call;
    std::tuple<Parameters...> arguments;
  } context{call, std::move(arguments)};
  return run_grid(
      name, shape,
      [](void *opaque) {
        auto &c = *static_cast<Context *>(opaque);
        std::apply(c.call, c.arguments);
      },
      &context, sizeof context);
}

/// A launch of a kernel with one known signature: arguments convert as in any call.
template <class... Parameters>
struct FunctionLaunch {
  void (*kernel)(Parameters...);
  const char *name;
  LaunchShape shape;
  void operator()(Parameters... arguments) const {
    std::tuple<std::decay_t<Parameters>...> copies(std::forward<Parameters>(arguments)...);
    run_with(name, shape, kernel, std::move(copies));
  }
};

template <class... Parameters>
FunctionLaunch<Parameters...> function_launch(const char *name, const LaunchShape &shape, void (*kernel)(Parameters...)) {
  LaunchShape with_function = shape;
  with_function.function = reinterpret_cast<const void *>(kernel);
  return {kernel, name, with_function};
}

/// A launch of a template or overloaded kernel: `call` resolves it from the arguments' own types.
template <class Call>
struct DeducedLaunch {
  Call call;
  const char *name;
  LaunchShape shape;
  template <class... Arguments>
  void operator()(Arguments... arguments) const {
    std::tuple<Arguments...> copies(arguments...);
    run_with(name, shape, call, std::move(copies));
  }
};

template <class Call>
DeducedLaunch<Call> deduced_launch(const char *name, const LaunchShape &shape, Call call) {
  return {call, name, shape};
}

template <class Tuple, std::size_t... I>
Tuple unpack(void **arguments, std::index_sequence<I...>) {
  return Tuple(*static_cast<std::tuple_element_t<I, Tuple> *>(arguments[I])...);
}

/// A launch from an array of pointers to the arguments (the C entry, cudaLaunchKernel).
template <class... Parameters>
int packed_launch(const char *name, LaunchShape shape, void (*kernel)(Parameters...), void **arguments) {
  shape.function = reinterpret_cast<const void *>(kernel);
  using Copies = std::tuple<std::decay_t<Parameters>...>;
  Copies copies = unpack<Copies>(arguments, std::index_sequence_for<Parameters...>{});
  return run_with(name, shape, kernel, std::move(copies));
}

template <class... Parameters>
int packed_entry(const char *name, const unsigned *grid, const unsigned *block, unsigned shared_bytes, void (*kernel)(Parameters...),
                 void **arguments) {
  LaunchShape shape{dim3(grid[0], grid[1], grid[2]), dim3(block[0], block[1], block[2]), shared_bytes};
  return packed_launch(name, shape, kernel, arguments);
}

/// Kernels by address, for calls that have lost their type: each file registers its own, and instances of
/// templates where their address is taken.
using PackedEntry = int (*)(unsigned *grid, unsigned *block, unsigned shared_bytes, void **arguments);
bool register_kernel(const void *function, PackedEntry entry);
int launch_by_address(const void *function, const LaunchShape &shape, void **arguments);

template <auto kernel>
auto instance(const char *name) {
  static const char *known_as = name;
  register_kernel(reinterpret_cast<const void *>(kernel), [](unsigned *grid, unsigned *block, unsigned shared_bytes, void **arguments) {
    return packed_entry(known_as, grid, block, shared_bytes, kernel, arguments);
  });
  return kernel;
}

template <class T>
void note_type() {
  note_shared_type(__PRETTY_FUNCTION__);
}
template <class Row>
void note_rows() {
  if constexpr (std::is_array_v<Row>) note_shared_row(std::extent_v<Row>), note_rows<std::remove_extent_t<Row>>();
}

/// Where one `__shared__` declaration lives; the rewriter gives each a place of its own.
template <class T>
T &shared_variable(const char *name, const char *file, int line, void *&place) {
  if (!place) {
    place = reserve_shared(sizeof(T), alignof(T) > 16 ? alignof(T) : 16, name, file, line);
    note_type<T>(), note_rows<std::remove_extent_t<T>>();
  }
  return *static_cast<T *>(place);
}

template <class T>
T &dynamic_shared_variable() {
  return *static_cast<T *>(dynamic_shared());
}

} // namespace xpiler_simt
