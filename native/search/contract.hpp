// Narrowing a box without losing what counts: a sign-fixed partial derivative pins a variable to a
// face, and the bound's own affine enclosure clips off what it rules out.
#pragma once

#include "objective.hpp"

namespace parabound {

/// Keeps of the box only points where  constant + sum_j s_j (x_j - c_j) >= threshold  can hold for
/// some s_j in s[j]. `constant` is an upper end. X gives c and u; `ends` is narrowed in place and lies
/// inside X.
Contraction clip(double constant, const Interval* s, double threshold, const Domain& X, double* ends);

/// Pins variable j to its upper or lower end. Says whether that changed anything.
bool pin(int j, bool upper, double* ends);

inline Contraction stronger(Contraction a, Contraction b) { return a < b ? b : a; }

/// The variable with the largest score among those that can still be halved; -1 if there is none.
int widest(const std::vector<double>& score, const Domain& X);

/// Is there a double strictly between the ends?
inline bool divisible(const Interval& x) {
  const double m = x.mid();
  return m > x.lo() && m < x.hi;
}

}  // namespace parabound
