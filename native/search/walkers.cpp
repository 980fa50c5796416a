#include "walkers.hpp"

#include <algorithm>

#include "../bound/interrupt.hpp"

namespace parabound {
namespace {

constexpr std::size_t kLooks = 512, kWalkers = 64, kStay = 8;  // inputs looked at; the best of them set out; those that stay for another time
constexpr int kStages = 4, kSteps = 10;                          // after each stage half of them go on
constexpr double kMoved = 0.6;                                   // of the inputs, in a step
constexpr double kFirst = 0.1, kAgain = 1e-3, kLongest = 0.3, kShortest = 1e-5, kLonger = 1.6, kShorter = 0.9;  // radii

double within(const Variable& v, double at) { return std::min(std::max(at, v.lo), v.hi); }

/// The best of them, best first.
void keep(std::size_t count, std::vector<Walker>& walkers) {
  std::stable_sort(walkers.begin(), walkers.end(), [](const Walker& a, const Walker& b) { return a.value > b.value; });
  walkers.erase(walkers.begin() + static_cast<std::ptrdiff_t>(std::min(count, walkers.size())), walkers.end());
}

}  // namespace

std::vector<Walker> Walkers::look(const Domain& whole) {
  batch_.reshape(kLooks);
  const std::vector<Variable> variables = batch_.variables(whole);
  const std::size_t inputs = batch_.moving().size();
  for (std::size_t k = 0; k < batch_.columns(); ++k) {
    batch_.aim(k, k % directions_.size());
    for (std::size_t v = 0; v < variables.size(); ++v)
      variables[v].at[k] = v < inputs ? within(variables[v], variables[v].lo + (variables[v].hi - variables[v].lo) * random()) : 0.0;
  }
  batch_.evaluate();
  batch_.answer();
  batch_.evaluate(false);
  std::vector<Walker> fresh;
  for (std::size_t k = 0; k < batch_.columns(); ++k) {
    if (!(batch_.value()[k] > -kInf)) continue;  // NaN
    Walker one{batch_.value()[k], batch_.aim(k), {}, kFirst};
    for (const Variable& v : variables) one.at.push_back(v.at[k]);
    fresh.push_back(std::move(one));
  }
  return fresh;
}

void Walkers::step(const Domain& whole) {
  const std::vector<Variable> variables = batch_.variables(whole);
  const std::size_t inputs = batch_.moving().size();
  for (std::size_t k = 0; k < batch_.columns(); ++k) {
    const Walker& one = walkers_[k % walkers_.size()];
    batch_.aim(k, one.aim);
    for (std::size_t v = 0; v < variables.size(); ++v) variables[v].at[k] = one.at[v];
    for (std::size_t v = 0; v < inputs; ++v)
      if (random() < kMoved) variables[v].at[k] = within(variables[v], one.at[v] + one.radius * noise() * (variables[v].hi - variables[v].lo));
  }
  batch_.evaluate();
  batch_.answer();
  const std::vector<double>& value = batch_.evaluate(false);
  for (std::size_t k = 0; k < walkers_.size(); ++k) {
    Walker& one = walkers_[k];
    if (!(value[k] > one.value)) {
      one.radius = std::max(kShortest, kShorter * one.radius);
      continue;
    }
    one.value = value[k];
    one.radius = std::min(kLongest, kLonger * one.radius);
    for (std::size_t v = 0; v < variables.size(); ++v) one.at[v] = variables[v].at[k];
  }
}

void Walkers::walk(const Domain& whole, std::uint64_t seed) {
  generator_.seed(seed);
  try {
    std::vector<Walker> fresh = look(whole);
    keep(kWalkers - walkers_.size(), fresh);
    for (Walker& one : walkers_) one.radius = std::max(kAgain, one.radius);
    walkers_.insert(walkers_.end(), fresh.begin(), fresh.end());
    for (std::size_t stage = 0, count = kWalkers; stage < kStages && !walkers_.empty(); ++stage, count /= 2) {
      keep(count, walkers_);
      batch_.reshape(walkers_.size());
      for (int n = 0; n < kSteps; ++n) step(whole);
    }
  } catch (const Interrupted&) {
  }
  keep(kStay, walkers_);
}

}  // namespace parabound
