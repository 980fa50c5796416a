// + - * / relu sqr hull meet on intervals, against exact rationals: containment at ends and inside,
// and that an end which is not the exact extreme is the double next to it.
#include "interval/interval.hpp"

#include "../check.hpp"
#include "cases.hpp"
#include "rational.hpp"

namespace {

using oracle::Rational;
using parabound::Interval;

struct Operation {
  const char* name;
  Interval (*apply)(Interval, Interval);
  void (*exact)(Rational&, const Rational&, const Rational&);
};

const Operation kOperations[] = {
    {"+", [](Interval a, Interval b) { return a + b; }, [](Rational& r, const Rational& a, const Rational& b) { r.add(a, b); }},
    {"-", [](Interval a, Interval b) { return a - b; }, [](Rational& r, const Rational& a, const Rational& b) { r.sub(a, b); }},
    {"*", [](Interval a, Interval b) { return a * b; }, [](Rational& r, const Rational& a, const Rational& b) { r.mul(a, b); }},
    {"w*", [](Interval a, Interval b) { return a.hi * b; }, [](Rational& r, const Rational& a, const Rational& b) { r.mul(a, b); }},
    {"*w", [](Interval a, Interval b) { return a * b.hi; }, [](Rational& r, const Rational& a, const Rational& b) { r.mul(a, b); }},
    {"/", [](Interval a, Interval b) { return a / b; }, [](Rational& r, const Rational& a, const Rational& b) { r.div(a, b); }},
};

__attribute__((noinline)) void apply_all(const Operation& o, const std::vector<Interval>& a, const std::vector<Interval>& b,
                                         std::vector<Interval>& c) {
  const parabound::RoundUp up;
  c.resize(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) c[i] = o.apply(a[i], b[i]);
}

/// A finite number of x: an end, or something between.
double member(cases::Source& source, Interval x) {
  constexpr double largest = std::numeric_limits<double>::max();
  const double lo = std::fmax(x.lo(), -largest), hi = std::fmin(x.hi, largest);
  switch (source.below(4)) {
    case 0: return lo;
    case 1: return hi;
    default: return std::fmin(std::fmax(0.5 * lo + 0.5 * hi + source.uniform(-0.5, 0.5) * (0.5 * hi - 0.5 * lo), lo), hi);
  }
}

Interval random_interval(cases::Source& source, bool point) {
  double a = source.operand();
  if (point) return Interval(std::isinf(a) ? 1.0 : a);
  double b = source.below(3) == 0 ? source.jitter(a) : source.operand();
  if (a > b) std::swap(a, b);
  if (a == cases::kInfinity || b == -cases::kInfinity) return Interval(0.0);
  return Interval::of(a, b);
}

void check_operation(const Operation& o, long n) {
  cases::Source source(4);
  std::vector<Interval> a, b, c;
  for (long i = 0; i < n; ++i) {
    a.push_back(random_interval(source, o.name[0] == 'w' || source.below(3) == 0));
    b.push_back(random_interval(source, o.name[1] == 'w' || source.below(3) == 0));
  }
  apply_all(o, a, b, c);

  Rational value;
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK_THAT(c[i].nlo == c[i].nlo && c[i].hi == c[i].hi && c[i].lo() <= c[i].hi, "%s gives [%a, %a]", o.name, c[i].lo(), c[i].hi);
    const double x = member(source, a[i]), y = member(source, b[i]);
    if (o.name[0] == '/' && y == 0) continue;
    const Rational p(x), q(y);
    o.exact(value, p, q);
    CHECK_THAT(value.inside(c[i].lo(), c[i].hi), "[%a, %a] %s [%a, %a] = [%a, %a] misses %a %s %a", a[i].lo(), a[i].hi, o.name, b[i].lo(),
               b[i].hi, c[i].lo(), c[i].hi, x, o.name, y);
    // On points the ends are the exact value's neighbours, or itself twice.
    if (a[i].is_point() && b[i].is_point()) {
      const double width = cases::steps(c[i].lo(), c[i].hi);
      CHECK_THAT(value.compare(c[i].hi) == 0 ? width == 0 : width == 1, "%a %s %a = [%a, %a]", x, o.name, y, c[i].lo(), c[i].hi);
    }
  }
}

/// The four corners decide the range of * and /: each end is within one step of the extreme corner.
void check_tight(const Operation& o, long n) {
  cases::Source source(5);
  std::vector<Interval> a, b, c;
  while (static_cast<long>(a.size()) < n) {
    const Interval x = random_interval(source, false), y = random_interval(source, false);
    if (!x.is_finite() || !y.is_finite() || (o.name[0] == '/' && y.contains(0))) continue;
    a.push_back(x);
    b.push_back(y);
  }
  apply_all(o, a, b, c);
  for (std::size_t i = 0; i < a.size(); ++i) {
    bool lo_met = false, hi_met = false;
    for (const double x : {a[i].lo(), a[i].hi}) {
      for (const double y : {b[i].lo(), b[i].hi}) {
        const Rational p(x), q(y);
        Rational value;
        o.exact(value, p, q);
        hi_met = hi_met || value.compare(std::nextafter(c[i].hi, -cases::kInfinity)) > 0;
        lo_met = lo_met || value.compare(std::nextafter(c[i].lo(), cases::kInfinity)) < 0;
      }
    }
    CHECK_THAT(lo_met && hi_met, "[%a, %a] %s [%a, %a] = [%a, %a]", a[i].lo(), a[i].hi, o.name, b[i].lo(), b[i].hi, c[i].lo(), c[i].hi);
  }
}

__attribute__((noinline)) void unary_all(Interval (*f)(Interval), const std::vector<Interval>& a, std::vector<Interval>& c) {
  const parabound::RoundUp up;
  c.resize(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) c[i] = f(a[i]);
}

void check_unary(long n) {
  cases::Source source(6);
  std::vector<Interval> a, square, positive, opposite;
  for (long i = 0; i < n; ++i) a.push_back(random_interval(source, source.below(3) == 0));
  unary_all(parabound::sqr, a, square);
  unary_all(parabound::relu, a, positive);
  unary_all([](Interval x) { return -x; }, a, opposite);
  Rational value;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = member(source, a[i]);
    const Rational p(x);
    value.mul(p, p);
    CHECK_THAT(value.inside(square[i].lo(), square[i].hi), "sqr[%a, %a] = [%a, %a]", a[i].lo(), a[i].hi, square[i].lo(), square[i].hi);
    CHECK(square[i].lo() >= 0);
    CHECK(positive[i].lo() == std::fmax(a[i].lo(), 0.0) && positive[i].hi == std::fmax(a[i].hi, 0.0));
    CHECK(opposite[i].lo() == -a[i].hi && opposite[i].hi == -a[i].lo());
    const double m = a[i].mid();
    CHECK_THAT(a[i].contains(m) && std::isfinite(m), "mid[%a, %a] = %a", a[i].lo(), a[i].hi, m);
    CHECK(a[i].mag() == std::fmax(std::fabs(a[i].lo()), std::fabs(a[i].hi)));
    CHECK(a[i].contains(a[i].mig()) || a[i].contains(-a[i].mig()));
    const Interval other = a[(i + 1) % a.size()], both = hull(a[i], other), common = meet(a[i], other);
    CHECK(both.contains(a[i].lo()) && both.contains(a[i].hi) && both.contains(other.lo()) && both.contains(other.hi));
    CHECK(common.lo() <= common.hi && a[i].contains(common.lo()) && a[i].contains(common.hi));
  }
}

/// rad and width are upper bounds.
void check_radius(long n) {
  cases::Source source(7);
  std::vector<Interval> a, width, ball;
  for (long i = 0; i < n; ++i) a.push_back(random_interval(source, false));
  unary_all([](Interval x) { return Interval(x.width()); }, a, width);
  unary_all([](Interval x) { return Interval::of(x.mid(), x.rad()); }, a, ball);  // two numbers, not an interval
  Rational d;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double m = ball[i].lo(), r = ball[i].hi, w = width[i].hi;
    CHECK(r >= 0 && w >= 0 && a[i].contains(m));
    if (!a[i].is_finite()) continue;
    const Rational lo(a[i].lo()), hi(a[i].hi), middle(m);
    d.sub(hi, lo);
    CHECK_THAT(d.compare(w) <= 0, "width[%a, %a] = %a", a[i].lo(), a[i].hi, w);
    d.sub(hi, middle);
    CHECK_THAT(d.compare(r) <= 0, "rad[%a, %a] = %a", a[i].lo(), a[i].hi, r);
    d.sub(middle, lo);
    CHECK_THAT(d.compare(r) <= 0, "rad[%a, %a] = %a", a[i].lo(), a[i].hi, r);
  }
}

/// x + x, x * x and the like with both operands one object, and results written over an operand.
void check_aliasing() {
  cases::Source source(8);
  std::vector<Interval> a, twice, square, over;
  for (int i = 0; i < 1000; ++i) a.push_back(random_interval(source, false));
  std::vector<Interval> copy = a;
  apply_all(kOperations[0], a, copy, twice);
  apply_all(kOperations[2], a, copy, square);
  unary_all([](Interval x) { x += x; return x; }, a, over);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(over[i].nlo == twice[i].nlo && over[i].hi == twice[i].hi);
  unary_all([](Interval x) { x = x * x; return x; }, a, over);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(over[i].nlo == square[i].nlo && over[i].hi == square[i].hi);
}

/// NaN never comes out; a NaN end counts as infinite.
void check_special() {
  const double nan = std::nan(""), inf = cases::kInfinity;
  std::vector<Interval> special = {Interval::whole(), Interval::of(0, inf), Interval::of(-inf, 0), 0.0, -0.0, 1.0, Interval::of(-1, 1)};
  for (const double lo : {nan, 0.0, 1.0, -inf}) {
    for (const double hi : {nan, 2.0, inf}) special.push_back(Interval::stored(-lo, hi));
  }
  for (const Operation& o : kOperations) {
    for (const Interval x : special) {
      for (const Interval y : special) {
        // A factor w is a finite number.
        if ((o.name[0] == 'w' && !x.is_point()) || (o.name[1] == 'w' && !y.is_point())) continue;
        std::vector<Interval> a{x}, b{y}, c;
        apply_all(o, a, b, c);
        CHECK_THAT(c[0].nlo == c[0].nlo && c[0].hi == c[0].hi && c[0].lo() <= c[0].hi, "[%a, %a] %s [%a, %a]", x.lo(), x.hi, o.name, y.lo(), y.hi);
      }
    }
  }
  // With NaN stored in an end, from outside: the worst answer, never a tighter one.
  Interval bad;
  bad.nlo = nan;
  bad.hi = 3;
  std::vector<Interval> c;
  apply_all(kOperations[5], {Interval::of(1, 2)}, {bad}, c);
  CHECK(c[0].lo() == -inf && c[0].hi == inf);
  bad.hi = nan;
  unary_all(parabound::relu, {bad}, c);
  CHECK(c[0].lo() == 0 && c[0].hi == inf);
  apply_all(kOperations[2], {Interval(0.0)}, {Interval::whole()}, c);
  CHECK(c[0].lo() == 0 && c[0].hi == 0);  // 0 times any real
  apply_all(kOperations[5], {1.0}, {Interval::of(-1, 1)}, c);
  CHECK(c[0].lo() == -inf && c[0].hi == inf);
}

}  // namespace

int main() {
  for (const Operation& o : kOperations) {
    check_operation(o, cases::count(300000));
    check_tight(o, cases::count(30000));
  }
  check_unary(cases::count(200000));
  check_radius(cases::count(50000));
  check_aliasing();
  check_special();
  CHECK(parabound::observed_rounding() == 0);
  return check::outcome();
}
