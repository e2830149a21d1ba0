// Calls one launcher of a library: `call_case LIBRARY SYMBOL (in:PATH | out:BYTES:PATH | inout:PATH:PATH | int:VALUE | float:VALUE)...`.
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

constexpr int MOST = 16, MOST_FLOATS = 8;  // arguments of a launcher

// Pointers and integers travel alike, in registers and then on the stack, floats in registers of their own; what the launcher does not
// take it does not see.
template <std::size_t... Each, std::size_t... Float>
static void call(void *symbol, const long *values, const float *floats, std::index_sequence<Each...>, std::index_sequence<Float...>) {
  ((void (*)(decltype(values[Each] + 0)..., decltype(floats[Float] + 0.0f)...))symbol)(values[Each]..., floats[Float]...);
}

int main(int count, char **words) {
  if (count < 3 || count > 3 + MOST) return fprintf(stderr, "FAILED call: at most %d arguments\n", MOST), 2;
  void *library = dlopen(words[1], RTLD_NOW);
  void *symbol = library ? dlsym(library, words[2]) : nullptr;
  if (!symbol) return fprintf(stderr, "FAILED load: %s\n", dlerror()), 2;
  long values[MOST] = {};
  float floats[MOST_FLOATS] = {};
  int position = 0, of_floats = 0;
  std::vector<Output> outputs;
  for (int i = 3; i < count; ++i) {
    std::string word = words[i];
    std::vector<char> *bytes = nullptr;
    if (word.rfind("int:", 0) == 0) {
      values[position++] = atol(words[i] + 4);
      continue;
    }
    if (word.rfind("float:", 0) == 0) {
      if (of_floats == MOST_FLOATS) return fprintf(stderr, "FAILED call: at most %d floats\n", MOST_FLOATS), 2;
      floats[of_floats++] = strtof(words[i] + 6, nullptr);
      continue;
    }
    if (word.rfind("inout:", 0) == 0) {
      size_t colon = word.find(':', 6);
      bytes = read_file(word.substr(6, colon - 6));
      outputs.push_back({word.substr(colon + 1), bytes});
    } else if (word.rfind("in:", 0) == 0) {
      bytes = read_file(word.substr(3));
    } else {
      size_t colon = word.find(':', 4);
      bytes = new std::vector<char>(atol(words[i] + 4), char(0xA5));
      outputs.push_back({word.substr(colon + 1), bytes});
    }
    values[position++] = (long)bytes->data();
  }
  call(symbol, values, floats, std::make_index_sequence<MOST>(), std::make_index_sequence<MOST_FLOATS>());
  for (auto &output : outputs) std::ofstream(output.path, std::ios::binary).write(output.bytes->data(), output.bytes->size());
  return 0;
}
