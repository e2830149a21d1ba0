#include "shared_memory.h"

#include <sys/mman.h>

#include <cstring>
#include <map>

#include "machine.h"

namespace xpiler_simt {

constexpr std::size_t red_zone = 64;
static_assert(arena_bytes > 4 * dynamic_bytes);

char *arena = static_cast<char *>(mmap(nullptr, arena_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));

// A function's static, since `__shared__` variables at file scope are reserved while the library loads.
static std::map<std::size_t, SharedVariable> &variables() {
  static std::map<std::size_t, SharedVariable> table;
  return table;
}
static std::size_t next_offset = red_zone;

// The variable of each stretch of a red zone's length, which two variables cannot share.
static const SharedVariable *variable_of[arena_bytes / red_zone];

void *reserve_shared(std::size_t bytes, std::size_t alignment, const char *name, const char *, int) {
  std::size_t begin = (next_offset + alignment - 1) / alignment * alignment;
  if (begin + bytes + red_zone > dynamic_offset) trap("the __shared__ variables of this file do not fit in shared memory");
  const SharedVariable &made = variables()[begin] = {begin, bytes, name};
  for (std::size_t i = begin / red_zone; i <= (begin + bytes - 1) / red_zone; ++i) variable_of[i] = &made;
  next_offset = begin + bytes + red_zone;
  std::memset(arena + begin, 0xff, bytes);
  return arena + begin;
}

void *dynamic_shared() { return arena + dynamic_offset; }
std::size_t dynamic_shared_size() { return block.shape.dynamic_shared_bytes; }

std::uint32_t shared_address_of(const void *address) {
  if (arena_offset(address) >= arena_bytes)
    record({"wrong-space", "a pointer that is not to shared memory is used as one", "", __builtin_return_address(0)});
  return std::uint32_t(arena_offset(address));
}
void *at_shared_address(std::uint32_t address) { return arena + address; }

const SharedVariable *shared_variable_before(std::size_t offset) {
  static SharedVariable dynamic;
  if (offset >= dynamic_offset) return &(dynamic = {dynamic_offset, dynamic_shared_size(), "dynamic shared memory"});
  auto next = variables().upper_bound(offset);
  return next == variables().begin() ? nullptr : &std::prev(next)->second;
}

const SharedVariable *shared_variable_at(std::size_t offset) {
  const SharedVariable *found = offset >= dynamic_offset ? shared_variable_before(offset) : variable_of[offset / red_zone];
  return found && offset >= found->begin && offset < found->begin + found->bytes ? found : nullptr;
}

std::size_t static_shared_bytes() { return next_offset; }

std::vector<char> saved_shared_memory() {
  std::vector<char> memory(arena, arena + next_offset);
  memory.insert(memory.end(), arena + dynamic_offset, arena + dynamic_offset + dynamic_shared_size());
  return memory;
}

/// Variables that were reserved since then lie behind, poisoned.
void restore_shared_memory(const std::vector<char> &memory) {
  begin_block_memory();
  std::size_t fixed = memory.size() - dynamic_shared_size();
  std::memcpy(arena, memory.data(), fixed);
  std::memcpy(arena + dynamic_offset, memory.data() + fixed, dynamic_shared_size());
}

void begin_block_memory() {
  std::memset(arena, 0xff, next_offset);
  std::memset(arena + dynamic_offset, 0xff, dynamic_shared_size());
}

} // namespace xpiler_simt
