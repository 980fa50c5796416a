// What branch and bound relies on, for every query: a bound is at least every value attained in its box, by whatever
// parameters; contracting loses no input that counts; and a witness is worth what it says.
#include <algorithm>

#include "../bound/random.hpp"
#include "../bound/truth.hpp"

#include "bound/point.hpp"
#include "search/corner.hpp"
#include "search/problem.hpp"

namespace {

using namespace parabound;
using random_case::Style;
using truth::Point;
using truth::Real;

struct Question {
  random_case::Case c;
  Problem problem;
  std::vector<double> domain;

  const double* nominal() const { return c.network.parameters.data(); }
  const Network& network() const { return c.network; }
  std::size_t nominal_count() const { return c.network.parameters.size(); }  // settle_labels may add some
  std::vector<Real> outputs(const std::vector<Real>& z) const {
    return truth::outputs(problem.measure == Measure::logit ? Activation::linear : network().last().activation, z);
  }
};

/// A difference that long double cannot tell from zero. Numbers are exact where the network is piecewise linear and coarse.
bool close(Real difference) { return difference != 0 && std::fabs(difference) < 0x1p-45L; }

/// The label of pre-activations z, by the outputs, the lowest index on a tie; -1 where long double cannot tell.
int label_of(const Question& q, const std::vector<Real>& z) {
  const Activation act = q.network().last().activation;
  if (z.size() == 1) {
    const Real above = truth::apply(act, z[0]) - static_cast<Real>(q.problem.decision.level);
    const bool smooth = act == Activation::sigmoid || act == Activation::tanh;
    return close(above) || (smooth && std::fabs(above) < 0x1p-45L) ? -1 : above > 0;
  }
  int best = 0;
  const auto key = [&](int j) {
    const Real one = z[static_cast<std::size_t>(j)], f = act == Activation::relu ? std::max(one, Real(0)) : one;  // the others increase strictly
    return q.problem.decision.smallest ? -f : f;
  };
  for (int j = 1; j < static_cast<int>(z.size()); ++j) {
    if (close(key(j) - key(best))) return -1;
    if (key(j) > key(best)) best = j;
  }
  return best;
}

Real inverse(Activation act, Real level) {
  if (act == Activation::sigmoid) return std::log(level) - std::log1p(-level);
  if (act == Activation::tanh) return std::atanh(level);
  return level;
}

/// |f - level|, or the best of the outputs less the second.
Real margin(const Question& q, const std::vector<Real>& z) {
  std::vector<Real> f = q.outputs(z);
  if (f.size() == 1) {
    const Real level = q.problem.decision.level;
    return std::fabs(f[0] - (q.problem.measure == Measure::logit ? inverse(q.network().last().activation, level) : level));
  }
  if (q.problem.decision.smallest)
    for (Real& one : f) one = -one;
  std::sort(f.begin(), f.end());
  return f[f.size() - 1] - f[f.size() - 2];
}

/// The query's value at (x, p); minus infinity where it does not count.
Real value(const Question& q, const Point& x, const double* p) {
  const std::vector<Real> z0 = truth::logits(q.network(), q.nominal(), x), z = truth::logits(q.network(), p, x);
  if (q.problem.query == Query::epsilon) {
    const std::vector<Real> f0 = q.outputs(z0), f = q.outputs(z);
    Real most = 0;
    for (const int o : q.problem.outputs) most = std::max(most, std::fabs(f[static_cast<std::size_t>(o)] - f0[static_cast<std::size_t>(o)]));
    return most;
  }
  const int c = label_of(q, z0), given = q.problem.query == Query::reach ? -2 : label_of(q, z);
  if (c != q.problem.decision.label || given == -1 || given == c) return -INFINITY;
  return q.problem.query == Query::reach ? 1 : margin(q, z0);
}

/// Parameters that move the label or the output far: those of the search itself, and random ones.
std::vector<std::vector<double>> tries(cases::Source& source, const Question& q, const Point& x) {
  std::vector<std::vector<double>> all;
  for (int n = 0; n < 4; ++n) all.push_back(random_case::parameters(source, q.c));
  const int k = q.network().outputs();
  for (int n = 0; n < 2; ++n) {
    int plus = static_cast<int>(source.below(k + 1)) - 1, minus = static_cast<int>(source.below(k + 1)) - 1;
    if (plus == minus) plus = 0, minus = -1;
    const Head head = make_head(q.network(), q.c.box, plus, minus);
    if (q.network().hidden_layers() <= 1) {
      all.push_back(best_corner(q.network(), q.c.box, head, x.data()));
    } else {
      all.push_back(gradient_corner(q.network(), q.c.box, [&](const std::vector<double>& z, std::vector<double>& gradient) {
        gradient.assign(z.size(), 0.0);
        if (plus >= 0) gradient[static_cast<std::size_t>(plus)] = 1;
        if (minus >= 0) gradient[static_cast<std::size_t>(minus)] = -1;
        return (plus >= 0 ? z[static_cast<std::size_t>(plus)] : 0) - (minus >= 0 ? z[static_cast<std::size_t>(minus)] : 0);
      }, x.data(), 4));
    }
  }
  return all;
}

Real best(const Question& q, const Point& x, const std::vector<std::vector<double>>& list) {
  Real most = -INFINITY;
  for (const auto& p : list) most = std::max(most, value(q, x, p.data()));
  return most;
}

Question ask(cases::Source& source, Query query, Style style, bool deep) {
  Question q;
  random_case::Shape shape;
  shape.style = style;
  if (deep) shape.least_hidden = 2, shape.most_hidden = 2;
  shape.last = {Activation::linear, Activation::relu, Activation::sigmoid, Activation::tanh};
  if (source.below(3) == 0) shape.last = {Activation::softmax}, shape.least_outputs = 2;
  q.c = random_case::make(source, shape);
  const Network& network = q.c.network;
  const int k = network.outputs();
  q.problem.network = network;
  q.problem.box = q.c.box;
  q.problem.query = query;
  // Labels of ReLU outputs do not follow the logits: the query layer refuses that margin.
  const bool refused = query != Query::epsilon && network.last().activation == Activation::relu && k > 1;
  q.problem.measure = source.below(3) || refused ? Measure::confidence : Measure::logit;
  for (int o = 0; o < k; ++o)
    if (o == 0 || source.below(2)) q.problem.outputs.push_back(o);
  Decision& decision = q.problem.decision;
  decision.label = static_cast<int>(source.below(std::max(k, 2)));
  decision.smallest = k > 1 && source.below(2);
  decision.level = source.below(2) ? 0.5 : 0.125 * static_cast<double>(source.below(11) - 1);
  if (q.problem.measure == Measure::logit && k == 1) decision.level = 0.5;
  q.problem.settle_labels();
  q.domain = random_case::domain(source, network.inputs, style);
  return q;
}

constexpr Real kRoom = 0x1p-46L;

/// A box of the objective's own variables over the inputs `ends`; the shares of hidden units are whole.
std::vector<double> box_over(const Objective& objective, const std::vector<double>& ends) { return objective.root(ends.data()); }

void check_bounds(cases::Source& source, const Question& q, Objective& objective, const std::vector<double>& ends, const Domain& X) {
  std::vector<Real> upper;
  Real most = -INFINITY;
  for (int s = 0; s < objective.subproblems(); ++s) {
    upper.push_back(objective.bound(s, X).upper);
    CHECK(upper.back() == upper.back());
    most = std::max(most, upper.back());
  }
  for (int n = 0; n < 4; ++n) {
    const Point x = random_case::point(source, ends);
    const Real attained = best(q, x, tries(source, q, x));
    CHECK_THAT(attained <= most + kRoom || (q.problem.query == Query::epsilon && attained <= kRoom),
               "query %d measure %d last %d label %d smallest %d outputs %d hidden %d: bound %La, attained %La", static_cast<int>(q.problem.query),
               static_cast<int>(q.problem.measure), static_cast<int>(q.network().last().activation), q.problem.decision.label,
               q.problem.decision.smallest, q.network().outputs(), q.network().hidden_layers(), most, attained);
  }
}

/// Inputs above the threshold stay; or, where a variable was pinned, the input moved to the face is no worse. All
/// subproblems are contracted: an input counts in one of them at least.
void check_contraction(cases::Source& source, const Question& q, Objective& objective, const std::vector<double>& ends,
                       const std::vector<double>& box, const Domain& X) {
  const Point probe = random_case::point(source, ends);
  const Real there = best(q, probe, tries(source, q, probe));
  double threshold = there > -INFINITY ? static_cast<double>(there) * (source.below(2) ? 0.5 : 1.0) : 0.0;
  if (source.below(4) == 0) threshold = 0;
  if (source.below(6) == 0) threshold = -std::numeric_limits<double>::denorm_min();
  std::vector<std::vector<double>> left;
  for (int s = 0; s < objective.subproblems(); ++s) {
    if (!(objective.bound(s, X).upper > threshold)) continue;  // such boxes are closed first
    std::vector<double> narrowed = box;
    const Contraction result = objective.contract(s, X, threshold, narrowed.data());
    if (result == Contraction::none) CHECK(narrowed == box);
    if (result != Contraction::empty) left.push_back(std::move(narrowed));
  }
  for (int n = 0; n < 4; ++n) {
    Point x = n ? random_case::point(source, ends) : probe;
    const auto list = tries(source, q, x);
    const Real attained = best(q, x, list);
    if (!(attained > static_cast<Real>(threshold) + kRoom) && !(threshold < 0 && attained >= 0)) continue;
    bool kept = false;
    for (const auto& narrowed : left) {
      Point moved = x;
      for (std::size_t j = 0; j < x.size(); ++j) moved[j] = std::min(std::max(x[j], narrowed[2 * j]), narrowed[2 * j + 1]);
      if (moved == x) kept = true;
      if (kept || q.problem.query != Query::epsilon) continue;
      auto more = tries(source, q, moved);
      more.insert(more.end(), list.begin(), list.end());
      for (int s = 0; s < objective.subproblems() && !kept; ++s) {
        Witness found;
        Domain point;
        std::vector<double> at;
        for (const double one : moved) at.insert(at.end(), {one, one});
        at = box_over(objective, at);
        point.set(at.data(), objective.variables());
        if (objective.improve(s, point, point, -kInf, found)) more.push_back(found.parameters);
      }
      kept = best(q, moved, more) >= attained - kRoom;
    }
    CHECK_THAT(kept, "query %d measure %d last %d: an input of %La above %a was lost, of %zu boxes", static_cast<int>(q.problem.query),
               static_cast<int>(q.problem.measure), static_cast<int>(q.network().last().activation), attained, threshold, left.size());
  }
}

void check_witness(const Question& q, Objective& objective, const Domain& X) {
  for (int s = 0; s < objective.subproblems(); ++s) {
    Witness found;
    objective.bound(s, X);
    if (!objective.improve(s, X, X, -kInf, found) || !found.proved) continue;
    for (std::size_t i = 0; q.problem.query != Query::reach && i < q.nominal_count(); ++i)
      CHECK(q.c.box.inner_lo[i] <= found.parameters[i] && found.parameters[i] <= q.c.box.inner_hi[i]);
    for (std::size_t j = 0; j < found.input.size(); ++j) CHECK(X.x[j].contains(found.input[j]));
    const Real attained = value(q, found.input, found.parameters.data());
    // -inf where long double cannot tell the label: intervals can, next to a tie, as they work on the differences.
    const bool told = attained > -INFINITY || label_of(q, truth::logits(q.network(), q.nominal(), found.input)) == -1 ||
                      label_of(q, truth::logits(q.network(), found.parameters.data(), found.input)) == -1;
    CHECK_THAT(told && (attained == -INFINITY || attained >= found.value - kRoom), "query %d last %d label %d smallest %d: says %a, is %La",
               static_cast<int>(q.problem.query), static_cast<int>(q.network().last().activation), q.problem.decision.label,
               q.problem.decision.smallest, found.value, attained);
  }
}

void one(cases::Source& source, Query query, Style style, bool deep) {
  const Question q = ask(source, query, style, deep);
  const auto objective = q.problem.objective();
  for (int n = 0; n < 3; ++n) {
    const std::vector<double> ends = n == 0 ? q.domain : random_case::part(source, q.domain);
    const std::vector<double> box = box_over(*objective, ends);
    Domain X;
    X.set(box.data(), objective->variables());
    if (style == Style::huge) {
      for (int s = 0; s < objective->subproblems(); ++s) CHECK(!(objective->bound(s, X).upper != objective->bound(s, X).upper));
      continue;
    }
    check_bounds(source, q, *objective, ends, X);
    check_contraction(source, q, *objective, ends, box, X);
    if (n == 0) check_witness(q, *objective, X);
  }
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(7);
  for (long n = cases::count(5000); n > 0; --n) {
    for (const Query query : {Query::epsilon, Query::sigma, Query::sigma, Query::reach}) {
      one(source, query, Style::coarse, false);
      one(source, query, Style::fine, false);
      if (n % 4 == 0) one(source, query, Style::coarse, true);
      if (n % 8 == 0) one(source, query, Style::huge, n % 16 == 0);
    }
  }
  return check::outcome();
}
