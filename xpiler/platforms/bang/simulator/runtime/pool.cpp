#include "xpiler_sim/pool.h"

#include <cstring>
#include <vector>

#include "counts.h"
#include "cycles.h"
#include "element.h"
#include "findings.h"
#include "memory.h"

namespace xpiler_sim {
namespace {

struct Window {
  unsigned out_height, out_width;
};

/// One output element: the window's sum, average or first extreme, and the extreme's place in the window.
template <class T>
T pooled(const Pool &r, unsigned oy, unsigned ox, unsigned c, unsigned &place) {
  const T *src = static_cast<const T *>(r.src);
  const bool max = r.kind == PoolKind::max || r.kind == PoolKind::max_index || r.kind == PoolKind::nan_max;
  const bool nan_wins = r.kind == PoolKind::nan_max || r.kind == PoolKind::nan_min;
  auto element = [&](unsigned y, unsigned x) {
    return wide(src[((oy * r.stride_height + y) * r.width + ox * r.stride_width + x) * r.channel + c]);
  };
  auto best = element(0, 0);
  decltype(best) total = 0;
  place = 0;
  for (unsigned y = 0; y < r.kernel_height; y++)
    for (unsigned x = 0; x < r.kernel_width; x++) {
      const auto value = element(y, x);
      total += value;
      if ((max ? value > best : value < best) || (nan_wins && value != value && best == best)) best = value, place = y * r.kernel_width + x;
    }
  if (r.kind == PoolKind::sum) return narrow<T>(total);
  if (r.kind == PoolKind::avg) return narrow<T>(total / float(r.kernel_height * r.kernel_width));
  return narrow<T>(best);
}

template <class T>
void run(const Pool &r, const Window &out, bool index) {
  std::vector<char> result;
  const std::size_t width = index ? (sizeof(T) == 2 ? 2 : 4) : sizeof(T);
  for (unsigned oy = 0; oy < out.out_height; oy++)
    for (unsigned ox = 0; ox < out.out_width; ox++)
      for (unsigned c = 0; c < r.channel; c++) {
        unsigned place;
        const T value = pooled<T>(r, oy, ox, c, place);
        const char *bytes = index ? reinterpret_cast<const char *>(&place) : reinterpret_cast<const char *>(&value);
        result.insert(result.end(), bytes, bytes + width);
      }
  std::memcpy(r.dst, result.data(), result.size());
}

bool valid(const Call &call, const Pool &r) {
  if (!r.channel || !r.height || !r.width || !r.kernel_height || !r.kernel_width || !r.stride_width || !r.stride_height) {
    report("zero-size", call, buffer_at(r.dst, "dst"), "a size, kernel or stride is 0");
    return false;
  }
  if (r.kernel_height > r.height || r.kernel_width > r.width) {
    report("bad-argument", call, buffer_at(r.dst, "dst"),
           text("the kernel %u x %u exceeds the input %u x %u", r.kernel_height, r.kernel_width, r.height, r.width));
    return false;
  }
  if (std::size_t(r.kernel_height) * r.kernel_width <= 65536) return true;
  report("bad-argument", call, buffer_at(r.dst, "dst"), "kernel_height * kernel_width exceeds 65536");
  return false;
}

} // namespace

void pool(const Call &call, const Pool &r) {
  count_instruction(call);
  if (!valid(call, r)) return;
  if (!is_float(r.type)) return report("bad-argument", call, buffer_at(r.dst, "dst"), "pools have floating forms only");
  const bool index = r.kind == PoolKind::max_index || r.kind == PoolKind::min_index;
  const Window out{(r.height - r.kernel_height) / r.stride_height + 1, (r.width - r.kernel_width) / r.stride_width + 1};
  const std::size_t width = bytes_of(r.type), count = std::size_t(out.out_height) * out.out_width * r.channel;
  const std::size_t src_bytes = std::size_t(r.height) * r.width * r.channel * width, dst_bytes = count * width;
  cost_vectors(double(out.out_height) * out.out_width * r.kernel_height * r.kernel_width * ((r.channel * width + 127) / 128));
  if (!check_all(call, Operand{"src", r.src, src_bytes, Access::read}, Operand{"dst", r.dst, dst_bytes, Access::write})) return;
  apart(call, r.dst, dst_bytes, r.src, src_bytes, "src");
  visit_float(r.type, [&](auto zero) { run<decltype(zero)>(r, out, index); });
}

} // namespace xpiler_sim
