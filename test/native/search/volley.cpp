// What the attack evaluates without forming parameters is what the formed ones give, and lies in the boxes; where flips end, none helps.
#include "search/volley.hpp"

#include <cmath>
#include <random>

#include "../check.hpp"
#include "search/plain.hpp"

using namespace parabound;

namespace {

std::mt19937 generator(7);
double random(double lo, double hi) { return lo + (hi - lo) * std::uniform_real_distribution<>(0, 1)(generator); }

enum class Kind { uniform, ragged, copy };

struct Case {
  Network network;
  ParameterBox box;
  std::vector<double> ends;
};

Case make_case(Kind kind, Activation hidden, Activation last) {
  Case c;
  c.network.inputs = 4;
  for (const int width : {9, 5, 7}) c.network.add_layer(width, hidden);
  c.network.add_layer(3, last);
  std::vector<double> lower, upper;
  for (std::size_t i = 0; i < c.network.parameter_count(); ++i) {
    const double p = random(-1, 1), middle = p + (kind == Kind::uniform ? 0 : random(-0.1, 0.1));
    const double radius = kind == Kind::uniform ? 0.0625 : (kind == Kind::ragged && i % 3 > 0 ? random(0, 0.2) : 0);
    c.network.parameters.push_back(p);
    lower.push_back(middle - radius);
    upper.push_back(middle + radius);
  }
  c.box = box_from_bounds(c.network.parameters.data(), lower.data(), upper.data(), lower.size());
  for (int j = 0; j < c.network.inputs; ++j) {
    const double lo = random(-1, 1);
    c.ends.insert(c.ends.end(), {lo, j == 2 ? lo : lo + random(0, 2)});
  }
  return c;
}

std::vector<double> outputs(const Network& network, const std::vector<double>& parameters, std::vector<double> h) {
  for (const Layer& layer : network.layers) {
    std::vector<double> a;
    for (int i = 0; i < layer.outputs; ++i) {
      double sum = parameters[layer.bias(i)];
      for (int j = 0; j < layer.inputs; ++j) sum += parameters[layer.weight(i, j)] * h[static_cast<std::size_t>(j)];
      a.push_back(plain_activation(layer.activation, sum));
    }
    h = a;
  }
  return h;
}

double change(const Case& c, const Direction& direction, const std::vector<double>& x, const std::vector<double>& p) {
  const auto o = static_cast<std::size_t>(direction.output);
  return direction.sign * (outputs(c.network, p, x)[o] - outputs(c.network, c.network.parameters, x)[o]);
}

bool near(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance * (1 + std::fabs(a)); }

bool inside(const Case& c, const std::vector<double>& x, const std::vector<double>& p) {
  for (std::size_t j = 0; j < x.size(); ++j)
    if (!(x[j] >= c.ends[2 * j] && x[j] <= c.ends[2 * j + 1])) return false;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!(p[i] >= c.box.inner_lo[i] && p[i] <= c.box.inner_hi[i])) return false;
  return x.size() == static_cast<std::size_t>(c.network.inputs) && p.size() == c.network.parameters.size();
}

/// The variable's slope by a difference of values.
void check_slope(Batch& batch, double* at, std::size_t column, double slope) {
  const double step = 1e-6, was = at[column];
  at[column] = was + step;
  const double above = batch.evaluate(false)[column];
  at[column] = was - step;
  const double below = batch.evaluate(false)[column];
  at[column] = was;
  const double measured = (above - below) / (2 * step);
  CHECK_THAT(near(slope, measured, 1e-5), "slope=%g measured=%g", slope, measured);
}

void check_batch(Kind kind, Activation hidden, Activation last) {
  const Case c = make_case(kind, hidden, last);
  const Changes changes(c.network, c.box, {0, 2}, Measure::confidence);
  Domain X;
  X.set(c.ends.data(), c.network.inputs);
  Batch batch(c.network, c.box, changes.directions(), changes.activation());
  batch.within(X);
  CHECK(batch.moving() == (std::vector<int>{0, 1, 3}));
  CHECK(batch.free() == (kind != Kind::copy));
  batch.reshape(11);
  for (std::size_t k = 0; k < batch.columns(); ++k) {
    batch.aim(k, k % changes.directions().size());
    for (const int j : batch.moving()) batch.input(j)[k] = random(X.x[static_cast<std::size_t>(j)].lo(), X.x[static_cast<std::size_t>(j)].hi);
    if (!batch.free()) continue;
    for (std::size_t l = 0; l < c.network.layers.size(); ++l)
      for (int i = 0; i < c.network.layers[l].outputs; ++i)
        batch.shares(l).row(static_cast<std::size_t>(i))[k] = k % 2 ? random(-1, 1) : (random(-1, 1) > 0 ? 1 : -1);
  }
  const std::vector<double> values = batch.evaluate();
  std::vector<double> slopes;
  for (const int j : batch.moving()) slopes.push_back(batch.input_slope(j)[3]);
  if (batch.free()) slopes.push_back(batch.share_slopes(1).row(2)[3]);
  for (std::size_t k = 0; k < batch.columns(); ++k) {
    const std::vector<double> x = batch.inputs(k), p = batch.parameters(k);
    CHECK(inside(c, x, p));
    const double formed = change(c, changes.directions()[batch.aim(k)], x, p);
    CHECK_THAT(near(values[k], formed, 1e-12), "column %zu: %.17g, formed %.17g", k, values[k], formed);
  }
  std::size_t at = 0;
  for (const int j : batch.moving()) check_slope(batch, batch.input(j), 3, slopes[at++]);
  if (batch.free()) check_slope(batch, batch.shares(1).row(2), 3, slopes[at]);
  // A look turns each column to where its change is largest.
  const std::vector<double> looked = batch.look();
  for (std::size_t k = 0; k < batch.columns(); ++k)
    for (const Direction& direction : changes.directions()) {
      const double other = change(c, direction, batch.inputs(k), batch.parameters(k));
      CHECK_THAT(looked[k] >= other - 1e-12 * (1 + std::fabs(other)), "%g, but %g", looked[k], other);
    }
}

struct Tries {
  int count = 0, worse = 0;
};

void check_volley(Kind kind, Activation hidden, Activation last, Tries& walks) {
  const Case c = make_case(kind, hidden, last);
  const Changes changes(c.network, c.box, {0, 1, 2}, Measure::confidence);
  Domain X;
  X.set(c.ends.data(), c.network.inputs);
  Volley volley(c.network, c.box, changes.directions(), changes.activation());
  const auto check = [&](const std::vector<Shot>& shots) {
    CHECK(!shots.empty());
    for (const Shot& shot : shots) {
      CHECK(inside(c, shot.input, shot.parameters));
      CHECK(near(shot.value, change(c, changes.directions()[shot.direction], shot.input, shot.parameters), 1e-11));
      const std::vector<Interval> input(shot.input.begin(), shot.input.end());
      CHECK(near(shot.value, changes.proved(changes.directions()[shot.direction], input, shot.parameters), 1e-11));
      CHECK(shot.value <= shots[0].value);
    }
  };
  const std::vector<Shot> shots = volley.everywhere(X, 1);
  check(shots);
  check(volley.near(X, X, 1, -kInf));
  CHECK(volley.near(X, X, 1, kInf).empty());
  double before = -kInf;
  for (int turn = 0; turn < 3; ++turn) {  // walkers keep the best of before
    const std::vector<Shot> wandered = volley.wander(X, static_cast<std::uint64_t>(turn));
    check(wandered);
    CHECK(wandered[0].value >= before - 1e-12);
    before = wandered[0].value;
  }
  ++walks.count;
  walks.worse += before < 0.999 * shots[0].value;
  // A thousand random corners give hardly more, if ever.
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> x, p;
    for (const Interval& side : X.x) x.push_back(random(0, 1) < 0.5 ? side.lo() : side.hi);
    for (std::size_t k = 0; k < c.network.parameters.size(); ++k) p.push_back(random(0, 1) < 0.5 ? c.box.inner_lo[k] : c.box.inner_hi[k]);
    for (const Direction& direction : changes.directions()) CHECK(0.9 * change(c, direction, x, p) <= shots[0].value + 1e-11);
  }
}

/// Where flips end, the value is what the batch evaluates there, no single variable at an end of its would be better, and nothing is lost.
void check_coordinates(Kind kind, Activation hidden, Activation last) {
  const Case c = make_case(kind, hidden, last);
  const Changes changes(c.network, c.box, {0, 1, 2}, Measure::confidence);
  Domain X;
  X.set(c.ends.data(), c.network.inputs);
  Batch batch(c.network, c.box, changes.directions(), changes.activation());
  batch.within(X);
  batch.reshape(1);
  std::vector<double> x(X.c), shares;
  for (const int j : batch.moving()) x[static_cast<std::size_t>(j)] = random(X.x[static_cast<std::size_t>(j)].lo(), X.x[static_cast<std::size_t>(j)].hi);
  for (const Layer& layer : c.network.layers)
    for (int i = 0; i < layer.outputs; ++i) shares.push_back(random(-1, 1));
  const auto value = [&](const std::vector<double>& at, const std::vector<double>& s) {
    std::size_t next = 0;
    for (const int j : batch.moving()) batch.input(j)[0] = at[static_cast<std::size_t>(j)];
    for (std::size_t l = 0; l < c.network.layers.size(); ++l)
      for (int i = 0; i < c.network.layers[l].outputs; ++i) batch.shares(l).row(static_cast<std::size_t>(i))[0] = s[next++];
    return batch.evaluate(false)[0];
  };
  const std::size_t direction = 2;
  batch.aim(0, direction);
  const double before = value(x, shares);
  CoordinateAscent flips(c.network, changes.directions(), changes.activation());
  flips.stand(batch, direction, x, shares);
  double products = 1e9;
  const double after = flips.climb(X, products);
  CHECK(products < 1e9 && after >= before && after == flips.value());
  CHECK_THAT(near(after, value(flips.inputs(), flips.shares()), 1e-10), "%.17g, evaluated %.17g", after, value(flips.inputs(), flips.shares()));
  for (std::size_t v = 0; v < shares.size(); ++v)
    for (const double end : {-1.0, 1.0}) {
      std::vector<double> other(flips.shares());
      other[v] = end;
      const double flipped = value(flips.inputs(), other);
      CHECK_THAT(flipped <= after + 1e-9, "share %zu to %g gives %g, not %g", v, end, flipped, after);
    }
  for (const int j : batch.moving())
    for (const double end : {X.x[static_cast<std::size_t>(j)].lo(), X.x[static_cast<std::size_t>(j)].hi}) {
      std::vector<double> other(flips.inputs());
      other[static_cast<std::size_t>(j)] = end;
      const double moved = value(other, flips.shares());
      CHECK_THAT(moved <= after + 1e-9, "input %d to %g gives %g, not %g", j, end, moved, after);
    }
}

}  // namespace

int main() {
  Tries walks;
  for (int i = 0; i < 20; ++i)
    for (const Kind kind : {Kind::uniform, Kind::ragged, Kind::copy})
      for (const Activation hidden : {Activation::relu, Activation::tanh, Activation::sigmoid})
        for (const Activation last : {Activation::linear, Activation::sigmoid}) {
          const RoundUp up;
          check_batch(kind, hidden, last);
          check_volley(kind, hidden, last, walks);
          if (kind != Kind::copy) check_coordinates(kind, hidden, last);
        }
  CHECK_THAT(walks.worse * 4 < walks.count, "%d of %d walks end below what climbing finds", walks.worse, walks.count);
  return check::outcome();
}
