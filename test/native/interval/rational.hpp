// Exact rationals (GMP) as the oracle for arithmetic.
#pragma once

#include <gmp.h>

#include <cmath>

namespace oracle {

class Rational {
 public:
  Rational() { mpq_init(q_); }
  explicit Rational(double x) : Rational() { mpq_set_d(q_, x); }  // exact; x finite
  ~Rational() { mpq_clear(q_); }
  Rational(const Rational&) = delete;
  Rational& operator=(const Rational&) = delete;
  mpq_ptr get() { return q_; }

  /// The sign of value - x; x may be infinite.
  int compare(double x) const {
    if (std::isinf(x)) return x > 0 ? -1 : 1;
    const Rational exact(x);
    return mpq_cmp(q_, exact.q_);
  }
  bool inside(double lo, double hi) const { return compare(lo) >= 0 && compare(hi) <= 0; }
  double nearest() const { return mpq_get_d(q_); }

  void set(double x) { mpq_set_d(q_, x); }
  void add(const Rational& a, const Rational& b) { mpq_add(q_, a.q_, b.q_); }
  void sub(const Rational& a, const Rational& b) { mpq_sub(q_, a.q_, b.q_); }
  void mul(const Rational& a, const Rational& b) { mpq_mul(q_, a.q_, b.q_); }
  void div(const Rational& a, const Rational& b) { mpq_div(q_, a.q_, b.q_); }
  /// this += a * b
  void add_product(double a, double b) {
    Rational x(a), y(b);
    mpq_mul(x.q_, x.q_, y.q_);
    mpq_add(q_, q_, x.q_);
  }

 private:
  mpq_t q_;
};

}  // namespace oracle
