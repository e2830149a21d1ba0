// What ran: instructions by kind, and the bytes that crossed each memory's border.
#pragma once
#include <cstdint>
#include <string>

namespace xpiler_simt {

struct Counts {
  std::uint64_t launches, blocks, threads, barriers, barrier_waits, collectives, atomics;
  std::uint64_t global_read_bytes, global_written_bytes, shared_read_bytes, shared_written_bytes, copied_bytes;
};
extern Counts counts;

enum class Memory { device, shared };

/// A load or store of a thread (strict mode sees them).
void count_access(Memory memory, bool write, std::size_t bytes);

/// Anything else that has a name: `kind` is a literal, told apart by its address.
void count_kind(const char *kind);

void clear_counts();

/// All of it as plain memory, to be handed from one process to another.
struct Tally {
  static constexpr unsigned most_kinds = 256;
  Counts counts;
  std::uint64_t accesses[2][2][5];
  struct {
    const char *kind;
    std::uint64_t count;
  } kinds[most_kinds];
  unsigned kinds_used;
};
/// False where there are more kinds than fit.
bool take_tally(Tally &tally);
/// Counts what another process counted after `before`, which both started from.
void add_difference(const Tally &after, const Tally &before);

/// The instructions as a JSON object.
std::string instructions_json();

} // namespace xpiler_simt
