#include "majorant.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace parabound {
namespace {

constexpr int kRounds = 3, kPowers = 12, kLastPowers = 24, kTries = 6;
constexpr double kStir = 0.03;
constexpr double kSoft = 0.05;      // how far above the largest eigenvalue weights are looked for: they are means over those near it
constexpr double kMargin = 0x1p-9, kMore = 4;  // what the power method may miss of the largest eigenvalue: at first, and then
constexpr double kUnit = 0x1p-52, kSteepest = 1e130;

/// to += factor * from, for the numbers [first, end).
void add(double* __restrict to, double factor, const double* __restrict from, std::size_t first, std::size_t end) {
  for (std::size_t k = first; k < end; ++k) to[k] += factor * from[k];
}

}  // namespace

bool Majorant::find(const std::vector<const double*>& rows, const std::vector<double>& weights, const std::vector<double>& sizes) {
  n_ = sizes.size();
  q_.assign(n_, 0.0);
  gram(rows, weights, sizes);
  scale_.resize(n_);
  for (std::size_t j = 0; j < n_; ++j) {
    if (!(gram_[j * n_ + j] < 1e300)) return false;
    scale_[j] = 1;
  }
  bool moves = false;  // not by the products: they may have vanished
  for (std::size_t i = 0; i < rows.size(); ++i) moves = moves || (weights[i] != 0 && std::any_of(rows[i], rows[i] + n_, [](double w) { return w != 0; }));
  if (!moves) return true;
  vector_.assign(n_, 1.0);
  for (int round = 0; round < kRounds; ++round) {
    const double top = largest_eigenvalue(kPowers);
    if (!(top > 1e-200)) return false;
    const double root = std::sqrt(top);
    for (double& c : scale_) c /= root;
    if (factor(1 + kSoft)) weigh();
  }
  const double top = largest_eigenvalue(kLastPowers);
  double margin = kMargin;
  for (int attempt = 0; attempt < kTries; ++attempt, margin *= kMore) {
    const double enough = top * (1 + margin);
    const double by = std::sqrt(enough);
    std::vector<double> kept(scale_);
    for (double& c : scale_) c /= by;
    if (factor(1)) {
      const double n = static_cast<double>(n_), more = 1 + n * (2 * n + static_cast<double>(rows.size()) + 64) * (4 * kUnit);
      for (std::size_t j = 0; j < n_; ++j) {
        const double low = -(-sizes[j] * scale_[j]);
        q_[j] = more / -(-low * low);
        if (!(q_[j] < 1e300 && scale_[j] < kSteepest)) return false;
      }
      return true;
    }
    scale_ = std::move(kept);
  }
  return false;
}

/// S W^T B W S.
void Majorant::gram(const std::vector<const double*>& rows, const std::vector<double>& weights, const std::vector<double>& sizes) {
  gram_.assign(n_ * n_, 0.0);
  row_.resize(n_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (weights[i] == 0) continue;
    for (std::size_t j = 0; j < n_; ++j) row_[j] = rows[i][j] * sizes[j];
    for (std::size_t j = 0; j < n_; ++j) add(gram_.data() + j * n_, weights[i] * row_[j], row_.data(), j, n_);
  }
  for (std::size_t j = 0; j < n_; ++j)
    for (std::size_t k = 0; k < j; ++k) gram_[j * n_ + k] = gram_[k * n_ + j];
}

/// Of C gram C, about, by the power method from where it ended before.
double Majorant::largest_eigenvalue(int powers) {
  double value = 0;
  image_.resize(n_);
  // Never without a part of any direction: what fell apart from the rest would be missed.
  const double norm = std::sqrt(std::inner_product(vector_.begin(), vector_.end(), vector_.begin(), 0.0) / static_cast<double>(n_));
  for (std::size_t j = 0; j < n_; ++j) vector_[j] += kStir * norm * (static_cast<double>((j * j) % 7) - 2.5);
  for (int power = 0; power < powers; ++power) {
    const double norm = std::sqrt(std::inner_product(vector_.begin(), vector_.end(), vector_.begin(), 0.0));
    if (!(norm > 0)) return 0;
    std::fill(image_.begin(), image_.end(), 0.0);
    for (std::size_t j = 0; j < n_; ++j) add(image_.data(), vector_[j] *= scale_[j] / norm, gram_.data() + j * n_, 0, n_);
    value = std::inner_product(vector_.begin(), vector_.end(), image_.begin(), 0.0);
    for (std::size_t j = 0; j < n_; ++j) vector_[j] = scale_[j] * image_[j];
  }
  return value;
}

/// The Cholesky factor R, R^T R = diagonal - C gram C. False where there is none.
bool Majorant::factor(double diagonal) {
  factor_.resize(n_ * n_);
  for (std::size_t j = 0; j < n_; ++j) {
    double* own = factor_.data() + j * n_;
    const double* from = gram_.data() + j * n_;
    for (std::size_t k = j; k < n_; ++k) own[k] = -(from[k] * scale_[j] * scale_[k]);
    own[j] += diagonal;
  }
  for (std::size_t j = 0; j < n_; ++j) {
    double* own = factor_.data() + j * n_;
    if (!(own[j] > 0)) return false;
    const double root = std::sqrt(own[j]);
    for (std::size_t k = j; k < n_; ++k) own[k] /= root;
    own[j] = root;
    for (std::size_t i = j + 1; i < n_; ++i) add(factor_.data() + i * n_, -own[i], own, i, n_);
  }
  return true;
}

/// Where the inverse of what was factored is large on its diagonal, x_j is large where the maximum is: there q_j has to be larger.
void Majorant::weigh() {
  inverse_.assign(n_ * n_, 0.0);
  std::vector<double> squares(n_, 0.0);
  for (std::size_t j = 0; j < n_; ++j) {
    double* own = inverse_.data() + j * n_;
    own[j] += 1;
    const double* row = factor_.data() + j * n_;
    for (std::size_t k = 0; k <= j; ++k) {
      own[k] /= row[j];
      squares[k] += own[k] * own[k];
    }
    for (std::size_t i = j + 1; i < n_; ++i) add(inverse_.data() + i * n_, -row[i], own, 0, j + 1);
  }
  const double mean = std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(n_);
  for (std::size_t j = 0; j < n_; ++j) scale_[j] /= std::sqrt(std::sqrt(squares[j] / mean));
}

}  // namespace parabound
