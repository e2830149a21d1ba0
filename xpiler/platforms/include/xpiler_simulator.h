// A simulated kernel file from C++: load the library that `python -m xpiler.platforms.simulate` made, give it device
// memory, launch its kernels, read what was found and counted. Needs nothing but the C++17 library and dlopen.
//
//   xpiler::Simulation file("scale.so");
//   auto x = file.buffer<float>("x", {1, 2, 3}), y = file.buffer<float>("y", 3);
//   file.launch("scale", {1}, {32}, 0, x, y, 3);              // CUDA, HIP: grid, block, bytes of dynamic shared memory
//   file.launch_tasks("scale", {4}, xpiler::union1, x, y, 3);  // BANG: tasks and their type
//   std::vector<float> result = y.read();
//   puts(file.findings().c_str());                             // JSON, "[]" where nothing was found
//
// One library simulates one launch at a time; use it from one thread.
#pragma once
#include <dlfcn.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace xpiler {

/// Types of BANG launches, as `cnrtFunctionType_t` numbers them.
constexpr unsigned block = 1, union1 = 4, union2 = 8, union4 = 16, union8 = 32, union16 = 64;

/// One to three extents.
struct Extents {
  unsigned x = 1, y = 1, z = 1;
};

class Simulation;

/// Device memory of a simulation; freed with the object.
template <class T>
class Buffer {
public:
  Buffer(Simulation &owner, const char *name, std::size_t count);
  Buffer(const Buffer &) = delete;
  Buffer(Buffer &&other) noexcept : owner(other.owner), address(other.address), count(other.count) { other.address = nullptr; }
  ~Buffer();
  void write(const std::vector<T> &values);
  std::vector<T> read() const;
  T *data() const { return static_cast<T *>(address); }

private:
  Simulation &owner;
  void *address;
  std::size_t count;
};

/// A loaded library. Throws std::runtime_error where it, or a kernel of that name, is not there.
class Simulation {
public:
  explicit Simulation(const std::string &path) : library(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!library) throw std::runtime_error(dlerror());
  }
  Simulation(const Simulation &) = delete;
  ~Simulation() { dlclose(library); }

  /// Memory nobody has written: reading it is a finding. Findings call it by `name`.
  template <class T>
  Buffer<T> buffer(const char *name, std::size_t count) {
    return Buffer<T>(*this, name, count);
  }
  template <class T>
  Buffer<T> buffer(const char *name, const std::vector<T> &values) {
    Buffer<T> made(*this, name, values.size());
    made.write(values);
    return made;
  }

  /// Launches a CUDA or HIP kernel; 0, or the runtime's error code.
  template <class... Arguments>
  int launch(const std::string &kernel, Extents grid, Extents block_shape, unsigned shared_bytes, const Arguments &...arguments) {
    using Entry = int(unsigned *, unsigned *, unsigned, void **);
    unsigned shape[] = {block_shape.x, block_shape.y, block_shape.z};
    return launched<Entry>(kernel, grid, shape, shared_bytes, arguments...);
  }

  /// Launches a BANG kernel.
  template <class... Arguments>
  void launch_tasks(const std::string &kernel, Extents tasks, unsigned type, const Arguments &...arguments) {
    using Entry = int(unsigned *, unsigned, unsigned, void **);
    launched<Entry>(kernel, tasks, type, 0u, arguments...);
  }

  std::string findings() { return function<const char *()>("xpiler_sim_findings")(); }
  std::string counts() { return function<const char *()>("xpiler_sim_counts")(); }
  /// Forgets findings and counts.
  void reset() { function<void()>("xpiler_sim_reset")(); }

  /// A function the library exports, such as a launcher of the file's own.
  template <class Signature>
  Signature *function(const std::string &name) {
    void *found = dlsym(library, name.c_str());
    if (!found) throw std::runtime_error("the library has no '" + name + "'");
    return reinterpret_cast<Signature *>(found);
  }

private:
  void *library;

  template <class T>
  static T *value_of(const Buffer<T> &buffer) {
    return buffer.data();
  }
  template <class T, class = std::enable_if_t<std::is_arithmetic_v<T>>>
  static T value_of(T value) {
    return value;
  }

  template <class Entry, class Second, class... Arguments>
  int launched(const std::string &kernel, Extents first, Second second, unsigned third, const Arguments &...arguments) {
    return packed<Entry>(kernel, first, second, third, value_of(arguments)...);
  }
  template <class Entry, class Second, class... Values>
  int packed(const std::string &kernel, Extents first, Second second, unsigned third, Values... values) {
    unsigned shape[] = {first.x, first.y, first.z};
    void *cells[] = {&values..., nullptr};
    return function<Entry>("xpiler_sim_launch_" + kernel)(shape, second, third, cells);
  }
};

template <class T>
Buffer<T>::Buffer(Simulation &owner, const char *name, std::size_t count)
    : owner(owner), address(owner.function<void *(std::size_t, const char *)>("xpiler_sim_buffer")(count * sizeof(T), name)), count(count) {
}

template <class T>
Buffer<T>::~Buffer() {
  if (address) owner.function<void(void *)>("xpiler_sim_free")(address);
}

template <class T>
void Buffer<T>::write(const std::vector<T> &values) {
  owner.function<void(void *, const void *, std::size_t)>("xpiler_sim_copy")(address, values.data(), values.size() * sizeof(T));
}

template <class T>
std::vector<T> Buffer<T>::read() const {
  std::vector<T> values(count);
  owner.function<void(void *, const void *, std::size_t)>("xpiler_sim_copy")(values.data(), address, count * sizeof(T));
  return values;
}

} // namespace xpiler
