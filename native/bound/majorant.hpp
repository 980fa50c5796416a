// Diagonal matrices above Gram matrices: the one step of quadratic back-substitution (quadratic.hpp) that looks at neurons together.
#pragma once

#include <cstddef>
#include <vector>

namespace parabound {

/// Finds q with
///     sum_i b_i (sum_j w_ij x_j)^2 <= sum_j q_j x_j^2   for all real x,
/// about the least sum_j q_j s_j^2: the dual of the semidefinite relaxation of the largest left side over |x_j| <= s_j, whose value is at
/// most pi/2 of that (Nesterov 1998). Bounding row by row instead counts |w_ij| s_j as if every row could have its own worst x at once.
///
/// Rigour: q is looked for in plain arithmetic, then proved. With x_j = s_j c_j y_j the left side is y U y, and a Cholesky
/// factorisation of 1 - U that comes to its end proves that U is at most 1 + E: it is the exact one of a matrix whose elements are off by at most
/// (n + 2) u sqrt(N_jj N_kk), N_jj <= 1, u = 2^-52 for directed rounding (Higham, Accuracy and Stability of Numerical Algorithms, theorem
/// 10.3, with columns of |R^T||R| bounded by their norms); each element of U is a sum of m products that is off by (m + 8) u sqrt(U_jj U_kk)
/// at most; and a matrix of n rows whose elements are at most e in size is at most n e. What underflows is far below that: with b_i in doubles
/// and c_j < 1e130, a product that misses 2^-1074 of w_ij s_j, or of what it is multiplied by, changes U by less than 1e-30. Needs RoundUp.
class Majorant {
 public:
  /// Rows w_i with their weights b_i >= 0, as many numbers each as there are sizes s_j > 0. False where nothing is found: q says nothing then.
  bool find(const std::vector<const double*>& rows, const std::vector<double>& weights, const std::vector<double>& sizes);
  const std::vector<double>& q() const { return q_; }

 private:
  void gram(const std::vector<const double*>& rows, const std::vector<double>& weights, const std::vector<double>& sizes);
  double largest_eigenvalue(int powers);
  bool factor(double diagonal);
  void weigh();

  std::size_t n_ = 0;
  std::vector<double> gram_, factor_, inverse_;  // n x n, row by row; of the factor the upper half, of its inverse transposed the lower
  std::vector<double> scale_;                    // c_j, up to a factor
  std::vector<double> vector_, image_, row_, q_;
};

}  // namespace parabound
