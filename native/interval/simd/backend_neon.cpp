// Two doubles at a time, with fused multiply-adds: every arm64. Its vector unit rounds as FPCR says, as RoundUp sets it.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "backend.hpp"

namespace parabound {
namespace {

struct Neon {
  using Vector = float64x2_t;
  static constexpr int lanes = 2;
  static Vector load(const double* p) { return vld1q_f64(p); }
  static void store(double* p, Vector x) { vst1q_f64(p, x); }
  static Vector all(double x) { return vdupq_n_f64(x); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return vfmaq_f64(c, a, b); }
  // By comparison, as vmaxq_f64 would give NaN where the trait wants the second.
  static Vector larger(Vector a, Vector b) { return vbslq_f64(vcgtq_f64(a, b), a, b); }
  static Vector smaller(Vector a, Vector b) { return vbslq_f64(vcltq_f64(a, b), a, b); }
  static Vector nan_to_infinity(Vector a) { return vbslq_f64(vceqq_f64(a, a), a, vdupq_n_f64(kInf)); }
  static Vector add(Vector a, Vector b) { return vaddq_f64(a, b); }
  static Vector subtract(Vector a, Vector b) { return vsubq_f64(a, b); }
  static Vector choose_less(Vector a, Vector b, Vector then, Vector other) { return vbslq_f64(vcltq_f64(a, b), then, other); }
  static constexpr int rows = 4;
};

#include "kernels.inl"
#include "lines.inl"

}  // namespace

extern const Backend kNeonBackend;
const Backend kNeonBackend = {"neon", Neon::lanes, dense_point<Neon>, dense_interval<Neon>, dense_weights<Neon>, relu<Neon>, fma_peak<Neon>, product<Neon>, collect<Neon>, relax_changes<Neon>, relax_nominals<Neon>};

}  // namespace parabound
#endif
