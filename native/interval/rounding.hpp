// Rounding mode, held by a scope guard.
//
// Every bound in this project is computed with the processor rounding towards +infinity. Lower
// bounds are stored negated (see interval.hpp), so one direction serves both ends. Nothing but
// RoundUp may change the mode, and it is never changed for longer than a C++ scope: JavaScript must
// not run, and a thread must not be handed back, with any mode but the one it came with.
//
// Compile with -frounding-math -ffp-contract=off. The barriers keep loads and stores on their side of the
// change of mode; arithmetic on values that are in registers already may still be moved over it (gcc bug
// 34678), so a function that makes a RoundUp takes its numbers and gives its results by reference, or works by calls.
#pragma once

#include <cstdint>

#if defined(__FAST_MATH__)
#error "fast-math is on: no enclosure is sound under it"
#endif

#if defined(__x86_64__)
#include <xmmintrin.h>
#elif !defined(__aarch64__)
#include <cfenv>
#endif

namespace parabound {

/// Tells the compiler that memory, and so every live value it refers to, may have changed here.
inline void barrier() noexcept { asm volatile("" ::: "memory"); }

/// Forces a value to be computed where it stands and hides it from constant folding.
inline double opaque(double x) noexcept {
#if defined(__x86_64__)
  asm volatile("" : "+x"(x));
#elif defined(__aarch64__)
  asm volatile("" : "+w"(x));
#else
  volatile double hidden = x;
  x = hidden;
#endif
  return x;
}

/// Rounds towards +infinity, with subnormals kept and exceptions masked, for as long as it lives.
class RoundUp {
 public:
  RoundUp() noexcept {
#if defined(__x86_64__)
    saved_ = _mm_getcsr();
    // 0x1f80: all exceptions masked, no flush-to-zero, no denormals-are-zero; 0x4000: round up.
    _mm_setcsr(0x1f80u | 0x4000u);
#elif defined(__aarch64__)
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" ::"r"(std::uint64_t{1} << 22));  // RMode = 01: towards +infinity
#else
    saved_ = std::fegetround();
    std::fesetround(FE_UPWARD);
#endif
    barrier();
  }
  ~RoundUp() {
    barrier();
#if defined(__x86_64__)
    _mm_setcsr(saved_);
#elif defined(__aarch64__)
    asm volatile("msr fpcr, %0" ::"r"(saved_));
#else
    std::fesetround(saved_);
#endif
  }
  RoundUp(const RoundUp&) = delete;
  RoundUp& operator=(const RoundUp&) = delete;

 private:
#if defined(__x86_64__)
  unsigned saved_;
#elif defined(__aarch64__)
  std::uint64_t saved_;
#else
  int saved_;
#endif
};

/// The mode in force, seen by its effect: 0 nearest, 1 up, -1 down, 2 towards zero.
inline int observed_rounding() noexcept {
  const double one = opaque(1.0), tiny = opaque(0x1p-60);
  const bool above = opaque(one + tiny) > 1.0;
  const bool below = opaque(-one - tiny) < -1.0;
  const bool shrinks = opaque(one - tiny) < 1.0;
  if (above) return 1;
  if (below) return -1;
  return shrinks ? 2 : 0;
}

}  // namespace parabound
