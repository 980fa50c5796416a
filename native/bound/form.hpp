// What is known of one quantity q(x) over a box X with centre c: four enclosures of different use.
//
//   v     q(c)
//   r     q(X)
//   k, s  an affine enclosure: q(x) in k + sum_j s_j (x_j - c_j) for every x in X
//   g     the (Clarke) generalised gradient over X, for monotonicity
//
// Where q is smooth, k = v and s = g: the mean-value form, whose excess width is of second order in
// the width of X. Across a kink the affine enclosure may come from a relaxation instead (k is then
// wider than v, s narrower than g). `mean_value` says which: it promises k = v and s = g.
//
// A quantity that depends on parameters p too is enclosed for every p of its box at once; "exact"
// then means that p was eliminated in closed form before.
#pragma once

#include <cassert>
#include <vector>

#include "../interval/interval.hpp"

namespace parabound {

/// One quantity; s and g have one entry per variable and live in the owning Forms.
struct Form {
  Interval v, r, k;
  Interval* s = nullptr;
  Interval* g = nullptr;
  bool mean_value = true;
};

/// `count` quantities over the same `variables`, with their slopes in one block.
class Forms {
 public:
  void resize(int count, int variables) {
    variables_ = variables;
    items_.assign(static_cast<std::size_t>(count), Form{});
    slopes_.assign(2 * static_cast<std::size_t>(count) * static_cast<std::size_t>(variables), Interval());
    for (int i = 0; i < count; ++i) {
      const std::size_t at = 2 * static_cast<std::size_t>(i) * static_cast<std::size_t>(variables);
      items_[static_cast<std::size_t>(i)].s = slopes_.data() + at;
      items_[static_cast<std::size_t>(i)].g = slopes_.data() + at + variables;
    }
  }
  Form& operator[](int i) { return items_[static_cast<std::size_t>(i)]; }
  const Form& operator[](int i) const { return items_[static_cast<std::size_t>(i)]; }
  int count() const { return static_cast<int>(items_.size()); }
  int variables() const { return variables_; }

 private:
  int variables_ = 0;
  std::vector<Form> items_;
  std::vector<Interval> slopes_;
};

/// The box X as the forms see it: centre, and offsets u_j = x_j - c_j as intervals.
struct Domain {
  int variables = 0;
  std::vector<Interval> x;  // [lo_j, hi_j], exact
  std::vector<double> c;    // a double in x_j
  std::vector<Interval> u;  // encloses x_j - c_j

  /// `ends` is lo_0, hi_0, lo_1, hi_1, ...
  void set(const double* ends, int count) {
    variables = count;
    x.resize(static_cast<std::size_t>(count));
    c.resize(static_cast<std::size_t>(count));
    u.resize(static_cast<std::size_t>(count));
    for (int j = 0; j < count; ++j) {
      const auto at = static_cast<std::size_t>(j);
      x[at] = Interval::of(ends[2 * j], ends[2 * j + 1]);
      c[at] = x[at].mid();
      u[at] = x[at].is_point() ? Interval(0.0) : x[at] - Interval(c[at]);
    }
  }
  /// The box {at}.
  void set_point(const std::vector<double>& at) {
    variables = static_cast<int>(at.size());
    x.assign(at.begin(), at.end());
    c = at;
    u.assign(at.size(), Interval(0.0));
  }
  bool is_point() const {
    for (const Interval& side : x)
      if (!side.is_point()) return false;
    return true;
  }
};

/// Encloses sum_j s_j u_j.
inline Interval slope_range(const Interval* s, const Domain& X) {
  Interval sum(0.0);
  for (int j = 0; j < X.variables; ++j) sum += s[j] * X.u[static_cast<std::size_t>(j)];
  return sum;
}
/// Encloses q(X) by its affine enclosure.
inline Interval affine_range(const Form& q, const Domain& X) { return q.k + slope_range(q.s, X); }

inline void copy_slopes(Form& to, const Interval* s, const Interval* g, int n) {
  for (int j = 0; j < n; ++j) {
    to.s[j] = s[j];
    to.g[j] = g[j];
  }
}
inline void copy(Form& to, const Form& from, int n) {
  to.v = from.v;
  to.r = from.r;
  to.k = from.k;
  to.mean_value = from.mean_value;
  copy_slopes(to, from.s, from.g, n);
}
inline void zero(Form& to, int n) {
  to.v = to.r = to.k = Interval(0.0);
  to.mean_value = true;
  for (int j = 0; j < n; ++j) to.s[j] = to.g[j] = Interval(0.0);
}
/// to += w * from
inline void add_scaled(Form& to, Interval w, const Form& from, int n) {
  to.v += w * from.v;
  to.r += w * from.r;
  to.k += w * from.k;
  to.mean_value = to.mean_value && from.mean_value;
  for (int j = 0; j < n; ++j) {
    to.s[j] += w * from.s[j];
    to.g[j] += w * from.g[j];
  }
}
inline void add_scaled(Form& to, double w, const Form& from, int n) {
  to.v += w * from.v;
  to.r += w * from.r;
  to.k += w * from.k;
  to.mean_value = to.mean_value && from.mean_value;
  for (int j = 0; j < n; ++j) {
    to.s[j] += w * from.s[j];
    to.g[j] += w * from.g[j];
  }
}
inline void add_constant(Form& to, Interval c) {
  to.v += c;
  to.r += c;
  to.k += c;
}

}  // namespace parabound
