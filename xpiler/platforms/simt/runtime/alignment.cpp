// Strict mode: kernels are compiled with -fsanitize=alignment, whose checks call this for a pointer
// that its type's alignment does not divide. The CPU loads such values, a GPU traps.
#include <string>

#include "device_memory.h"
#include "machine.h"
#include "shared_memory.h"

using namespace xpiler_simt;

/// What the compiler tells of the place: its own layout, of which the alignment is used.
struct MisalignedUse {
  const char *file;
  unsigned line, column;
  const void *type;
  unsigned char alignment_bits, kind;
};

/// The byte of which variable or allocation it is, and that one's name.
static std::pair<std::string, std::string> whereabouts(const void *pointer) {
  if (const Allocation *a = allocation_near(pointer)) return {", " + describe(*a, pointer), a->name};
  const SharedVariable *v = shared_variable_at(arena_offset(pointer));
  if (!v) return {};
  return {", byte " + std::to_string(arena_offset(pointer) - v->begin) + " of '" + v->name + "'", v->name};
}

extern "C" void __ubsan_handle_type_mismatch_v1(const MisalignedUse *use, std::uintptr_t address) {
  const void *pointer = reinterpret_cast<const void *>(address);
  if (!running || (arena_offset(pointer) >= arena_bytes && !in_device_region(pointer))) return;
  auto [where, buffer] = whereabouts(pointer);
  std::string wanted = std::to_string(1u << use->alignment_bits);
  record({"misaligned", "an access through an address that is not a multiple of " + wanted + " bytes" + where, buffer,
          __builtin_return_address(0)});
}
