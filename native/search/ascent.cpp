#include "ascent.hpp"

namespace parabound {

double ascend(const Slope& value, const Domain& whole, std::vector<double>& x, int evaluations) {
  const std::size_t n = x.size();
  std::vector<double> gradient(n), trial_gradient(n), trial(n);
  double best = value(x, gradient);
  int left = evaluations;

  const auto toward = [&](std::size_t j) { return gradient[j] > 0 ? whole.x[j].hi : (gradient[j] < 0 ? whole.x[j].lo() : x[j]); };
  // Moves the coordinates [from, to) a part of the way to the vertex; keeps the move if it helps.
  const auto step = [&](std::size_t from, std::size_t to, double part) {
    trial = x;
    bool moved = false;
    for (std::size_t j = from; j < to; ++j) {
      const double target = toward(j);
      const double at = part == 1 ? target : x[j] + part * (target - x[j]);
      trial[j] = std::min(std::max(at, whole.x[j].lo()), whole.x[j].hi);
      moved = moved || trial[j] != x[j];
    }
    if (!moved || left <= 0) return false;
    --left;
    const double reached = value(trial, trial_gradient);
    if (!(reached > best)) return false;
    best = reached;
    x.swap(trial);
    gradient.swap(trial_gradient);
    return true;
  };

  for (bool moved = true; moved && left > 0;) {
    moved = false;
    for (double part = 1; part > 1e-5 && !moved && left > 0; part *= 0.25) moved = step(0, n, part);
    if (moved || n == 1) continue;
    for (std::size_t j = 0; j < n && left > 0; ++j)
      for (double part = 1; part > 1e-4 && left > 0; part *= 0.25)
        if (step(j, j + 1, part)) {
          moved = true;
          break;
        }
  }
  return best;
}

}  // namespace parabound
