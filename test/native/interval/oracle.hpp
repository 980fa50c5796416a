// MPFR as the oracle: the real value to 2^-120 relative, far closer than any double can be wrong.
#pragma once

#include <mpfr.h>

namespace oracle {

/// A number of 192 bits, within 2^-120 of itself of what it stands for.
class Real {
 public:
  Real() { mpfr_init2(v_, 192); }
  explicit Real(double x) : Real() { mpfr_set_d(v_, x, MPFR_RNDN); }
  ~Real() { mpfr_clear(v_); }
  Real(const Real&) = delete;
  Real& operator=(const Real&) = delete;
  mpfr_ptr get() { return v_; }
  double nearest() const { return mpfr_get_d(v_, MPFR_RNDN); }

  /// lo <= value <= hi, to within the 2^-120 (an exactly representable value is compared exactly).
  bool inside(double lo, double hi) {
    if (mpfr_nan_p(v_)) return false;
    if (mpfr_cmp_d(v_, lo) >= 0 && mpfr_cmp_d(v_, hi) <= 0) return true;
    Real slack;
    mpfr_abs(slack.v_, v_, MPFR_RNDU);
    mpfr_mul_2si(slack.v_, slack.v_, -120, MPFR_RNDU);
    Real end;
    mpfr_add(end.v_, v_, slack.v_, MPFR_RNDU);
    if (mpfr_cmp_d(end.v_, lo) < 0) return false;
    mpfr_sub(end.v_, v_, slack.v_, MPFR_RNDD);
    return mpfr_cmp_d(end.v_, hi) <= 0;
  }

 private:
  mpfr_t v_;
};

inline void exp(Real& out, double x) {
  Real a(x);
  mpfr_exp(out.get(), a.get(), MPFR_RNDN);
}
inline void tanh(Real& out, double x) {
  Real a(x);
  mpfr_tanh(out.get(), a.get(), MPFR_RNDN);
}
inline void sigmoid(Real& out, double x) {
  exp(out, -x);
  mpfr_add_ui(out.get(), out.get(), 1, MPFR_RNDN);
  mpfr_ui_div(out.get(), 1, out.get(), MPFR_RNDN);
}
/// e / (1 + e)^2, e = exp(-|x|).
inline void sigmoid_derivative(Real& out, double x) {
  Real e, d;
  exp(e, x > 0 ? -x : x);
  mpfr_add_ui(d.get(), e.get(), 1, MPFR_RNDN);
  mpfr_sqr(d.get(), d.get(), MPFR_RNDN);
  mpfr_div(out.get(), e.get(), d.get(), MPFR_RNDN);
}
/// sigmoid'(x) (e - 1)/(1 + e), with the sign of -x.
inline void sigmoid_second(Real& out, double x) {
  Real a(x > 0 ? -x : x), e, d;
  sigmoid_derivative(out, x);
  mpfr_exp(e.get(), a.get(), MPFR_RNDN);
  mpfr_add_ui(d.get(), e.get(), 1, MPFR_RNDN);
  mpfr_expm1(e.get(), a.get(), MPFR_RNDN);
  mpfr_div(e.get(), e.get(), d.get(), MPFR_RNDN);
  mpfr_mul(out.get(), out.get(), e.get(), MPFR_RNDN);
  if (x < 0) mpfr_neg(out.get(), out.get(), MPFR_RNDN);
}
inline void tanh_derivative(Real& out, double x) {
  Real a(x);
  mpfr_cosh(a.get(), a.get(), MPFR_RNDN);
  mpfr_sqr(a.get(), a.get(), MPFR_RNDN);
  mpfr_ui_div(out.get(), 1, a.get(), MPFR_RNDN);
}
inline void tanh_second(Real& out, double x) {
  Real t;
  tanh(t, x);
  tanh_derivative(out, x);
  mpfr_mul(out.get(), out.get(), t.get(), MPFR_RNDN);
  mpfr_mul_si(out.get(), out.get(), -2, MPFR_RNDN);
}
/// ln l - ln(1 - l), by ln(1 + t) with t = (2l - 1)/(1 - l): 2l - 1 and 1 - l are exact in 192 bits for l >= 2^-130.
inline void logit(Real& out, double l) {
  Real t, d(l);
  if (l < 0x1p-100) {
    mpfr_log(out.get(), d.get(), MPFR_RNDN);
    mpfr_neg(t.get(), d.get(), MPFR_RNDN);
    mpfr_log1p(t.get(), t.get(), MPFR_RNDN);
    mpfr_sub(out.get(), out.get(), t.get(), MPFR_RNDN);
    return;
  }
  mpfr_ui_sub(d.get(), 1, d.get(), MPFR_RNDN);
  mpfr_set_d(t.get(), l, MPFR_RNDN);
  mpfr_sub(t.get(), t.get(), d.get(), MPFR_RNDN);
  mpfr_div(t.get(), t.get(), d.get(), MPFR_RNDN);
  mpfr_log1p(out.get(), t.get(), MPFR_RNDN);
}

}  // namespace oracle
