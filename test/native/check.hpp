// What the C++ tests assert with. A test is a program: it CHECKs, and its main returns check::outcome().
//
//   CHECK(lo <= hi);                                 a failure prints file, line and the condition
//   CHECK_THAT(lo <= hi, "lo=%a hi=%a", lo, hi);     and these values, printf's way; %a shows a double to the last bit
#pragma once

#include <cstdio>

namespace check {

inline long long checked = 0;
inline long long failed = 0;

// Prints the first failures only: a broken rounding fails millions of times.
inline bool tell_failure(const char* file, int line, const char* condition) {
  constexpr long long shown = 20;
  if (++failed > shown) return false;
  std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, condition);
  return true;
}

// The status for main to return. A test that checked nothing has failed.
inline int outcome() {
  std::printf("%lld checks, %lld failed\n", checked, failed);
  return checked > 0 && failed == 0 ? 0 : 1;
}

}  // namespace check

#define CHECK(condition)                                                      \
  do {                                                                        \
    ++check::checked;                                                         \
    if (!(condition)) check::tell_failure(__FILE__, __LINE__, #condition);    \
  } while (false)

#define CHECK_THAT(condition, ...)                                            \
  do {                                                                        \
    ++check::checked;                                                         \
    if (!(condition) && check::tell_failure(__FILE__, __LINE__, #condition)) { \
      std::fprintf(stderr, "  ");                                             \
      std::fprintf(stderr, __VA_ARGS__);                                      \
      std::fprintf(stderr, "\n");                                             \
    }                                                                         \
  } while (false)
