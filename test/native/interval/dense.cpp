// The dense kernels of every back end that runs here, against exact rationals and against each other, and dot products of
// plain intervals. Also: NaN and infinite ends, every remainder of columns and rows, and the choice of a back end.
#include <algorithm>
#include <cstring>

#include "../check.hpp"
#include "cases.hpp"
#include "interval/simd/backend.hpp"
#include "rational.hpp"

namespace {

using oracle::Rational;
using parabound::Backend;
using parabound::Columns;
using parabound::Interval;

/// Packed point weights, packed interval weights, point weights as they are without biases.
enum class Kernel { point, interval, weights };
const char* name_of(Kernel kernel) { return kernel == Kernel::point ? "point" : (kernel == Kernel::interval ? "interval" : "weights"); }

struct Problem {
  int inputs, outputs, columns;
  std::vector<Interval> weights, biases;  // points but for Kernel::interval
  std::vector<Interval> x;                // inputs x columns
};

/// Numbers for sums: a few that are far apart, and many that cancel.
double number(cases::Source& source, int style) {
  switch (style) {
    case 0: return source.moderate(2);
    case 1: return source.moderate(60);
    case 2: return static_cast<double>(source.below(9) - 4);
    default: {
      const double x = source.operand();
      return std::isinf(x) ? 0.0 : x;
    }
  }
}

Interval interval(cases::Source& source, int style) {
  const double a = number(source, style);
  const double b = source.below(3) ? source.jitter(a) : number(source, style);
  const Interval x = a < b ? Interval::of(a, b) : Interval::of(b, a);
  return x.is_finite() ? x : Interval(1.0);
}

Problem problem(cases::Source& source, Kernel kernel) {
  Problem p;
  p.inputs = 1 + static_cast<int>(source.below(source.below(8) ? 6 : 200));
  p.outputs = 1 + static_cast<int>(source.below(6));
  p.columns = 1 + static_cast<int>(source.below(40));
  const int style = static_cast<int>(source.below(4));
  const auto weight = [&] { return kernel == Kernel::interval ? interval(source, style) : Interval(number(source, style)); };
  for (int i = 0; i < p.inputs * p.outputs; ++i) p.weights.push_back(weight());
  for (int i = 0; i < p.outputs; ++i) p.biases.push_back(kernel == Kernel::weights ? Interval(0.0) : weight());
  for (int i = 0; i < p.inputs * p.columns; ++i) p.x.push_back(interval(source, style));
  return p;
}

Columns pack(const Problem& p) {
  Columns in(static_cast<std::size_t>(p.inputs), static_cast<std::size_t>(p.columns));
  for (std::size_t i = 0; i < p.x.size(); ++i) in.set(i / p.columns, i % p.columns, p.x[i]);
  return in;
}

__attribute__((noinline)) Columns run(const Backend& b, const Problem& p, Kernel kernel) {
  const Columns in = pack(p);
  Columns out(static_cast<std::size_t>(p.outputs), static_cast<std::size_t>(p.columns));
  std::vector<double> weights, biases;
  for (const Interval w : p.weights) weights.push_back(w.hi);
  for (const Interval w : p.biases) biases.push_back(w.hi);
  const parabound::PointLayer points(p.inputs, p.outputs, weights.data(), biases.data());
  const parabound::IntervalLayer intervals(p.inputs, p.outputs, p.weights.data(), p.biases.data());
  const parabound::RoundUp up;
  switch (kernel) {
    case Kernel::point: b.dense_point(points, in.rows(), out.rows(), in.stride()); break;
    case Kernel::interval: b.dense_interval(intervals, in.rows(), out.rows(), in.stride()); break;
    case Kernel::weights: b.dense_weights(weights.data(), p.inputs, p.outputs, in.rows(), out.rows(), in.stride(), out.columns()); break;
  }
  return out;
}

/// The exact largest (sign = 1) or least (sign = -1) value of an output over the box of weights and inputs.
void extreme(Rational& sum, const Problem& p, int r, int c, int sign) {
  sum.set(sign > 0 ? p.biases[r].hi : p.biases[r].lo());
  Rational best, trial;
  for (int j = 0; j < p.inputs; ++j) {
    const Interval w = p.weights[r * p.inputs + j], x = p.x[j * p.columns + c];
    bool first = true;
    for (const double a : {w.lo(), w.hi}) {
      for (const double b : {x.lo(), x.hi}) {
        trial.set(0);
        trial.add_product(a, b);
        if (first || sign * mpq_cmp(trial.get(), best.get()) > 0) mpq_set(best.get(), trial.get());
        first = false;
        if (x.is_point()) break;
      }
      if (w.is_point()) break;
    }
    sum.add(sum, best);
  }
}

void check_exact(Kernel kernel, long n) {
  cases::Source source(kernel == Kernel::point ? 12 : (kernel == Kernel::interval ? 13 : 17));
  int count = 0;
  const Backend* const* const list = parabound::available_backends(&count);
  Rational most, least;
  for (long done = 0; done < n; ++done) {
    const Problem p = problem(source, kernel);
    std::vector<Columns> answers;
    for (int i = 0; i < count; ++i) answers.push_back(run(*list[i], p, kernel));
    for (int sample = 0; sample < 4; ++sample) {
      const int r = static_cast<int>(source.below(p.outputs)), c = static_cast<int>(source.below(p.columns));
      extreme(most, p, r, c, 1);
      extreme(least, p, r, c, -1);
      // A priori: n + 1 roundings or twice that, each by 2^-52 of a sum that never exceeds this.
      double mass = p.biases[r].mag();
      for (int j = 0; j < p.inputs; ++j) mass += p.weights[r * p.inputs + j].mag() * p.x[j * p.columns + c].mag();
      const double slack = 2.5 * (p.inputs + 1) * (0x1p-52 * mass + 0x1p-1074);
      for (int i = 0; i < count; ++i) {
        const Interval y = answers[i].get(r, c);
        CHECK_THAT(most.compare(y.hi) <= 0 && least.compare(y.lo()) >= 0, "%s %s: [%a, %a] misses [%a, %a]", list[i]->name,
                   name_of(kernel), y.lo(), y.hi, least.nearest(), most.nearest());
        if (mass < 1e300) {
          CHECK_THAT(y.hi - most.nearest() <= slack && least.nearest() - y.lo() <= slack, "%s %s: [%a, %a] is far from [%a, %a]",
                     list[i]->name, name_of(kernel), y.lo(), y.hi, least.nearest(), most.nearest());
        }
      }
    }
    // Every output of every back end: overlap with the scalar one's, no NaN; fused back ends agree to the bit.
    for (int i = 1; i < count; ++i) {
      for (int r = 0; r < p.outputs; ++r) {
        for (int c = 0; c < p.columns; ++c) {
          const Interval a = answers[0].get(r, c), b = answers[i].get(r, c), f = answers[1].get(r, c);
          CHECK(a.lo() <= b.hi && b.lo() <= a.hi);
          CHECK_THAT(b.nlo == f.nlo && b.hi == f.hi, "%s and %s differ", list[1]->name, list[i]->name);
        }
      }
    }
  }
}

/// Infinite and NaN ends: each answer encloses that of plain interval arithmetic at the finite points, and none is NaN.
void check_special(long n) {
  cases::Source source(14);
  int count = 0;
  const Backend* const* const list = parabound::available_backends(&count);
  const double odd[] = {cases::kInfinity, std::nan(""), 0.0, 1e308, 5e-324};
  Rational value;
  for (long done = 0; done < n; ++done) {
    const Kernel kernel = static_cast<Kernel>(source.below(3));
    Problem p = problem(source, kernel), finite = p;
    for (std::size_t i = 0; i < p.x.size(); ++i) {
      if (source.below(4) == 0) p.x[i].hi = std::fmax(odd[source.below(5)], p.x[i].hi);
      if (source.below(4) == 0) p.x[i].nlo = std::fmax(odd[source.below(5)], p.x[i].nlo);
      if (source.below(40) == 0) p.x[i].hi = std::nan("");
    }
    if (source.below(5) == 0) p.weights.back() = finite.weights.back() = source.below(2) ? 0.0 : -0.0;
    if (kernel == Kernel::interval && source.below(3) == 0) p.weights[0].hi = odd[source.below(2)];
    for (int i = 0; i < count; ++i) {
      const Columns y = run(*list[i], p, kernel);
      for (int r = 0; r < p.outputs; ++r) {
        for (int c = 0; c < p.columns; ++c) {
          CHECK(y.rows()[2 * r * y.stride() + c] == y.rows()[2 * r * y.stride() + c]);
          CHECK(y.rows()[(2 * r + 1) * y.stride() + c] == y.rows()[(2 * r + 1) * y.stride() + c]);
        }
      }
      const int r = static_cast<int>(source.below(p.outputs)), c = static_cast<int>(source.below(p.columns));
      extreme(value, finite, r, c, 1);
      CHECK_THAT(value.compare(y.get(r, c).hi) <= 0, "%s: hi = %a, can be %a", list[i]->name, y.get(r, c).hi, value.nearest());
      extreme(value, finite, r, c, -1);
      CHECK_THAT(value.compare(y.get(r, c).lo()) >= 0, "%s: lo = %a, can be %a", list[i]->name, y.get(r, c).lo(), value.nearest());
    }
  }
}

void check_relu() {
  cases::Source source(15);
  int count = 0;
  const Backend* const* const list = parabound::available_backends(&count);
  for (int i = 0; i < count; ++i) {
    Columns x(30, 37);
    std::vector<Interval> before;
    for (int j = 0; j < 30 * 37; ++j) {
      const double a = source.operand(), b = source.operand();
      before.push_back(Interval::of(std::fmin(a, b), std::fmax(a, b)));
      x.set(j / 37, j % 37, before.back());
    }
    x.rows()[0] = x.rows()[x.stride()] = std::nan("");
    list[i]->relu(x.rows(), 30, x.stride());
    CHECK(x.rows()[0] == 0 && x.rows()[x.stride()] == cases::kInfinity);
    for (int j = 1; j < 30 * 37; ++j) {
      const Interval y = x.get(j / 37, j % 37), z = relu(before[j]);
      CHECK_THAT(y.nlo == z.nlo && y.hi == z.hi, "%s: [%a, %a]", list[i]->name, y.lo(), y.hi);
    }
  }
}

__attribute__((noinline)) void dot(const std::vector<Interval>& a, const std::vector<Interval>& b, Interval& sum) {
  const parabound::RoundUp up;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
}

/// Sums of products of intervals of every exponent.
void check_dot(long n) {
  cases::Source source(16);
  Rational value;
  for (long done = 0; done < n; ++done) {
    const int style = static_cast<int>(source.below(4)), length = 1 + static_cast<int>(source.below(20));
    Problem p{length, 1, 1, {}, {Interval(0.0)}, {}};
    for (int i = 0; i < length; ++i) {
      p.weights.push_back(interval(source, style));
      p.x.push_back(interval(source, style));
    }
    Interval sum;
    dot(p.weights, p.x, sum);
    extreme(value, p, 0, 0, 1);
    CHECK_THAT(value.compare(sum.hi) <= 0, "hi = %a, can be %a", sum.hi, value.nearest());
    extreme(value, p, 0, 0, -1);
    CHECK_THAT(value.compare(sum.lo()) >= 0, "lo = %a, can be %a", sum.lo(), value.nearest());
  }
}

void check_choice() {
  int count = 0;
  const Backend* const* const list = parabound::available_backends(&count);
  CHECK(count >= 1 && std::strcmp(list[0]->name, "scalar") == 0);
  for (int i = 0; i < count; ++i) {
    CHECK(parabound::find_backend(list[i]->name) == list[i]);
    CHECK(list[i]->lanes >= 1 && parabound::kColumnUnit % list[i]->lanes == 0);
    double sink = 0;
    CHECK(list[i]->fma_peak(10, &sink) == 120 * list[i]->lanes);
  }
  CHECK(parabound::find_backend("sse9") == nullptr);
  // The variable is read when a back end is first asked for, and again after a refusal.
  setenv("PARABOUND_ISA", "sse9", 1);
  bool refused = false;
  try {
    parabound::backend();
  } catch (const parabound::BackendUnavailable& error) {
    refused = std::strstr(error.what(), "sse9") != nullptr && std::strstr(error.what(), "scalar") != nullptr;
  }
  CHECK(refused);
  setenv("PARABOUND_ISA", "scalar", 1);
  CHECK(&parabound::backend() == list[0]);
}

}  // namespace

int main() {
  check_choice();
  check_relu();
  check_dot(cases::count(20000));
  check_exact(Kernel::point, cases::count(4000));
  check_exact(Kernel::interval, cases::count(3000));
  check_exact(Kernel::weights, cases::count(4000));
  check_special(cases::count(4000));
  CHECK(parabound::observed_rounding() == 0);
  return check::outcome();
}
