// One double at a time, for any machine, by a multiplication and an addition, each rounded up.
#include "backend.hpp"

namespace parabound {
namespace {

struct Scalar {
  using Vector = double;
  static constexpr int lanes = 1;
  static double load(const double* p) { return *p; }
  static void store(double* p, double x) { *p = x; }
  static double all(double x) { return x; }
  static double multiply_add(double a, double b, double c) { return a * b + c; }
  static double larger(double a, double b) { return a > b ? a : b; }
  static double smaller(double a, double b) { return a < b ? a : b; }
  static double nan_to_infinity(double a) { return a == a ? a : kInf; }
  static double add(double a, double b) { return a + b; }
  static double subtract(double a, double b) { return a - b; }
  static double choose_less(double a, double b, double then, double other) { return a < b ? then : other; }
  static constexpr int rows = 2;
};

#include "kernels.inl"
#include "lines.inl"

}  // namespace

extern const Backend kScalarBackend;
const Backend kScalarBackend = {"scalar",    Scalar::lanes, dense_point<Scalar>, dense_interval<Scalar>, dense_weights<Scalar>,
                                relu<Scalar>, fma_peak<Scalar>, product<Scalar>, collect<Scalar>, relax_changes<Scalar>, relax_nominals<Scalar>};

}  // namespace parabound
