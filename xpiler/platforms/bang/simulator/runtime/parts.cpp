#include "parts.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

#include "memory.h"

namespace xpiler_sim {
namespace {

// More than this costs more to copy and to look through than a second process saves.
constexpr std::size_t most_bytes = std::size_t(64) << 20;
constexpr std::size_t alignment = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

std::size_t bytes_of(const std::vector<Object *> &all) {
  std::size_t bytes = 0;
  for (const Object *object : all) bytes += object->size;
  return bytes;
}

unsigned char mark_of(const Object &object, std::size_t i, std::uint32_t since) {
  unsigned char mark = object.written[i] ? mark_written : 0;
  if (!object.writers) return mark;
  return mark | (object.writers[i] >= since ? mark_written_here : 0) | (object.readers[i] >= since ? mark_read_here : 0);
}

/// A byte that one process wrote and another wrote or read: then the order of the jobs matters.
bool met(const Object &object, std::size_t offset, const std::vector<SharedPart *> &parts) {
  std::vector<unsigned char> seen(object.size);
  unsigned clash = 0;
  for (SharedPart *part : parts) {
    const unsigned char *values = part->values() + offset, *marks = part->marks() + offset;
    for (std::size_t i = 0; i < object.size; ++i) {
      unsigned mark = (marks[i] | (values[i] != static_cast<unsigned char>(object.base[i]))) & 3;
      clash |= (mark & mark_written_here ? seen[i] : 0) | (mark & mark_read_here ? seen[i] & mark_written_here : 0);
      seen[i] |= mark;
    }
  }
  return clash != 0;
}

/// What a process wrote of an object goes into it.
void take_over(Object &object, std::size_t offset, const std::vector<SharedPart *> &parts) {
  for (SharedPart *part : parts) {
    const unsigned char *values = part->values() + offset, *marks = part->marks() + offset;
    for (std::size_t i = 0; i < object.size; ++i) {
      if (marks[i] & mark_written_here) object.base[i] = static_cast<char>(values[i]);
      if (marks[i] & mark_written) object.written[i] = 1;
    }
  }
}

} // namespace

bool SharedPart::publish(std::uint32_t since) {
  unsigned char *value = values(), *mark = marks();
  for (const Object *object : device_objects()) {
    std::memcpy(value, object->base, object->size);
    for (std::size_t i = 0; i < object->size; ++i) mark[i] = mark_of(*object, i, since);
    value += object->size;
    mark += object->size;
  }
  return take_tally(tally) && take_repetitions(repetitions);
}

Parts::Parts(unsigned count, std::size_t first, std::size_t jobs) {
  const std::size_t bytes = bytes_of(device_objects());
  if (bytes > most_bytes || !take_tally(before_) || !take_repetitions(repetitions_before_)) return;
  const std::size_t costs = aligned(jobs * sizeof(JobCost)), each = aligned(sizeof(SharedPart) + 2 * bytes);
  shared_bytes_ = alignment + costs + count * each;
  void *memory = mmap(nullptr, shared_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return;
  shared_ = memory;
  char *place = static_cast<char *>(memory);
  auto *queue = new (place) SharedQueue;
  queue->next = first;
  auto *cost = reinterpret_cast<JobCost *>(place + alignment);
  for (unsigned i = 0; i < count; ++i)
    parts_.push_back(new (place + alignment + costs + i * each) SharedPart{queue, cost, bytes, false, {}, {}});
}

Parts::~Parts() {
  if (shared_) munmap(shared_, shared_bytes_);
}

bool Parts::put_together() {
  const std::vector<Object *> all = device_objects();
  std::size_t offset = 0;
  for (const Object *object : all) {
    if (met(*object, offset, parts_)) return false;
    offset += object->size;
  }
  offset = 0;
  for (Object *object : all) {
    take_over(*object, offset, parts_);
    offset += object->size;
  }
  for (SharedPart *part : parts_) add_difference(part->tally, before_), add_difference(part->repetitions, repetitions_before_);
  return true;
}

} // namespace xpiler_sim
