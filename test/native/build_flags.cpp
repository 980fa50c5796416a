// That this compiler, with the flags of native/sources.gypi, computes what directed rounding needs: every operation at run time in
// the mode that holds then, none contracted, none reordered. Each check here fails when its flag is reversed.
#include <cfenv>
#include <cfloat>

#include "check.hpp"

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "fast-math is on: no enclosure is sound under it"
#endif
static_assert(FLT_EVAL_METHOD == 0, "doubles are computed in a wider format here");

namespace {

// -frounding-math: the quotient of two constants is not folded to nearest.
double third() { return 1.0 / 3.0; }

// -frounding-math: -(-a - b) is the sum rounded the other way, and must not be rewritten as a + b.
double sum_downward(double a, double b) { return -(-a - b); }

// -ffp-contract=off: if c is a * b rounded, this is 0, and with an fma the rounding error.
#if defined(__x86_64__)
__attribute__((target("fma")))
#endif
double product_minus(double a, double b, double c) { return a * b - c; }

// -fno-unsafe-math-optimizations: (a + b) - a is not b.
double lost_part(double a, double b) { return (a + b) - a; }

// Through a pointer that the compiler cannot see through: no flag stops it from moving an operation on plain values across
// fesetround, or from taking two such operations for one. (In native/, the rounding guard has a barrier for that.)
double (*volatile third_at_run_time)() = third;

}  // namespace

int main() {
  volatile double one = 1, tiny = 0x1p-60, odd = 1 + 0x1p-40;

  volatile double square = odd * odd;

  std::fesetround(FE_UPWARD);
  const double up = third_at_run_time();
  const double sum_up = one + tiny;
  const double sum_down = sum_downward(one, tiny);
  std::fesetround(FE_DOWNWARD);
  const double down = third_at_run_time();
  std::fesetround(FE_TONEAREST);

  CHECK_THAT(down < up, "down=%a up=%a", down, up);
  CHECK(sum_up == 1 + 0x1p-52);
  CHECK(sum_down == 1);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("fma"))
#endif
    CHECK(product_minus(odd, odd, square) == 0);
  CHECK(lost_part(one, tiny) == 0);
  return check::outcome();
}
