// Asynchronous copies: queued by thread and group, done at the wait that asks for them.
#include "../include/xpiler_simt/async_copy.h"

#include <cstring>
#include <unordered_map>

#include "machine.h"
#include "watch.h"

namespace xpiler_simt {

struct Copy {
  char *destination;
  const char *source;
  std::size_t bytes, zero_fill;
  unsigned group;
  const void *place;
};

struct Queue {
  std::vector<Copy> copies;
  unsigned open_group = 0;
};

static std::unordered_map<const Thread *, Queue> queues;

void forget_async_copies() {
  for (const Thread &t : block.threads) queues.erase(&t);
}

void async_copy(void *destination, const void *source, std::size_t bytes, std::size_t zero_fill) {
  Queue &queue = queues[running];
  count_kind("asynchronous copy");
  const void *place = __builtin_return_address(0);
  watch_copy(destination, bytes, true, place);
  watch_pending(destination, bytes);
  queue.copies.push_back({static_cast<char *>(destination), static_cast<const char *>(source), bytes, zero_fill, queue.open_group, place});
}

void async_commit() { ++queues[running].open_group; }

static void finish(const Copy &copy) {
  std::size_t read = copy.bytes - copy.zero_fill;
  if (read) watch_copy(copy.source, read, false, copy.place);
  watch_landed(copy.destination, copy.bytes);
  std::memcpy(copy.destination, copy.source, read);
  std::memset(copy.destination + read, 0, copy.zero_fill);
}

void async_wait(unsigned newest) {
  Queue &queue = queues[running];
  std::vector<Copy> pending;
  for (const Copy &copy : queue.copies) {
    if (copy.group + newest < queue.open_group) finish(copy);
    else pending.push_back(copy);
  }
  queue.copies = std::move(pending);
}

} // namespace xpiler_simt
