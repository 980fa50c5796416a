// Random questions (a network, a parameter box, a domain, a query), and their true values at one input and one
// parameter vector, by the definitions alone.
#pragma once

#include <algorithm>

#include "../bound/random.hpp"
#include "../bound/truth.hpp"

#include "bound/head.hpp"
#include "search/corner.hpp"
#include "search/problem.hpp"

namespace question {

using namespace parabound;
using random_case::Style;
using truth::Point;
using truth::Real;

struct Question {
  random_case::Case c;
  Problem problem;
  std::vector<double> domain;  // of the inputs as they are asked about

  /// What the network is fed for the input x.
  std::vector<Real> fed(const Point& x) const {
    std::vector<Real> out(x.begin(), x.end());
    const Scaling& by = problem.scaling;
    for (std::size_t j = 0; !by.identity() && j < out.size(); ++j) out[j] = (out[j] - by.mean[j]) / by.range[j];
    return out;
  }
  /// The domain of what it is fed, in doubles that contain it.
  std::vector<double> image() const {
    RoundUp up;
    std::vector<double> ends(domain);
    for (std::size_t j = 0; !problem.scaling.identity() && j < ends.size(); ++j) {
      const Interval at = problem.scaling.image(j / 2, domain[j]);
      ends[j] = j % 2 ? at.hi : at.lo();
    }
    return ends;
  }

  const double* nominal() const { return c.network.parameters.data(); }
  const Network& network() const { return c.network; }
  std::size_t nominal_count() const { return c.network.parameters.size(); }  // settle_labels may add some
  std::vector<Real> outputs(const std::vector<Real>& z) const {
    return truth::outputs(problem.measure == Measure::logit ? Activation::linear : network().last().activation, z);
  }
};

/// A difference that long double cannot tell from zero. Numbers are exact where the network is piecewise linear and coarse.
inline bool close(Real difference) { return difference != 0 && std::fabs(difference) < 0x1p-45L; }

/// The label of pre-activations z, by the outputs, the lowest index on a tie; -1 where long double cannot tell.
inline int label_of(const Question& q, const std::vector<Real>& z) {
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

inline Real inverse(Activation act, Real level) {
  if (act == Activation::sigmoid) return std::log(level) - std::log1p(-level);
  if (act == Activation::tanh) return std::atanh(level);
  return level;
}

/// |f - level|, or the best of the outputs less the second.
inline Real margin(const Question& q, const std::vector<Real>& z) {
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
inline Real value(const Question& q, const Point& x, const double* p) {
  const std::vector<Real> z0 = truth::logits(q.network(), q.nominal(), q.fed(x)), z = truth::logits(q.network(), p, q.fed(x));
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
inline std::vector<std::vector<double>> tries(cases::Source& source, const Question& q, const Point& given) {
  const std::vector<Real> fed = q.fed(given);
  const Point x(fed.begin(), fed.end());
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

inline Real best(const Question& q, const Point& x, const std::vector<std::vector<double>>& list) {
  Real most = -INFINITY;
  for (const auto& p : list) most = std::max(most, value(q, x, p.data()));
  return most;
}

/// The same question of a network that normalises its inputs.
inline void scale(cases::Source& source, Question& q) {
  Scaling& by = q.problem.scaling;
  for (int j = 0; j < q.network().inputs; ++j) {
    by.mean.push_back(random_case::number(source, Style::fine));
    by.range.push_back(source.uniform(0.3, 3));
    by.lower.push_back(q.domain[2 * static_cast<std::size_t>(j)]);
    by.upper.push_back(q.domain[2 * static_cast<std::size_t>(j) + 1]);
  }
}

inline Question ask(cases::Source& source, Query query, Style style, bool deep) {
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

}  // namespace question
