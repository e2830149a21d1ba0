// What code around kernels names of the C++ library. Only std::vector is read itself, as a pointer and a count; the rest is declared,
// so that its file can be read.
#pragma once
#include <cstddef>
namespace std {
template <class T>
class initializer_list {
  const T *first;
  size_t count;

public:
  size_t size() const { return count; }
  const T *begin() const { return first; }
  const T *end() const { return first + count; }
};
template <class T>
struct vector {
  T *first;
  size_t count;
  vector();
  explicit vector(size_t);
  vector(size_t, const T &);
  vector(initializer_list<T>);
  T *data() { return first; }
  const T *data() const { return first; }
  size_t size() const { return count; }
  bool empty() const { return count == 0; }
  T *begin() { return first; }
  T *end() { return first + count; }
  const T *begin() const { return first; }
  const T *end() const { return first + count; }
  T &operator[](size_t i) { return first[i]; }
  const T &operator[](size_t i) const { return first[i]; }
  void push_back(const T &);
  void resize(size_t);
};
struct string {
  string();
  string(const char *);
  const char *c_str() const;
  size_t size() const;
};
struct ostream {
  template <class T>
  ostream &operator<<(const T &);
  ostream &operator<<(ostream &(*)(ostream &));
};
extern ostream cout, cerr;
ostream &endl(ostream &);
} // namespace std
