#include "counts.h"

#include <cstring>
#include <map>
#include <unordered_map>

namespace xpiler_simt {

Counts counts;
static std::uint64_t accesses[2][2][5]; // memory, write, logarithm of the bytes

static std::unordered_map<const char *, std::uint64_t> &kinds() {
  static std::unordered_map<const char *, std::uint64_t> table;
  return table;
}

void count_access(Memory memory, bool write, std::size_t bytes) {
  std::uint64_t Counts::*moved = memory == Memory::device ? (write ? &Counts::global_written_bytes : &Counts::global_read_bytes)
                                                          : (write ? &Counts::shared_written_bytes : &Counts::shared_read_bytes);
  counts.*moved += bytes;
  int size = bytes >= 16 ? 4 : 31 - __builtin_clz(unsigned(bytes ? bytes : 1));
  ++accesses[int(memory)][write][size];
}

void count_kind(const char *kind) { ++kinds()[kind]; }

void clear_counts() {
  counts = {};
  kinds().clear();
  for (auto &memory : accesses)
    for (auto &direction : memory)
      for (auto &count : direction) count = 0;
}

bool take_tally(Tally &tally) {
  if (kinds().size() > Tally::most_kinds) return false;
  tally.counts = counts;
  std::memcpy(tally.accesses, accesses, sizeof accesses);
  tally.kinds_used = 0;
  for (auto &[kind, count] : kinds()) tally.kinds[tally.kinds_used++] = {kind, count};
  return true;
}

/// Every count is a word of it.
static void add_words(void *to, const void *after, const void *before, std::size_t bytes) {
  auto *sum = static_cast<std::uint64_t *>(to);
  auto *more = static_cast<const std::uint64_t *>(after), *less = static_cast<const std::uint64_t *>(before);
  for (std::size_t i = 0; i < bytes / sizeof *sum; ++i) sum[i] += more[i] - less[i];
}

void add_difference(const Tally &after, const Tally &before) {
  add_words(&counts, &after.counts, &before.counts, sizeof counts);
  add_words(accesses, after.accesses, before.accesses, sizeof accesses);
  for (unsigned i = 0; i < after.kinds_used; ++i) kinds()[after.kinds[i].kind] += after.kinds[i].count;
  for (unsigned i = 0; i < before.kinds_used; ++i) kinds()[before.kinds[i].kind] -= before.kinds[i].count;
}

std::string instructions_json() {
  std::map<std::string, std::uint64_t> named; // one kind may stand at several addresses
  for (auto &[kind, count] : kinds()) named[kind] += count;
  for (int memory = 0; memory < 2; ++memory)
    for (int write = 0; write < 2; ++write)
      for (int size = 0; size < 5; ++size)
        if (std::uint64_t count = accesses[memory][write][size])
          named[std::string(write ? "store" : "load") + (memory ? " shared " : " device ") + std::to_string(1 << size)] = count;
  std::string text = "{";
  for (auto &[name, count] : named) text += (text.size() > 1 ? ", \"" : "\"") + name + "\": " + std::to_string(count);
  return text + "}";
}

} // namespace xpiler_simt
