// Eight doubles at a time, with fused multiply-adds: x86-64 with AVX-512F.
//
// Compiled without -m flags: the pragma below gives this instruction set to the functions between it
// and its end, and to nothing else. Shared headers come before it, so that what they define inline
// never holds an instruction that another machine lacks.
#if defined(__x86_64__)
#include <immintrin.h>

#include "backend.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f")
#endif

namespace parabound {
namespace {

struct Avx512 {
  using Vector = __m512d;
  static constexpr int lanes = 8;
  static Vector load(const double* p) { return _mm512_loadu_pd(p); }
  static void store(double* p, Vector x) { _mm512_storeu_pd(p, x); }
  static Vector all(double x) { return _mm512_set1_pd(x); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm512_fmadd_pd(a, b, c); }
  // Masked, as the plain forms of gcc 12 warn of the undefined value they start from (gcc bug 105593).
  static Vector larger(Vector a, Vector b) { return _mm512_mask_max_pd(a, 0xff, a, b); }
  static Vector smaller(Vector a, Vector b) { return _mm512_mask_min_pd(a, 0xff, a, b); }
  static Vector nan_to_infinity(Vector a) {
    return _mm512_mask_mov_pd(a, _mm512_cmp_pd_mask(a, a, _CMP_UNORD_Q), _mm512_set1_pd(kInf));
  }
  static Vector add(Vector a, Vector b) { return _mm512_add_pd(a, b); }
  static Vector subtract(Vector a, Vector b) { return _mm512_sub_pd(a, b); }
  static Vector choose_less(Vector a, Vector b, Vector then, Vector other) {
    return _mm512_mask_mov_pd(other, _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ), then);
  }
  static constexpr int rows = 4;
};

#include "kernels.inl"
#include "lines.inl"

}  // namespace

extern const Backend kAvx512Backend;
const Backend kAvx512Backend = {"avx512", Avx512::lanes, dense_point<Avx512>, dense_interval<Avx512>, dense_weights<Avx512>, relu<Avx512>, fma_peak<Avx512>, product<Avx512>, collect<Avx512>, relax_changes<Avx512>, relax_nominals<Avx512>};

}  // namespace parabound

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
