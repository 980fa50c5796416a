// RoundUp: in force inside its scope, gone outside, however the scope is left and whatever mode it came from.
#include "interval/rounding.hpp"

#include <cfenv>
#include <limits>
#include <stdexcept>
#include <thread>

#include "../check.hpp"

namespace {

using parabound::observed_rounding;
using parabound::opaque;
using parabound::RoundUp;

int inside() {
  const RoundUp up;
  return observed_rounding();
}

void leave_by_exception() {
  const RoundUp up;
  CHECK(observed_rounding() == 1);
  throw std::runtime_error("on purpose");
}

int leave_early(bool early) {
  const RoundUp up;
  if (early) return 1;
  return observed_rounding();
}

void check_scopes() {
  CHECK(observed_rounding() == 0);
  CHECK(inside() == 1);
  CHECK(observed_rounding() == 0);
  {
    const RoundUp outer;
    CHECK(observed_rounding() == 1);
    {
      const RoundUp inner;
      CHECK(observed_rounding() == 1);
    }
    CHECK(observed_rounding() == 1);
  }
  CHECK(observed_rounding() == 0);
  for (int depth = 0; depth < 3; ++depth) {
    try {
      leave_by_exception();
      CHECK(false);
    } catch (const std::runtime_error&) {
      CHECK(observed_rounding() == 0);
    }
  }
  CHECK(leave_early(true) == 1 && observed_rounding() == 0);
  CHECK(leave_early(false) == 1 && observed_rounding() == 0);
}

void check_from_every_mode() {
  const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  const int seen[] = {0, 1, -1, 2};
  for (int i = 0; i < 4; ++i) {
    std::fesetround(modes[i]);
    const int before = observed_rounding(), within = inside(), after = observed_rounding();
    std::fesetround(FE_TONEAREST);
    CHECK(before == seen[i] && within == 1 && after == seen[i]);
  }
}

/// Flush-to-zero and denormals-are-zero, which some library may have set, are off inside and back outside.
void check_subnormals() {
  const double tiny = std::numeric_limits<double>::min(), smallest = std::numeric_limits<double>::denorm_min();
#if defined(__x86_64__)
  const unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040u);
#endif
  double half = 0, kept = 0;
  {
    const RoundUp up;
    half = opaque(tiny) * opaque(0.5);
    kept = opaque(smallest) * opaque(1.0);
    half = opaque(half);
    kept = opaque(kept);
  }
#if defined(__x86_64__)
  CHECK(_mm_getcsr() >> 6 == (saved | 0x8040u) >> 6);
  _mm_setcsr(saved);
#endif
  CHECK(half == tiny / 2 && kept == smallest);
}

/// The mode belongs to a thread: a thread started inside a RoundUp may inherit it, one beside it is not touched.
void check_threads() {
  int here = -2, there = -2;
  {
    const RoundUp up;
    here = observed_rounding();
  }
  std::thread([&] {
    const RoundUp up;
    there = observed_rounding();
  }).join();
  CHECK(here == 1 && there == 1 && observed_rounding() == 0);
}

void check_directions() {
  const RoundUp up;
  const double one = 1, three = 3;
  CHECK(opaque(one) / opaque(three) * three > 1);
  CHECK(-(opaque(-one) / opaque(three)) < opaque(one) / opaque(three));
  CHECK(opaque(one) + opaque(0x1p-1074) == 1 + 0x1p-52);
  CHECK(opaque(-one) + opaque(0x1p-1074) == -1 + 0x1p-53);
  CHECK(opaque(-0x1p1023) * opaque(2.0) == -std::numeric_limits<double>::max());
  CHECK(opaque(0x1p1023) * opaque(2.0) == std::numeric_limits<double>::infinity());
  CHECK(opaque(0x1p-1074) * opaque(0.25) == 0x1p-1074);
}

}  // namespace

int main() {
  check_scopes();
  check_from_every_mode();
  check_subnormals();
  check_threads();
  check_directions();
  CHECK(observed_rounding() == 0);
  return check::outcome();
}
