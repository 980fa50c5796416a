#include "volley.hpp"

#include <cmath>
#include <numeric>

#include "../bound/interrupt.hpp"

namespace parabound {
namespace {

constexpr std::size_t kStarts = 64, kMostStarts = 512, kLooks = 256, kManyInputs = 64, kFirst = 16, kSecond = 8, kNear = 8, kShots = 3;
constexpr std::size_t kAfresh = 4;          // every so many volleys: what is best so far may be a trap
constexpr std::size_t kShort = 30000000;  // weights times columns: some milliseconds
constexpr double kMomentum = 0.75, kShorter = 0.8, kShortest = 0.01, kFailed = 0.35;
constexpr double kAscending = 1000, kMostAscending = 3e7;  // coordinate ascent: products, so many passes over the weights, and no more
constexpr double kTurned = 0.3;                          // the most that is turned over before it starts again
constexpr double kFlipped = 0.5, kNearest = 0.05;  // of a varied start: shares flipped at most, the smallest reach of its inputs

/// NaN becomes an end, too.
double clamp(double x, double lo, double hi) { return !(x > lo) ? lo : (x < hi ? x : hi); }

}  // namespace

void Volley::within(const Domain& whole) {
  const auto same = [](Interval a, Interval b) { return a.lo() == b.lo() && a.hi == b.hi; };
  if (!whole_.x.empty() && std::equal(whole.x.begin(), whole.x.end(), whole_.x.begin(), whole_.x.end(), same)) return;
  whole_ = whole;
  batch_.within(whole);
  elite_.clear();
  walkers_.forget();
  elite_value_ = ascended_.value = -kInf;
}

/// Makes room; values are unspecified then, and nothing has been found.
void Volley::reshape(std::size_t count) {
  batch_.reshape(count);
  variables_ = batch_.variables(whole_);
  const std::size_t stride = padded_columns(batch_.columns());
  for (Rows* rows : {&best_, &best_slope_, &previous_}) rows->reshape(variables_.size(), stride);
  best_value_.assign(batch_.columns(), -kInf);
  better_.resize(batch_.columns());
}

/// A start of the `turn`-th kind. Where all pre-activations are raised every relu is on: steps small enough to be safe would hardly
/// ever turn on those that are off, and wide boxes have their largest changes there.
void Volley::start(std::size_t column, const Domain& from, std::size_t turn) {
  const std::size_t inputs = batch_.moving().size();
  for (std::size_t v = 0; v < inputs; ++v) {
    const auto j = static_cast<std::size_t>(batch_.moving()[v]);
    const double lo = from.x[j].lo(), hi = from.x[j].hi;
    const double at = turn < 2 ? from.c[j] : (turn % 4 < 2 ? lo + (hi - lo) * random() : (random() < 0.5 ? lo : hi));
    variables_[v].at[column] = clamp(at, lo, hi);
  }
  for (std::size_t v = inputs; v < variables_.size(); ++v)
    variables_[v].at[column] = turn % 2 == 0 ? 0.0 : (turn % 4 == 1 ? 1.0 : (random() < 0.5 ? -1.0 : 1.0));
}

/// A start not far from the best so far: how far, and in how much of it, differs from column to column.
void Volley::vary(std::size_t column) {
  const std::size_t inputs = batch_.moving().size();
  batch_.aim(column, elite_aim_);
  const double flipped = kFlipped * random(), moved = random(), reach = std::pow(kNearest, random());
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const Variable& u = variables_[v];
    double at = elite_[v];
    if (v >= inputs) at = random() < flipped ? -at : at;
    else if (random() < moved) at += reach * (2 * random() - 1) * (u.hi - u.lo);
    u.at[column] = clamp(at, u.lo, u.hi);
  }
}

/// The best response of the parameters to each start, by the slopes there.
void Volley::respond() {
  if (!batch_.free()) {
    batch_.look();
    return record();
  }
  batch_.evaluate();
  record();
  batch_.answer();
  batch_.evaluate();
  record();
}

/// Keeps of each column the best that was evaluated; where columns stand where they were best, their slopes.
void Volley::record(bool standing) {
  const std::vector<double>& value = batch_.value();
  const std::size_t columns = batch_.columns();
  for (std::size_t k = 0; k < columns; ++k) {
    better_[k] = standing || value[k] >= best_value_[k] ? 1.0 : 0.0;
    best_value_[k] = value[k] >= best_value_[k] ? value[k] : best_value_[k];
  }
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const Variable& u = variables_[v];
    double *best = best_.row(v), *slope = best_slope_.row(v);
    for (std::size_t k = 0; k < columns; ++k) {
      best[k] = better_[k] > 0 ? u.at[k] : best[k];
      slope[k] = better_[k] > 0 ? u.slope[k] : slope[k];
    }
  }
}

/// The best `count` columns, each where it was best.
void Volley::keep(std::size_t count) {
  const std::size_t columns = batch_.columns();
  count = std::min((count + kColumnUnit - 1) / kColumnUnit * kColumnUnit, columns);
  std::vector<std::size_t> order(columns), aims(columns);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // NaN never gets into best_value_.
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) { return best_value_[a] > best_value_[b]; });
  for (std::size_t k = 0; k < columns; ++k) aims[k] = batch_.aim(k);
  const std::vector<double> values(best_value_);
  std::swap(room_, best_);
  reshape(count);
  for (std::size_t k = 0; k < count; ++k) {
    batch_.aim(k, aims[order[k]]);
    best_value_[k] = values[order[k]];
  }
  for (std::size_t v = 0; v < variables_.size(); ++v)
    for (std::size_t k = 0; k < count; ++k) variables_[v].at[k] = best_.row(v)[k] = room_.row(v)[order[k]];
}

void Volley::step_by_signs(int steps, double length) {
  const std::size_t columns = batch_.columns();
  for (std::size_t v = 0; v < variables_.size(); ++v) std::copy_n(variables_[v].at, columns, previous_.row(v));
  for (int step = 0; step < steps; ++step) {
    batch_.evaluate();
    record(step == 0);
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      const Variable& u = variables_[v];
      const double by = (u.hi - u.lo) * length;
      double* previous = previous_.row(v);
      for (std::size_t k = 0; k < columns; ++k) {
        const double at = u.at[k], to = clamp(at + (u.slope[k] > 0 ? by : (u.slope[k] < 0 ? -by : 0.0)), u.lo, u.hi);
        u.at[k] = clamp(at + kMomentum * (to - at) + (1 - kMomentum) * (at - previous[k]), u.lo, u.hi);
        previous[k] = at;
      }
    }
    length = std::max(kShortest, kShorter * length);
  }
}

void Volley::step_to_vertices(int steps, double part) {
  const std::size_t columns = batch_.columns();
  part_.assign(columns, part);
  for (int step = 0; step < steps; ++step) {
    batch_.evaluate();
    record(step == 0);
    if (step > 0)
      for (std::size_t k = 0; k < columns; ++k) part_[k] = better_[k] > 0 ? std::min(1.0, 2 * part_[k]) : kFailed * part_[k];
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      const Variable& u = variables_[v];
      const double *best = best_.row(v), *slope = best_slope_.row(v);
      for (std::size_t k = 0; k < columns; ++k) {
        const double to = slope[k] > 0 ? u.hi : (slope[k] < 0 ? u.lo : best[k]);
        u.at[k] = clamp(best[k] + part_[k] * (to - best[k]), u.lo, u.hi);
      }
    }
  }
}

std::size_t Volley::work(const Domain& whole) {
  within(whole);
  const Layer& first = network_.layers[0];
  return network_.parameters.size() - static_cast<std::size_t>(first.outputs) * (static_cast<std::size_t>(first.inputs) - batch_.moving().size());
}

bool Volley::settled(const Domain& whole) {
  within(whole);
  return batch_.moving().empty() && !batch_.free();
}

std::vector<Shot> Volley::everywhere(const Domain& whole, std::uint64_t seed) {
  generator_.seed(seed);
  turning_.seed(seed);
  const bool fixed = settled(whole), fresh = volleys_++ % kAfresh == 0 || elite_.empty();
  const std::size_t directions = directions_.size();
  // Looking takes a pass forward for all directions, and tells more where inputs are few.
  const std::size_t looks = batch_.moving().size() <= kManyInputs ? kLooks : kStarts;
  reshape(fixed ? 1 : (batch_.free() ? std::min(std::max(kStarts, 2 * directions), kMostStarts) : looks));
  for (std::size_t k = 0; k < batch_.columns(); ++k) {
    batch_.aim(k, k % directions);
    if (fresh || k < batch_.columns() / 2) start(k, whole, batch_.free() ? k / directions : k);
    else vary(k);
  }
  try {
    if (work(whole) * batch_.columns() <= kShort) {  // even a search whose time is up gets something
      const Patience enough(nullptr, kInf);
      respond();
    } else {
      respond();
    }
    if (!fixed) {
      keep(kFirst);
      if (batch_.free()) step_by_signs(10, 0.5);
      else step_to_vertices(10, 1.0);
      keep(kSecond);
      step_by_signs(10, 0.3);
      keep(kSecond);
      step_to_vertices(10, 1.0);
    }
    std::vector<Shot> found = shots();
    if (batch_.free() && !found.empty()) ascend(whole, found);
    return found;
  } catch (const Interrupted&) {  // what was found counts
  }
  return shots();
}

std::vector<Shot> Volley::wander(const Domain& whole, std::uint64_t seed) {
  within(whole);
  walkers_.walk(whole, seed);
  if (walkers_.found().empty()) return {};
  const Patience enough(nullptr, kInf);  // it takes a pass forward
  const Walker& best = walkers_.found()[0];
  reshape(1);
  for (std::size_t v = 0; v < variables_.size(); ++v) std::fill_n(variables_[v].at, batch_.columns(), best.at[v]);
  batch_.aim(0, best.aim);
  return {{batch_.evaluate(false)[0], best.aim, batch_.inputs(0), batch_.parameters(0)}};
}

std::vector<Shot> Volley::near(const Domain& X, const Domain& whole, std::size_t direction, double promising) {
  within(whole);
  reshape(kNear);
  for (std::size_t k = 0; k < batch_.columns(); ++k) {
    batch_.aim(k, direction);
    start(k, X, k);
  }
  respond();
  if (!(*std::max_element(best_value_.begin(), best_value_.end()) > promising)) return {};
  try {
    keep(kNear);
    step_to_vertices(20, 0.3);
  } catch (const Interrupted&) {
  }
  return shots();
}

/// Coordinate ascent where the best columns stand; then from the best that it has found, part of that turned over.
void Volley::ascend(const Domain& whole, std::vector<Shot>& found) {
  const std::size_t inputs = batch_.moving().size();
  double products = std::min(kMostAscending, kAscending * static_cast<double>(work(whole)));
  std::vector<double> x(whole.c), shares(variables_.size() - inputs);
  const auto climb = [&](std::size_t direction) {
    coordinates_.stand(batch_, direction, x, shares);
    if (coordinates_.climb(whole, products) > ascended_.value) ascended_ = {coordinates_.value(), direction, coordinates_.inputs(), coordinates_.shares()};
  };
  for (std::size_t k = 0; k < found.size() && products > 0; ++k) {
    x = found[k].input;
    for (std::size_t v = 0; v < shares.size(); ++v) shares[v] = best_.row(inputs + v)[k];
    climb(found[k].direction);
  }
  if (!(ascended_.value > -kInf)) return;
  for (bool near = true; products > 0; near = !near) {
    const double turned = near ? kTurned * turning() : 0.5;
    x = ascended_.input;
    for (const int j : batch_.moving()) {
      const Interval side = whole.x[static_cast<std::size_t>(j)];
      if (turning() < turned) x[static_cast<std::size_t>(j)] = turning() < 0.5 ? side.lo() : side.hi;
    }
    for (std::size_t v = 0; v < shares.size(); ++v) shares[v] = (turning() < turned ? -1.0 : 1.0) * ascended_.parameters[v];
    climb(near ? ascended_.direction : static_cast<std::size_t>(turning() * static_cast<double>(directions_.size())));
  }
  if (!(ascended_.value > found[0].value)) return;
  for (std::size_t v = 0; v < inputs; ++v) variables_[v].at[0] = ascended_.input[static_cast<std::size_t>(batch_.moving()[v])];
  for (std::size_t v = 0; v < shares.size(); ++v) variables_[inputs + v].at[0] = ascended_.parameters[v];
  batch_.aim(0, ascended_.direction);
  batch_.evaluate(false);
  found.insert(found.begin(), {ascended_.value, ascended_.direction, batch_.inputs(0), batch_.parameters(0)});
}

/// The best few, with their parameters. However little time is left: it takes a pass forward.
std::vector<Shot> Volley::shots() {
  const Patience enough(nullptr, kInf);
  keep(kShots);
  batch_.evaluate(false);
  std::vector<Shot> found;
  for (std::size_t k = 0; k < std::min(kShots, batch_.columns()); ++k) {
    if (!(best_value_[k] > -kInf)) break;
    if (best_value_[k] > elite_value_) {
      elite_value_ = best_value_[k];
      elite_aim_ = batch_.aim(k);
      elite_.resize(variables_.size());
      for (std::size_t v = 0; v < variables_.size(); ++v) elite_[v] = best_.row(v)[k];
    }
    found.push_back({best_value_[k], batch_.aim(k), batch_.inputs(k), batch_.parameters(k)});
  }
  return found;
}

}  // namespace parabound
