// Subscripts of arrays whose size the text states, as -fsanitize=bounds has them checked: variables of a function have no red zones.
#include "checks.h"

using namespace xpiler_checks;

namespace {

/// What the compiler says of the array: its type as text, behind two numbers.
struct Type {
  std::uint16_t kind, info;
  char name[1];
};
struct Subscript {
  const char *file;
  std::uint32_t line, column;
  const Type *array, *index;
};

} // namespace

extern "C" void __ubsan_handle_out_of_bounds(void *data, void *index) {
  const auto &subscript = *static_cast<const Subscript *>(data);
  record("out-of-bounds", "subscript " + std::to_string(reinterpret_cast<long>(index)) + " of an array of type " + subscript.array->name,
         "", __builtin_return_address(0));
}
