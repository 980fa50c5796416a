// What is known, or assumed in one branch of a search, of the signs of hidden neurons' pre-activations: of the
// nominal z0 and of the perturbed z. Both hold for all that a box stands for; what is assumed rules out
// (x, p) besides, so it is a constraint with a price (tuning.hpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "../network/network.hpp"

namespace parabound {

enum class Sign : std::uint8_t { open, nonnegative, nonpositive, assumed_nonnegative, assumed_nonpositive };
inline bool is_nonnegative(Sign s) { return s == Sign::nonnegative || s == Sign::assumed_nonnegative; }
inline bool is_nonpositive(Sign s) { return s == Sign::nonpositive || s == Sign::assumed_nonpositive; }
inline bool is_assumed(Sign s) { return s == Sign::assumed_nonnegative || s == Sign::assumed_nonpositive; }
enum class Side : std::uint8_t { nominal = 0, perturbed = 1 };

class Pattern {
 public:
  Pattern() = default;
  explicit Pattern(const Network& network) {
    for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
      first_.push_back(signs_.size());
      signs_.resize(signs_.size() + 2 * static_cast<std::size_t>(network.layers[l].outputs), Sign::open);
    }
  }

  /// A number for each side of each neuron, from 0.
  std::size_t number(std::size_t layer, int neuron, Side side) const {
    return first_[layer] + 2 * static_cast<std::size_t>(neuron) + static_cast<std::size_t>(side);
  }
  Sign at(std::size_t number) const { return signs_[number]; }
  Sign at(std::size_t layer, int neuron, Side side) const { return signs_[number(layer, neuron, side)]; }
  void set(std::size_t number, Sign sign) { signs_[number] = sign; }
  bool is_blank() const { return std::all_of(signs_.begin(), signs_.end(), [](Sign s) { return s == Sign::open; }); }
  bool assumes() const { return std::any_of(signs_.begin(), signs_.end(), is_assumed); }
  void clear() { signs_.assign(signs_.size(), Sign::open); }

  /// The first layer of whose signs some differ; the number of layers if none do.
  std::size_t first_difference(const Pattern& other) const {
    const auto at = static_cast<std::size_t>(std::mismatch(signs_.begin(), signs_.end(), other.signs_.begin()).first - signs_.begin());
    if (at == signs_.size()) return first_.size();
    return static_cast<std::size_t>(std::upper_bound(first_.begin(), first_.end(), at) - first_.begin()) - 1;
  }
  /// Takes the signs of the layers before one.
  void take_before(std::size_t layer, const Pattern& from) {
    const std::size_t end = layer < first_.size() ? first_[layer] : signs_.size();
    std::copy(from.signs_.begin(), from.signs_.begin() + static_cast<std::ptrdiff_t>(end), signs_.begin());
  }

  // As doubles, kPacked signs in each: whole numbers below 2^48 survive any copy.
  std::size_t packed_size() const { return (signs_.size() + kPacked - 1) / kPacked; }
  void unpack(const double* from) {
    for (std::size_t i = 0; i < signs_.size(); ++i)
      signs_[i] = static_cast<Sign>((static_cast<std::uint64_t>(from[i / kPacked]) >> (kBits * (i % kPacked))) & ((1u << kBits) - 1));
  }
  void pack(double* to) const {
    for (std::size_t word = 0; word < packed_size(); ++word) {
      std::uint64_t bits = 0;
      for (std::size_t i = word * kPacked; i < signs_.size() && i < (word + 1) * kPacked; ++i)
        bits |= static_cast<std::uint64_t>(signs_[i]) << (kBits * (i % kPacked));
      to[word] = static_cast<double>(bits);
    }
  }

 private:
  static constexpr std::size_t kBits = 3, kPacked = 16;
  std::vector<std::size_t> first_;
  std::vector<Sign> signs_;
};

}  // namespace parabound
