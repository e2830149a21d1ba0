// Calls one launcher of a library: `call_case LIBRARY SYMBOL (in:PATH | out:BYTES:PATH | int:VALUE)...`.
// Arrays are read from files, and written back to theirs after the call.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

struct Output {
  std::string path;
  std::vector<char> *bytes;
};

static std::vector<char> *read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return new std::vector<char>(std::istreambuf_iterator<char>(file), {});
}

constexpr int MOST = 16;  // arguments of a launcher

// Pointers and integers travel alike, in registers and then on the stack; what the launcher does not take it does not see.
template <std::size_t... Each>
static void call(void *symbol, const long *values, std::index_sequence<Each...>) {
  ((void (*)(decltype(values[Each] + 0)...))symbol)(values[Each]...);
}

int main(int count, char **words) {
  if (count < 3 || count > 3 + MOST) return fprintf(stderr, "FAILED call: at most %d arguments\n", MOST), 2;
  void *library = dlopen(words[1], RTLD_NOW);
  void *symbol = library ? dlsym(library, words[2]) : nullptr;
  if (!symbol) return fprintf(stderr, "FAILED load: %s\n", dlerror()), 2;
  long values[MOST] = {};
  std::vector<Output> outputs;
  for (int i = 3; i < count; ++i) {
    std::string word = words[i];
    std::vector<char> *bytes = nullptr;
    if (word.rfind("int:", 0) == 0) {
      values[i - 3] = atol(words[i] + 4);
      continue;
    }
    if (word.rfind("in:", 0) == 0) {
      bytes = read_file(word.substr(3));
    } else {
      size_t colon = word.find(':', 4);
      bytes = new std::vector<char>(atol(words[i] + 4), char(0xA5));
      outputs.push_back({word.substr(colon + 1), bytes});
    }
    values[i - 3] = (long)bytes->data();
  }
  call(symbol, values, std::make_index_sequence<MOST>());
  for (auto &output : outputs) std::ofstream(output.path, std::ios::binary).write(output.bytes->data(), output.bytes->size());
  return 0;
}
