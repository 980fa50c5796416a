// The kernels of back-substitution, over the same trait as kernels.inl. All of them are sums of products rounded
// up; what the coefficients lose by it is charged for by the callers (bound/backward.cpp).

/// y rows (+)= weights * x rows, R rows of N vectors.
template <typename T, int R, int N, bool add>
inline void product_block(const double* const* weights, const int* inputs, int input_count, const double* x, std::size_t x_stride,
                          double* const* y) {
  typename T::Vector sum[R][N];
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < N; ++v) sum[r][v] = add ? T::load(y[r] + v * T::lanes) : T::all(0.0);
  }
  for (int i = 0; i < input_count; ++i) {
    const std::size_t input = static_cast<std::size_t>(inputs[i]);
    const double* const row = x + input * x_stride;
    typename T::Vector in[N];
    for (int v = 0; v < N; ++v) in[v] = T::load(row + v * T::lanes);
    for (int r = 0; r < R; ++r) {
      const typename T::Vector w = T::all(weights[r][input]);
      for (int v = 0; v < N; ++v) sum[r][v] = T::multiply_add(w, in[v], sum[r][v]);
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < N; ++v) T::store(y[r] + v * T::lanes, sum[r][v]);
  }
}

template <typename T, int R, int N, bool add>
inline void product_rows(const Product& p, int first, std::size_t column, const double* x, std::size_t x_stride, double* y, std::size_t y_stride) {
  const double* weights[R];
  double* out[R];
  for (int r = 0; r < R; ++r) {
    const std::size_t output = static_cast<std::size_t>(p.outputs[first + r]);
    weights[r] = p.weights + output * p.leading;
    out[r] = y + output * y_stride + column;
  }
  product_block<T, R, N, add>(weights, p.inputs, p.input_count, x + column, x_stride, out);
}

template <typename T, bool add>
void product_all(const Product& p, const double* x, std::size_t x_stride, double* y, std::size_t y_stride, std::size_t columns) {
  std::size_t column = 0;
  for (; column + 4 * T::lanes <= columns; column += 4 * T::lanes) {
    int r = 0;
    for (; r + T::rows <= p.output_count; r += T::rows) product_rows<T, T::rows, 4, add>(p, r, column, x, x_stride, y, y_stride);
    for (; r < p.output_count; ++r) product_rows<T, 1, 4, add>(p, r, column, x, x_stride, y, y_stride);
  }
  for (; column + 2 * T::lanes <= columns; column += 2 * T::lanes) {
    int r = 0;
    for (; r + 4 <= p.output_count; r += 4) product_rows<T, 4, 2, add>(p, r, column, x, x_stride, y, y_stride);
    for (; r < p.output_count; ++r) product_rows<T, 1, 2, add>(p, r, column, x, x_stride, y, y_stride);
  }
  for (; column < columns; column += T::lanes) {
    int r = 0;
    for (; r + 8 <= p.output_count; r += 8) product_rows<T, 8, 1, add>(p, r, column, x, x_stride, y, y_stride);
    for (; r < p.output_count; ++r) product_rows<T, 1, 1, add>(p, r, column, x, x_stride, y, y_stride);
  }
}

template <typename T>
void product(const Product& p, const double* x, std::size_t x_stride, double* y, std::size_t y_stride, std::size_t columns, bool add) {
  if (add) product_all<T, true>(p, x, x_stride, y, y_stride, columns);
  else product_all<T, false>(p, x, x_stride, y, y_stride, columns);
}

template <typename T>
inline typename T::Vector magnitude(typename T::Vector a) {
  return T::larger(T::subtract(T::all(0.0), a), a);
}

/// constant += factor a + spread |a|, sum += |a|.
template <typename T>
void collect(const double* a, double factor, double spread, double* constant, double* sum, std::size_t columns) {
  const typename T::Vector f = T::all(factor), s = T::all(spread);
  for (std::size_t k = 0; k < columns; k += T::lanes) {
    const typename T::Vector at = T::load(a + k), size = magnitude<T>(at);
    T::store(constant + k, T::multiply_add(f, at, T::multiply_add(s, size, T::load(constant + k))));
    T::store(sum + k, T::add(T::load(sum + k), size));
  }
}

/// The parts of a coefficient above and below zero; NaN stays NaN.
template <typename T>
struct Parts {
  typename T::Vector above, below;
  explicit Parts(typename T::Vector a) : above(T::larger(T::all(0.0), a)), below(T::smaller(T::all(0.0), a)) {}
  /// above * upper + below * lower + sum
  typename T::Vector by(typename T::Vector upper, typename T::Vector lower, typename T::Vector sum) const {
    return T::multiply_add(above, upper, T::multiply_add(below, lower, sum));
  }
};

/// Both ends of a pair of lines, in every lane.
template <typename T>
struct LinePair {
  typename T::Vector upper, lower, upper_constant, lower_constant;
  LinePair(const Line& above, const Line& below)
      : upper(T::all(above.slope)), lower(T::all(below.slope)), upper_constant(T::all(above.constant)), lower_constant(T::all(below.constant)) {}
  typename T::Vector slope(const Parts<T>& a) const { return a.by(upper, lower, T::all(0.0)); }
  typename T::Vector constant(const Parts<T>& a, typename T::Vector sum) const { return a.by(upper_constant, lower_constant, sum); }
  typename T::Vector at(const Parts<T>& a, typename T::Vector t) const { return constant(a, T::multiply_add(slope(a), t, T::all(0.0))); }
};

/// A d + C h0 <= alpha r + beta z0 + constant, in place: `change` holds A and gets alpha, `nominal` holds C and gets beta, `constant` is
/// added to. With A = p + q and rest = C - q: A d + C h0 = p d + q h + rest h0, each by its own line. The share p / A is tuned, or
/// all or nothing by which bound is lower at the middle. `share`, if given, gets it.
template <typename T>
void relax_changes(const NeuronLines& lines, const Tuned& tuned, double* change, double* nominal, double* constant, double* share, std::size_t columns) {
  using Vector = typename T::Vector;
  const Vector zero = T::all(0.0), one = T::all(1.0);
  const LinePair<T> change_lines(lines.change_upper, lines.change_lower);
  LinePair<T> perturbed(lines.perturbed_upper, lines.perturbed_lower), nominals(lines.nominal_upper, lines.nominal_lower);
  const Vector r = T::all(lines.r_middle), z = T::all(lines.z_middle), z0 = T::all(lines.z0_middle);
  const Vector change_error = T::all(lines.change_error), perturbed_error = T::all(lines.perturbed_error);
  const Vector nominal_error = T::all(lines.nominal_error), least_error = T::all(lines.least_error);
  for (std::size_t k = 0; k < columns; k += T::lanes) {
    const Vector A = T::load(change + k), C = T::load(nominal + k);
    if (tuned.perturbed && lines.free_perturbed) perturbed.lower = T::load(tuned.perturbed + k);
    if (tuned.nominal && lines.free_nominal) nominals.lower = T::load(tuned.nominal + k);
    Vector t;
    if (tuned.share) {
      t = T::load(tuned.share + k);
    } else {
      const Parts<T> a(A), c(C), rest(T::subtract(C, A));
      const Vector together = T::add(change_lines.at(a, r), nominals.at(c, z0)), apart = T::add(perturbed.at(a, z), nominals.at(rest, z0));
      t = T::choose_less(together, apart, one, zero);
    }
    if (share) T::store(share + k, t);
    const Vector p = T::multiply_add(t, A, zero), q = T::subtract(A, p), rest = T::subtract(C, q);
    const Parts<T> ps(p), qs(q), rests(rest);
    const Vector on_h = perturbed.slope(qs);
    T::store(change + k, T::add(change_lines.slope(ps), on_h));
    T::store(nominal + k, T::add(nominals.slope(rests), on_h));
    Vector sum = T::add(T::load(constant + k), least_error);
    sum = T::multiply_add(magnitude<T>(p), change_error, sum);
    sum = T::multiply_add(magnitude<T>(q), perturbed_error, sum);
    sum = T::multiply_add(magnitude<T>(rest), nominal_error, sum);
    T::store(constant + k, nominals.constant(rests, perturbed.constant(qs, change_lines.constant(ps, sum))));
  }
}

/// C h0 <= beta z0 + constant, in place.
template <typename T>
void relax_nominals(const NeuronLines& lines, const double* lower, double* nominal, double* constant, std::size_t columns) {
  LinePair<T> pair(lines.nominal_upper, lines.nominal_lower);
  const typename T::Vector error = T::all(lines.nominal_error), least = T::all(lines.least_error);
  for (std::size_t k = 0; k < columns; k += T::lanes) {
    const typename T::Vector C = T::load(nominal + k);
    if (lower && lines.free_nominal) pair.lower = T::load(lower + k);
    const Parts<T> parts(C);
    T::store(nominal + k, pair.slope(parts));
    T::store(constant + k, pair.constant(parts, T::multiply_add(magnitude<T>(C), error, T::add(T::load(constant + k), least))));
  }
}
