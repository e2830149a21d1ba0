// Shared memory: one arena at a fixed address, static variables first come first served, the
// dynamic part at the end. Every block starts with it poisoned.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace xpiler_simt {

constexpr std::size_t arena_bytes = 4u << 20, dynamic_bytes = 256u << 10;
extern char *arena;

/// Byte offset in the arena, or a number past its end for any other address.
inline std::size_t arena_offset(const void *address) { return std::size_t(static_cast<const char *>(address) - arena); }

struct SharedVariable {
  std::size_t begin, bytes;
  std::string name;
};

/// What the running block has there, and the same put back for a block that goes on.
std::vector<char> saved_shared_memory();
void restore_shared_memory(const std::vector<char> &memory);
/// How much of the arena static variables take.
std::size_t static_shared_bytes();
constexpr std::size_t dynamic_offset = arena_bytes - dynamic_bytes;

/// The variable that holds byte `offset` of the arena, null for the gaps between variables.
const SharedVariable *shared_variable_at(std::size_t offset);
const SharedVariable *shared_variable_before(std::size_t offset);

} // namespace xpiler_simt
