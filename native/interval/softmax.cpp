// Softmax over a box of logits.
//
// softmax_i rises in z_i and falls in every other z_j, so its largest value over the box is at the
// corner (hi_i, lo_j for j != i) and its smallest at (lo_i, hi_j): both are evaluated with directed
// rounding, and nothing is lost to dependency. Two forms of the same value are used:
//   shifted:  e_i / (e_i + sum_{j != i} e_j),  e_j = exp(z_j - M),  M = max_j hi_j: 2k exponentials;
//   pairwise: 1 / (1 + sum_{j != i} exp(z_j - z_i)):  2k(k-1) exponentials, with no common shift, for
//             k <= 2 and for boxes wider than 700, where exponentials of the shifted form could underflow.
//
// Width on a point, with u = 2^-52, Z = max |z_j|, provided (8Z + 2k + 5) u < 2^-20:
//   hi_i - lo_i <= softmax_i (8 Z + 2 k + 5) u + 2^-1021.
// Proof, to first order in u (the terms left out are below 2^-20 of those kept, and 5 exceeds 4.1 for them).
// A difference of logits is rounded by at most u |z_j - M| <= 2uZ, which moves its exponential by
// that relative amount; exp adds at most 1.01 u on either side (its ends are within one ulp and 2^-64).
// So each e_j end deviates by a <= (2Z + 1.01) u. Shifted: at most k - 1 additions and one division,
// each u: the numerator deviates by a, the denominator by at most a + (k - 1) u, the quotient by u:
// 2a + k u on each side, 4a + 2k u = (8Z + 2k + 4.04) u in all. Pairwise: a + k u on each side; an
// exponential that underflows moves the sum, which is at least 1, by k 2^-1074; one that overflows
// means softmax_i < 2^-1023, and the ends are then between 0 and 2^-1022.
#include <vector>

#include "elementary.hpp"

namespace parabound {
namespace {

constexpr double kSpread = 700;  // e^-700 > 2^-1010 is a normal double

void pairwise(const Interval* z, int k, Interval* out) {
  for (int i = 0; i < k; ++i) {
    Interval others = 0.0;  // -lo: at the corner where out[i] is largest; hi: where it is smallest
    for (int j = 0; j < k; ++j) {
      if (j != i) others += exp(z[j] - z[i]);
    }
    out[i] = Interval(1.0) / (Interval(1.0) + others);
  }
}

void shifted(const Interval* z, int k, double top, Interval* after, Interval* out) {
  for (int j = 0; j < k; ++j) out[j] = exp(z[j] - Interval(top));
  after[k - 1] = 0.0;
  for (int j = k - 1; j > 0; --j) after[j - 1] = after[j] + out[j];
  Interval before = 0.0;
  for (int i = 0; i < k; ++i) {
    const Interval own = out[i], others = before + after[i];
    before += own;
    const double below = others.nlo - own.hi;  // -(the denominator rounded down, at the upper corner)
    const double above = others.hi + own.lo();
    out[i] = Interval::stored(own.nlo / above, own.hi / -below);
  }
}

}  // namespace

void softmax(const Interval* z, int k, Interval* out) {
  if (k <= 0) return;
  double top = -kInf, bottom = kInf;
  for (int j = 0; j < k; ++j) {
    top = max_end(top, z[j].hi);
    bottom = std::min(bottom, -max_end(z[j].nlo, -kInf));
  }
  constexpr int kSmall = 32;
  Interval small[kSmall];
  std::vector<Interval> large(k > kSmall ? static_cast<std::size_t>(k) : 0);
  Interval* const scratch = k > kSmall ? large.data() : small;
  if (k > 2 && top - bottom <= kSpread) {
    shifted(z, k, top, scratch, out);
  } else {
    for (int j = 0; j < k; ++j) scratch[j] = z[j];  // z and out may be one array
    pairwise(scratch, k, out);
  }
  for (int i = 0; i < k; ++i) {
    out[i].hi = std::min(out[i].hi, 1.0);
    out[i].nlo = std::min(out[i].nlo, 0.0);
  }
}

}  // namespace parabound
