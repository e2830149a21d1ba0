// Subscripts of arrays whose size the text states, as -fsanitize=bounds has them checked: a thread's own arrays have no red zones.
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

#include "machine.h"

namespace xpiler_simt {

/// What the compiler says of the array: its type as text, behind two numbers.
struct ArrayType {
  std::uint16_t kind, info;
  char name[1];
};
struct Subscript {
  const char *file;
  std::uint32_t line, column;
  const ArrayType *array, *index;
};

static std::set<long> shared_rows;

void note_shared_row(std::size_t extent) { shared_rows.insert(long(extent)); }

static std::set<std::string> shared_types;

void note_shared_type(const char *pretty) {
  const char *begin = std::strstr(pretty, "T = ");
  if (begin) shared_types.insert(std::string(begin + 4, std::strrchr(pretty, ']')));
}

/// Accesses of shared memory are checked by address, each variable as a whole: `tile[0][i]` may run through its rows.
static bool may_be_shared(const std::string &type) {
  const std::size_t bracket = type.find('[');
  return shared_types.count(type) || (bracket != std::string::npos && shared_rows.count(std::atol(type.c_str() + bracket + 1)));
}

/// The compiler puts the type in quotes.
static std::string type_of(const Subscript &subscript) {
  const char *name = subscript.array->name;
  return *name == '\'' ? std::string(name + 1, std::strrchr(name, '\'')) : name;
}

} // namespace xpiler_simt

using namespace xpiler_simt;

extern "C" void __ubsan_handle_out_of_bounds(void *data, void *index) {
  const std::string type = type_of(*static_cast<const Subscript *>(data));
  if (!running || may_be_shared(type)) return;
  record({"out-of-bounds", "subscript " + std::to_string(reinterpret_cast<long>(index)) + " of an array of type '" + type + "'", "",
          __builtin_return_address(0)});
}
