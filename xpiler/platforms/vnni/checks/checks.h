// Checks of C and AVX-512 text: bounds and initialisation of the caller's arrays, races between the threads of an OpenMP
// team. The text is compiled with -fsanitize=thread, whose calls come here (accesses.cpp); teams are those of libgomp, of
// which one thread runs at a time (team.cpp), so that nothing here needs a lock.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace xpiler_checks {

/// Locks held, as bits; an atomic operation holds one of its own.
using Locks = std::uint8_t;
constexpr Locks atomic_lock = 0x80;

/// The running thread: its number in the team, the moment between two barriers it is in, the locks it holds.
struct Member {
  int number = 0;
  std::uint32_t moment = 0;
  Locks locks = 0;
  const char *stack_low = nullptr, *stack_high = nullptr; // what is its own
};

/// Null outside of parallel regions, and in teams of one.
Member *member();

enum class Access { read, write };
void access(const void *address, std::size_t bytes, Access kind, Locks locks, const void *place);

/// An array of the caller's, in memory that ends at an inaccessible page, or memory of the heap between red zones.
struct Array {
  char *begin;
  std::size_t bytes;
  char *mapped;
  std::size_t mapped_bytes;
  std::string name;
  unsigned char *written;      // a byte for each byte
  const void *place = nullptr; // where the text allocates it
  bool of_heap = false, freed = false;
};
Array *array_near(const void *address);
/// What findings call it.
const std::string &name_of(Array &array);
void add_array(const Array &array);
void forget_array(const char *mapped);
unsigned char *new_marks(std::size_t bytes, bool written);

void record(const char *kind, const std::string &message, const std::string &buffer, const void *place);

} // namespace xpiler_checks
