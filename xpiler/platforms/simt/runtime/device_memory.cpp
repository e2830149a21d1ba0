#include "device_memory.h"

#include <sys/mman.h>

#include <cstring>
#include <deque>

#include "limits.h"
#include "machine.h"

namespace xpiler_simt {

constexpr std::size_t page = 4096, largest_shadowed = std::size_t(256) << 20;
static std::size_t region_bytes = std::size_t(64) << 30; // less where address space is limited
static char *region = nullptr, *next_free = nullptr;
static unsigned *owner_of_page = nullptr; // number of the allocation plus one
static std::deque<Allocation> allocations;

static void *reserve(std::size_t bytes, int protection) {
  void *memory = mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

static bool open_region() {
  if (region) return true;
  for (; !region && region_bytes > page; region_bytes /= 2) region = static_cast<char *>(reserve(region_bytes / 2, PROT_NONE));
  owner_of_page = static_cast<unsigned *>(reserve(region_bytes / page * sizeof(unsigned), PROT_READ | PROT_WRITE));
  next_free = region;
  return region && owner_of_page;
}

__attribute__((destructor)) static void release_region() {
  if (region) munmap(region, region_bytes);
  if (owner_of_page) munmap(owner_of_page, region_bytes / page * sizeof(unsigned));
}

bool in_device_region(const void *address) { return region && std::size_t(static_cast<const char *>(address) - region) < region_bytes; }

Allocation *allocation_near(const void *address) {
  if (!in_device_region(address)) return nullptr;
  unsigned owner = owner_of_page[(static_cast<const char *>(address) - region) / page];
  return owner ? &allocations[owner - 1] : nullptr;
}

std::vector<const Allocation *> live_allocations() {
  std::vector<const Allocation *> live;
  for (const Allocation &a : allocations)
    if (!a.freed) live.push_back(&a);
  return live;
}

static WordShadow reserve_shadow(std::size_t bytes) {
  WordShadow made;
  made.units = static_cast<ByteShadow *>(reserve(bytes * sizeof(ByteShadow), PROT_READ | PROT_WRITE));
  made.split = static_cast<unsigned char *>(reserve(bytes / 4, PROT_READ | PROT_WRITE));
  return made.units && made.split ? made : WordShadow{};
}

static std::string next_name;
void name_next_allocation(const char *name) { next_name = name; }

void *device_allocate(std::size_t bytes, bool host_visible) {
  if (!bytes || !open_region()) return nullptr;
  std::size_t rounded = (bytes + 255) & ~std::size_t(255), pages = (rounded + page - 1) & ~(page - 1);
  if (next_free + pages + 2 * page > region + region_bytes) return nullptr;
  char *mapped = next_free + page;
  if (mprotect(mapped, pages, PROT_READ | PROT_WRITE)) return nullptr;
  Allocation made;
  made.begin = mapped + pages - rounded;
  made.bytes = bytes;
  made.mapped = mapped;
  made.mapped_bytes = pages;
  made.host_visible = host_visible;
  made.number = unsigned(allocations.size());
  made.name.swap(next_name);
  made.written = static_cast<unsigned char *>(reserve(rounded, PROT_READ | PROT_WRITE));
  if (!made.written) return nullptr;
  if (XPILER_SIMT_STRICT && bytes <= largest_shadowed) made.shadow = reserve_shadow(rounded);
  allocations.push_back(made);
  unsigned first = unsigned((next_free - region) / page), last = unsigned((mapped + pages - region) / page);
  for (unsigned p = first; p <= last; ++p) owner_of_page[p] = made.number + 1;
  std::memset(mapped, 0xff, pages);
  next_free = mapped + pages; // its upper guard is the next allocation's lower one
  return made.begin;
}

int device_release(void *address) {
  if (!address) return success;
  Allocation *a = allocation_near(address);
  if (!a || a->begin != address || a->freed) return invalid_value;
  a->freed = true;
  madvise(a->mapped, a->mapped_bytes, MADV_DONTNEED);
  mprotect(a->mapped, a->mapped_bytes, PROT_NONE);
  munmap(a->written, (a->bytes + 255) & ~std::size_t(255));
  if (a->shadow.units) {
    munmap(a->shadow.units, ((a->bytes + 255) & ~std::size_t(255)) * sizeof(ByteShadow));
    munmap(a->shadow.split, ((a->bytes + 255) & ~std::size_t(255)) / 4);
  }
  a->written = nullptr;
  a->shadow = {};
  return success;
}

void mark_written(void *address, std::size_t bytes) {
  Allocation *a = allocation_near(address);
  if (a && a->written) std::memset(a->written + (static_cast<char *>(address) - a->begin), 1, bytes);
}

// The linker's names for the section of `__device__` variables; the library may have none.
extern "C" char __start_xpiler_device[] __attribute__((weak, visibility("hidden")));
extern "C" char __stop_xpiler_device[] __attribute__((weak, visibility("hidden")));
char *device_variables() { return __start_xpiler_device; }
char *device_variables_end() { return __stop_xpiler_device; }

std::string name_of(const Allocation &a) { return a.name.empty() ? "allocation " + std::to_string(a.number) : a.name; }

std::string describe(const Allocation &a, const void *address) {
  long long offset = static_cast<const char *>(address) - a.begin;
  std::string where = offset < 0                     ? std::to_string(-offset) + " bytes before"
                      : offset >= (long long)a.bytes ? std::to_string(offset - (long long)a.bytes) + " bytes past the end of"
                                                     : "at byte " + std::to_string(offset) + " of";
  return where + (a.name.empty() ? " an allocation" : " '" + a.name + "', an allocation") + " of " + std::to_string(a.bytes) + " bytes";
}

} // namespace xpiler_simt
