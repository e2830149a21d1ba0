#include "xpiler_sim/layout.h"

#include <cstring>
#include <vector>

#include "counts.h"
#include "findings.h"
#include "memory.h"
#include "options.h"
#include "wram_banks.h"

namespace xpiler_sim {
namespace {

/// Checks a whole-buffer rearrangement; dst and src must be apart.
bool check_pair(const Call &call, void *dst, std::size_t dst_bytes, const void *src, std::size_t src_bytes) {
  if (!check_all(call, Operand{"src", src, src_bytes, Access::read}, Operand{"dst", dst, dst_bytes, Access::write})) return false;
  return apart(call, dst, dst_bytes, src, src_bytes, "src");
}

} // namespace

void reshape(const Call &call, unsigned bytes, void *dst, const void *src, unsigned n, unsigned rows, unsigned columns) {
  count_instruction(call);
  const std::size_t slice = std::size_t(rows) * columns, whole = slice * n * bytes;
  if (!check_pair(call, dst, whole, src, whole)) return;
  std::vector<char> from(static_cast<const char *>(src), static_cast<const char *>(src) + whole);
  char *to = static_cast<char *>(dst);
  for (unsigned k = 0; k < n; k++)
    for (unsigned i = 0; i < rows; i++)
      for (unsigned j = 0; j < columns; j++)
        std::memcpy(to + (k * slice + std::size_t(j) * rows + i) * bytes, from.data() + (k * slice + std::size_t(i) * columns + j) * bytes,
                    bytes);
}

void transpose(const Call &call, unsigned bytes, void *dst, const void *src, unsigned height, unsigned width) {
  reshape(call, bytes, dst, src, 1, height, width);
}

void reshape_filter(const Call &call, unsigned bytes, void *dst, const void *src, unsigned n, unsigned h, unsigned w, unsigned c) {
  count_instruction(call);
  const std::size_t whole = std::size_t(n) * h * w * c * bytes;
  if (n % 64) report("bad-argument", call, "", text("n is %u, expected a multiple of 64", n));
  if (!check_pair(call, dst, whole, src, whole)) return;
  if (!xpiler_sim_options.wram_banks || n % wram_banks) {
    std::memmove(dst, src, whole);
    return;
  }
  const std::size_t row = whole / n;
  for (unsigned oc = 0; oc < n; oc++)
    std::memcpy(static_cast<char *>(dst) + (oc % wram_banks * (n / wram_banks) + oc / wram_banks) * row,
                static_cast<const char *>(src) + oc * row, row);
}

void pad(const Call &call, const Pad &r) {
  count_instruction(call);
  const unsigned out_height = r.height + r.top + r.bottom, out_width = r.width + r.left + r.right;
  const std::size_t pixel = std::size_t(r.channel) * r.bytes, row = r.width * pixel;
  const std::size_t src_bytes = r.height * row, dst_bytes = std::size_t(out_height) * out_width * pixel;
  if (r.height == 1 && r.left != r.right) report("bad-argument", call, "", "with height 1, left and right must be equal");
  if (!check_pair(call, r.dst, dst_bytes, r.src, src_bytes)) return;
  char *dst = static_cast<char *>(r.dst);
  for (std::size_t i = 0; i < dst_bytes; i += r.bytes) std::memcpy(dst + i, r.value, r.bytes);
  for (unsigned y = 0; y < r.height; y++)
    std::memcpy(dst + (std::size_t(y + r.top) * out_width + r.left) * pixel, static_cast<const char *>(r.src) + y * row, row);
}

void turn(const Call &call, Turn kind, unsigned bytes, void *dst, const void *src, unsigned height, unsigned width) {
  count_instruction(call);
  const std::size_t whole = std::size_t(height) * width * bytes;
  if (!check_pair(call, dst, whole, src, whole)) return;
  for (unsigned y = 0; y < height; y++)
    for (unsigned x = 0; x < width; x++) {
      std::size_t to = 0;
      switch (kind) {
      case Turn::mirror: to = std::size_t(y) * width + width - 1 - x; break;
      case Turn::quarter: to = std::size_t(x) * height + height - 1 - y; break;
      case Turn::half: to = std::size_t(height - 1 - y) * width + width - 1 - x; break;
      case Turn::three_quarters: to = std::size_t(width - 1 - x) * height + y; break;
      }
      std::memcpy(static_cast<char *>(dst) + to * bytes, static_cast<const char *>(src) + (std::size_t(y) * width + x) * bytes, bytes);
    }
}

} // namespace xpiler_sim
