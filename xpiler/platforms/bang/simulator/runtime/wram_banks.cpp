#include "wram_banks.h"

#include <algorithm>
#include <cstring>

#include "findings.h"
#include "options.h"

namespace xpiler_sim {
namespace {

constexpr std::size_t granule = 8, row_unit = 64;

std::size_t share_of(const Object &object) { return object.size / wram_banks; }

/// `offset` bytes behind `place` in a bank's share of its array. A pointer into WRAM counts within the banks.
char *in_bank(const Place &place, std::size_t bank, std::size_t offset) {
  return place.object->base + bank * share_of(*place.object) + place.offset + offset;
}

/// Whether a range lies within a bank's share of the array.
bool in_share(const Call &call, const Place &place, std::size_t bank, std::size_t offset, std::size_t bytes) {
  const Object &object = *place.object;
  if (place.offset >= 0 && bank < wram_banks && place.offset + offset + bytes <= share_of(object)) return true;
  report("out-of-bounds", call, object.name,
         text("bytes %td to %td of bank %zu of '%s', which has %zu in each of %u banks", place.offset + std::ptrdiff_t(offset),
              place.offset + std::ptrdiff_t(offset + bytes), bank, object.name.c_str(), share_of(object), wram_banks));
  return false;
}

std::vector<Piece> dealt_out(const Call &call, const Place &place, std::size_t bytes) {
  const std::size_t each = bytes / wram_banks;
  if (bytes % (wram_banks * granule))
    report("alignment", call, place.object->name,
           text("%zu bytes are dealt out to %u banks of WRAM: no multiple of %zu bytes for each", bytes, wram_banks, granule));
  std::vector<Piece> pieces;
  if (!in_share(call, place, 0, 0, each)) return {};
  for (std::size_t bank = 0; bank < wram_banks && each; bank++) pieces.push_back({in_bank(place, bank, 0), each});
  return pieces;
}

/// The segments of a walk: in the banks, or (on the other side of a copy) where they are.
std::vector<Piece> addressed(const Call &call, const Place &place, char *base, std::size_t size, const Walk &walk, bool banked) {
  const long step = long(xpiler_sim_options.wram_kb) * 1024 / wram_banks;
  std::vector<Piece> pieces;
  for (long j = 0; j < walk.count2; j++)
    for (long i = 0; i < walk.count1; i++) {
      const long offset = i * walk.stride0 + j * walk.stride1;
      if (banked && !in_share(call, place, offset / step, offset % step, size)) return {};
      pieces.push_back({banked ? in_bank(place, offset / step, offset % step) : base + offset, size});
    }
  return pieces;
}

/// Where the bytes of one side of a copy lie, in order; nothing where they may not be touched.
std::vector<Piece> pieces_of(const Call &call, const Operand &side, const Walk &walk, Queue queue) {
  const Place place = locate(side.address);
  const bool banked = place.object && place.object->space == Space::wram;
  const std::size_t segments = walk.count1 * walk.count2;
  const bool contiguous = segments == 1 || (walk.count2 == 1 && walk.stride0 == long(side.bytes));
  char *base = static_cast<char *>(const_cast<void *>(side.address));
  auto pieces =
      banked && contiguous ? dealt_out(call, place, side.bytes * segments) : addressed(call, place, base, side.bytes, walk, banked);
  for (const Piece &piece : pieces)
    if (!check(call, {side.role, piece.address, piece.bytes, side.access, side.spaces, side.space_fault}, queue)) return {};
  return pieces;
}

} // namespace

bool copy_through_banks(const Call &call, const Copy &r, const Route &route, Queue queue) {
  const auto from = pieces_of(call, {"src", r.src, r.size, Access::read, in(route.from), "wrong-direction"}, r.from, queue);
  const auto to = pieces_of(call, {"dst", r.dst, r.size, Access::write, in(route.to), "wrong-direction"}, r.to, queue);
  if (from.empty() || to.empty()) return false;
  std::vector<char> whole;
  for (const Piece &piece : from) whole.insert(whole.end(), piece.address, piece.address + piece.bytes);
  const char *next = whole.data();
  for (const Piece &piece : to) {
    const std::size_t bytes = std::min<std::size_t>(piece.bytes, whole.data() + whole.size() - next);
    std::memcpy(piece.address, next, bytes);
    next += bytes;
  }
  return true;
}

Weights::Weights(const Call &call, const char *role, const void *address, std::size_t rows, std::size_t row_bytes)
    : data_(address), good_(true) {
  const Place place = locate(address);
  const bool banked = xpiler_sim_options.wram_banks && place.object && place.object->space == Space::wram;
  if (!banked) {
    good_ = check(call, {role, address, rows * row_bytes, Access::read, in(Space::wram)});
    return;
  }
  const std::size_t pitch = (row_bytes + row_unit - 1) / row_unit * row_unit;
  for (std::size_t row = 0; row < rows && good_; row++) {
    if (!(good_ = in_share(call, place, row % wram_banks, row / wram_banks * pitch, row_bytes))) return;
    const char *at = in_bank(place, row % wram_banks, row / wram_banks * pitch);
    good_ = check(call, {role, at, row_bytes, Access::read, in(Space::wram)});
    if (good_) copy_.insert(copy_.end(), at, at + row_bytes);
  }
  data_ = copy_.data();
}

} // namespace xpiler_sim
