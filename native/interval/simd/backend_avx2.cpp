// Four doubles at a time, with fused multiply-adds: x86-64 with AVX2 and FMA.
//
// Compiled without -m flags: the pragma below gives this instruction set to the functions between it
// and its end, and to nothing else. Shared headers come before it, so that what they define inline
// never holds an instruction that another machine lacks.
#if defined(__x86_64__)
#include <immintrin.h>

#include "backend.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

namespace parabound {
namespace {

struct Avx2 {
  using Vector = __m256d;
  static constexpr int lanes = 4;
  static Vector load(const double* p) { return _mm256_loadu_pd(p); }
  static void store(double* p, Vector x) { _mm256_storeu_pd(p, x); }
  static Vector all(double x) { return _mm256_set1_pd(x); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm256_fmadd_pd(a, b, c); }
  static Vector larger(Vector a, Vector b) { return _mm256_max_pd(a, b); }
  static Vector smaller(Vector a, Vector b) { return _mm256_min_pd(a, b); }
  static Vector nan_to_infinity(Vector a) {
    const __m256d nan = _mm256_cmp_pd(a, a, _CMP_UNORD_Q);
    return _mm256_blendv_pd(a, _mm256_set1_pd(kInf), nan);
  }
  static Vector add(Vector a, Vector b) { return _mm256_add_pd(a, b); }
  static Vector subtract(Vector a, Vector b) { return _mm256_sub_pd(a, b); }
  static Vector choose_less(Vector a, Vector b, Vector then, Vector other) {
    return _mm256_blendv_pd(other, then, _mm256_cmp_pd(a, b, _CMP_LT_OQ));
  }
  static constexpr int rows = 2;
};

#include "kernels.inl"
#include "lines.inl"

}  // namespace

extern const Backend kAvx2Backend;
const Backend kAvx2Backend = {"avx2", Avx2::lanes, dense_point<Avx2>, dense_interval<Avx2>, dense_weights<Avx2>, relu<Avx2>, fma_peak<Avx2>, product<Avx2>, collect<Avx2>, relax_changes<Avx2>, relax_nominals<Avx2>};

}  // namespace parabound

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
