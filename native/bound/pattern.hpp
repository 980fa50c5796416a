// What is known, or assumed in one branch of a search, of the signs of hidden neurons' pre-activations: of the
// nominal z0 and of the perturbed z. Both are the same to a box: it stands for those (x, p) where they hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../network/network.hpp"

namespace parabound {

enum class Sign : std::uint8_t { open = 0, nonnegative = 1, nonpositive = 2 };
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
  void clear() { signs_.assign(signs_.size(), Sign::open); }

  // As doubles, kPacked signs in each: whole numbers below 2^48 survive any copy.
  std::size_t packed_size() const { return (signs_.size() + kPacked - 1) / kPacked; }
  void unpack(const double* from) {
    for (std::size_t i = 0; i < signs_.size(); ++i)
      signs_[i] = static_cast<Sign>((static_cast<std::uint64_t>(from[i / kPacked]) >> (2 * (i % kPacked))) & 3);
  }
  void pack(double* to) const {
    for (std::size_t word = 0; word < packed_size(); ++word) {
      std::uint64_t bits = 0;
      for (std::size_t i = word * kPacked; i < signs_.size() && i < (word + 1) * kPacked; ++i)
        bits |= static_cast<std::uint64_t>(signs_[i]) << (2 * (i % kPacked));
      to[word] = static_cast<double>(bits);
    }
  }

 private:
  static constexpr std::size_t kPacked = 24;
  std::vector<std::size_t> first_;
  std::vector<Sign> signs_;
};

}  // namespace parabound
