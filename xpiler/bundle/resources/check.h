// Reads the buffers of a recorded call and compares what a program makes of them with what was recorded.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

// How the elements of a buffer are read as numbers.
enum class Format { f16, bf16, f32, f64, i8, u8, i16, u16, i32, u32, i64, u64 };

inline size_t bytes_of(Format format) {
  switch (format) {
  case Format::i8:
  case Format::u8:
    return 1;
  case Format::f16:
  case Format::bf16:
  case Format::i16:
  case Format::u16:
    return 2;
  case Format::f32:
  case Format::i32:
  case Format::u32:
    return 4;
  default:
    return 8;
  }
}

template <typename T> inline double as_number(const char *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

inline double half_number(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double sign = bits >> 15 ? -1.0 : 1.0;
  if (exponent == 31)
    return fraction ? NAN : sign * INFINITY;
  return sign * (exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24));
}

inline double number_at(Format format, const char *bytes) {
  uint16_t bits;
  std::memcpy(&bits, bytes, bytes_of(format) == 1 ? 1 : 2);
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  switch (format) {
  case Format::f16:
    return half_number(bits);
  case Format::bf16:
    return as_number<float>(reinterpret_cast<const char *>(&wide));
  case Format::f32:
    return as_number<float>(bytes);
  case Format::f64:
    return as_number<double>(bytes);
  case Format::i8:
    return as_number<int8_t>(bytes);
  case Format::u8:
    return as_number<uint8_t>(bytes);
  case Format::i16:
    return as_number<int16_t>(bytes);
  case Format::u16:
    return as_number<uint16_t>(bytes);
  case Format::i32:
    return as_number<int32_t>(bytes);
  case Format::u32:
    return as_number<uint32_t>(bytes);
  case Format::i64:
    return as_number<int64_t>(bytes);
  default:
    return as_number<uint64_t>(bytes);
  }
}

inline bool is_integer(Format format) { return format >= Format::i8; }

// The difference that is allowed, relative to an element; a tenth of it relative to the largest element of the buffer.
inline double tolerance_of(Format format) {
  switch (format) {
  case Format::f16:
    return 4e-3;
  case Format::bf16:
    return 3.2e-2;
  case Format::f32:
    return 1e-4;
  case Format::f64:
    return 1e-10;
  default:
    return 0.0;
  }
}

// One buffer of a call.
struct Buffer {
  std::string path;
  Format format;
  std::vector<char> bytes;

  template <typename T> T *as() { return reinterpret_cast<T *>(bytes.data()); }
  size_t elements() const { return bytes.size() / bytes_of(format); }
};

// Counts the buffers that are as recorded and those that are not.
class Check {
public:
  explicit Check(std::string folder) : folder_(std::move(folder)) {}

  // The buffer `name` as it is before call `call`.
  Buffer before(const std::string &call, const std::string &name, Format format) {
    const std::string path = folder_ + "/" + call + "_" + name;
    return {path, format, read(path + ".before", true)};
  }

  // Compares a buffer after the call with the record; one without a record was not written.
  void after(const Buffer &buffer) {
    std::vector<char> expected = read(buffer.path + ".after", false);
    if (expected.empty())
      expected = read(buffer.path + ".before", true);
    compare(buffer, expected);
  }

  // Prints what came out; the exit code of the program.
  int result() const {
    std::printf("%s: %d buffers compared, %d wrong, largest error %.3g\n", wrong_ ? "FAIL" : "pass", compared_, wrong_, largest_);
    return wrong_ ? 1 : 0;
  }

private:
  std::vector<char> read(const std::string &path, bool must) {
    std::FILE *file = std::fopen(path.c_str(), "rb");
    if (!file) {
      if (!must)
        return {};
      std::fprintf(stderr, "cannot read %s: run the program in its own folder\n", path.c_str());
      std::exit(2);
    }
    std::vector<char> bytes;
    char piece[4096];
    for (size_t got; (got = std::fread(piece, 1, sizeof piece, file)) > 0;)
      bytes.insert(bytes.end(), piece, piece + got);
    std::fclose(file);
    return bytes;
  }

  void compare(const Buffer &buffer, const std::vector<char> &expected) {
    const size_t size = bytes_of(buffer.format);
    const double tolerance = tolerance_of(buffer.format);
    double scale = 0.0;
    for (size_t i = 0; i < buffer.elements(); ++i) {
      const double magnitude = std::fabs(number_at(buffer.format, expected.data() + i * size));
      if (std::isfinite(magnitude) && magnitude > scale)
        scale = magnitude;
    }
    ++compared_;
    bool told = false;
    for (size_t i = 0; i < buffer.elements(); ++i) {
      const double want = number_at(buffer.format, expected.data() + i * size);
      const double have = number_at(buffer.format, buffer.bytes.data() + i * size);
      if (is_integer(buffer.format) && !std::memcmp(expected.data() + i * size, buffer.bytes.data() + i * size, size))
        continue;
      if (want == have || (std::isnan(want) && std::isnan(have)))
        continue;
      const double error = std::fabs(want - have);
      if (std::isfinite(error) && error / std::fmax(std::fabs(want), 1e-30) > largest_)
        largest_ = error / std::fmax(std::fabs(want), 1e-30);
      if (!is_integer(buffer.format) && error <= tolerance * std::fabs(want) + 0.1 * tolerance * scale)
        continue;
      if (!told)
        std::printf("%s: element %zu is %.9g, the source computes %.9g\n", buffer.path.c_str(), i, have, want);
      told = true;
    }
    wrong_ += told;
  }

  std::string folder_;
  int compared_ = 0, wrong_ = 0;
  double largest_ = 0.0;
};
