// What host code around launchers names of the C++ library: declared, so that its file can be read; never read itself.
#pragma once
#include <cstddef>
namespace std {
template <class T>
struct vector {
  vector();
  explicit vector(size_t);
  vector(size_t, const T &);
  T *data();
  const T *data() const;
  size_t size() const;
  bool empty() const;
  T *begin();
  T *end();
  const T *begin() const;
  const T *end() const;
  T &operator[](size_t);
  const T &operator[](size_t) const;
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
