// The heap of the text: what malloc and its like give lies between red zones, and is kept for a while after it was freed.
#include <cstdlib>
#include <cstring>
#include <deque>

#include "checks.h"

namespace xpiler_checks {
namespace {

constexpr std::size_t red_zone = 64, kept_bytes = std::size_t(64) << 20;

void *made(std::size_t bytes, std::size_t alignment, bool written, const void *place) {
  const std::size_t zone = alignment > red_zone ? alignment : red_zone, whole = (bytes + 2 * zone + zone - 1) / zone * zone;
  auto *raw = static_cast<char *>(std::aligned_alloc(zone, whole));
  if (!raw) return nullptr;
  std::memset(raw, written ? 0 : 0xcd, whole);
  add_array({raw + zone, bytes, raw, whole, "", new_marks(bytes, written), place, true});
  return raw + zone;
}

/// Bytes that were freed can be told from others until they are given back; in a parallel region nothing is, as what is new
/// there must be nobody's.
void retire(Array &array) {
  static std::deque<char *> retired;
  static std::size_t bytes = 0;
  array.freed = true;
  retired.push_back(array.mapped), bytes += array.mapped_bytes;
  while (bytes > kept_bytes && !member()) {
    char *oldest = retired.front();
    retired.pop_front();
    bytes -= array_near(oldest)->mapped_bytes;
    forget_array(oldest);
    std::free(oldest);
  }
}

void release(void *p, void (*otherwise)(void *), const void *place) {
  Array *array = p ? array_near(p) : nullptr;
  if (!array) return member() ? void() : otherwise(p);
  if (array->freed) return record("use-after-free", "'" + name_of(*array) + "' is freed twice", name_of(*array), place);
  if (p != array->begin || !array->of_heap)
    return record("bad-free", "the pointer freed is not one that was allocated, but into '" + name_of(*array) + "'", name_of(*array),
                  place);
  retire(*array);
}

} // namespace
} // namespace xpiler_checks

using namespace xpiler_checks;

#define XPILER_PLACE __builtin_return_address(0)

extern "C" {
void *checked_malloc(std::size_t bytes) { return made(bytes, 16, false, XPILER_PLACE); }
void *checked_calloc(std::size_t count, std::size_t bytes) { return made(count * bytes, 16, true, XPILER_PLACE); }
void *checked_aligned_alloc(std::size_t alignment, std::size_t bytes) { return made(bytes, alignment, false, XPILER_PLACE); }
void *checked_memalign(std::size_t alignment, std::size_t bytes) { return made(bytes, alignment, false, XPILER_PLACE); }
int checked_posix_memalign(void **to, std::size_t alignment, std::size_t bytes) {
  return (*to = made(bytes, alignment, false, XPILER_PLACE)) ? 0 : 12;
}
void *checked__Znam(std::size_t bytes) { return made(bytes, 16, false, XPILER_PLACE); }
void *checked_realloc(void *p, std::size_t bytes) {
  Array *old = p ? array_near(p) : nullptr;
  if (p && !old) return std::realloc(p, bytes);
  void *moved = made(bytes, 16, false, XPILER_PLACE);
  if (!old || !moved) return moved;
  const std::size_t both = old->bytes < bytes ? old->bytes : bytes;
  std::memcpy(moved, p, both);
  std::memcpy(array_near(moved)->written, old->written, both);
  release(p, std::free, XPILER_PLACE);
  return moved;
}
void checked_free(void *p) { release(p, std::free, XPILER_PLACE); }
void checked__ZdaPv(void *p) {
  release(p, [](void *q) { operator delete[](q); }, XPILER_PLACE);
}
void checked__ZdaPvm(void *p, std::size_t) { checked__ZdaPv(p); }
// A single object is freed as soon as it may be; memory of containers stays with the library that may allocate it too.
void checked__ZdlPv(void *p) { member() ? void() : operator delete(p); }
void checked__ZdlPvm(void *p, std::size_t) { checked__ZdlPv(p); }
}
