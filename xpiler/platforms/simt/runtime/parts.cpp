#include "parts.h"

#include <dlfcn.h>
#include <sys/mman.h>

#include <cstring>
#include <new>

#include "device_memory.h"
#include "fibers.h"
#include "machine.h"
#include "user_data.h"
#include "watch.h"

namespace xpiler_simt {

/// Memory that the blocks of a grid share.
struct Range {
  unsigned char *begin;
  std::size_t bytes;
  unsigned char *initialised; // null where that is not kept
  WordShadow shadow;
};

// More than this costs more to copy and to look through than a second process saves.
constexpr std::size_t most_bytes = XPILER_SIMT_STRICT ? std::size_t(64) << 20 : std::size_t(1) << 30;
constexpr std::size_t alignment = 64;

static std::vector<Range> ranges() {
  std::vector<Range> found;
  for (const Allocation *a : live_allocations())
    found.push_back({reinterpret_cast<unsigned char *>(a->begin), a->bytes, a->written, a->shadow});
  if (std::size_t bytes = device_variables_end() - device_variables())
    found.push_back({reinterpret_cast<unsigned char *>(device_variables()), bytes, nullptr, watch_variable_shadow()});
  return found;
}

static std::size_t bytes_of(const std::vector<Range> &all) {
  std::size_t bytes = 0;
  for (const Range &range : all) bytes += range.bytes;
  return bytes;
}

// --- in the process ----------------------------------------------------------------------------

static unsigned char mark_of(const ByteShadow &unit, std::uint32_t since) {
  return (unit.written.time >= since ? mark_written_here : 0) | (unit.read.time >= since ? mark_read_here : 0);
}

static void mark_accesses(const Range &range, std::uint32_t since, unsigned char *marks) {
  if (!range.shadow.units) return;
  for (std::size_t word = 0; word * 4 < range.bytes; ++word)
    for (std::size_t i = word * 4; i < word * 4 + 4 && i < range.bytes; ++i)
      marks[i] = mark_of(range.shadow.units[range.shadow.split[word] ? i : word * 4], since);
}

bool SharedPart::publish(std::uint32_t since) {
  unsigned char *value = values(), *mark = marks();
  for (const Range &range : ranges()) {
    std::memcpy(value, range.begin, range.bytes);
    mark_accesses(range, since, mark);
    for (std::size_t i = 0; range.initialised && i < range.bytes; ++i) mark[i] |= range.initialised[i] ? mark_initialised : 0;
    value += range.bytes;
    mark += range.bytes;
  }
  return take_tally(tally);
}

// --- in the process that started them ------------------------------------------------------------

#if !XPILER_SIMT_STRICT
static bool is_of_the_host(const void *address) {
  static Dl_info own;
  static const bool known = dladdr(reinterpret_cast<const void *>(&bytes_of), &own);
  unsigned char present;
  Dl_info there;
  if (in_device_region(address) || in_fiber_stacks(address)) return false;
  if (known && dladdr(address, &there) && there.dli_fbase == own.dli_fbase) return false;
  return mincore(reinterpret_cast<void *>(reinterpret_cast<std::uintptr_t>(address) & ~std::uintptr_t(4095)), 1, &present) == 0;
}
#endif

/// Without checks a kernel may write to the host through a pointer that it is given; nobody would hand that back.
static bool reaches_the_host() {
#if !XPILER_SIMT_STRICT
  for (std::size_t i = 0; i + sizeof(void *) <= block.context_bytes; i += sizeof(void *)) {
    void *word;
    std::memcpy(&word, static_cast<char *>(block.context) + i, sizeof word);
    if (is_of_the_host(word)) return true;
  }
#endif
  return false;
}

/// Whether what the processes do to memory can be told: with checks every byte has a shadow, without them the text
/// must have nothing by which blocks talk to each other.
static bool can_be_told(const std::vector<Range> &all) {
  if (bytes_of(all) > most_bytes || reaches_the_host()) return false;
  for (const Range &range : all)
    if (XPILER_SIMT_STRICT && !range.shadow.units) return false;
  return XPILER_SIMT_STRICT || !xpiler_simt_blocks_talk;
}

Parts::Parts(unsigned count, std::size_t first_block) {
  const std::vector<Range> all = ranges();
  if (!can_be_told(all) || !take_tally(before_)) return;
  const std::size_t bytes = bytes_of(all), each = (sizeof(SharedPart) + 2 * bytes + alignment - 1) / alignment * alignment;
  shared_bytes_ = alignment + count * each;
  void *memory = mmap(nullptr, shared_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;
  shared_ = memory;
  queue_ = new (memory) SharedQueue;
  queue_->next = first_block;
  for (unsigned i = 0; i < count; ++i) {
    auto *part = new (static_cast<char *>(memory) + alignment + i * each) SharedPart{queue_, bytes, false, {}};
    parts_.push_back(part);
  }
}

Parts::~Parts() {
  if (shared_) munmap(shared_, shared_bytes_);
}

/// A byte that one process wrote and another wrote or read: then the order of the blocks matters.
static bool met(const Range &range, std::size_t offset, const std::vector<SharedPart *> &parts) {
  std::vector<unsigned char> seen(range.bytes);
  unsigned clash = 0;
  for (SharedPart *part : parts) {
    const unsigned char *values = part->values() + offset, *marks = part->marks() + offset;
    for (std::size_t i = 0; i < range.bytes; ++i) {
      unsigned mark = (marks[i] | (values[i] != range.begin[i])) & 3;
      clash |= (mark & 1 ? seen[i] : 0) | (mark & 2 ? seen[i] & 1 : 0);
      seen[i] |= mark;
    }
  }
  return clash != 0;
}

/// What a process changed of a range goes into it, as far as it is not what was there before.
static void take_over(const Range &range, std::size_t offset, const std::vector<SharedPart *> &parts) {
  const std::vector<unsigned char> before(range.begin, range.begin + range.bytes);
  for (SharedPart *part : parts) {
    const unsigned char *values = part->values() + offset, *marks = part->marks() + offset;
    for (std::size_t i = 0; i < range.bytes; ++i)
      if (values[i] != before[i]) range.begin[i] = values[i];
    for (std::size_t i = 0; range.initialised && i < range.bytes; ++i)
      if (marks[i] & mark_initialised) range.initialised[i] = 1;
  }
}

bool Parts::put_together() {
  const std::vector<Range> all = ranges();
  std::size_t offset = 0;
  for (const Range &range : all) {
    if (met(range, offset, parts_)) return false;
    offset += range.bytes;
  }
  offset = 0;
  for (const Range &range : all) {
    take_over(range, offset, parts_);
    offset += range.bytes;
  }
  for (SharedPart *part : parts_) add_difference(part->tally, before_);
  return true;
}

std::vector<char> user_data() {
  std::vector<char> bytes(xpiler_simt_data_begin, xpiler_simt_data_end);
  bytes.insert(bytes.end(), xpiler_simt_bss_begin, xpiler_simt_bss_end);
  return bytes;
}

} // namespace xpiler_simt
