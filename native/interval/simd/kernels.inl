// The kernels, over a trait T of one instruction set:
//
//   T::Vector, T::lanes        a vector of doubles
//   T::load, T::store          to and from unaligned memory
//   T::all(x)                  x in every lane
//   T::multiply_add(a, b, c)   a * b + c, rounded up (once or twice)
//   T::larger, T::smaller(a, b)   the second where either is NaN
//   T::nan_to_infinity(a)
//
// Included inside an anonymous namespace of each backend_*.cpp, under that file's target pragma, so
// that every function here has a copy of its own for each instruction set and none is merged with
// another's by the linker. For the same reason nothing here may call an inline function or a template of a
// shared header, other than the intrinsics and accessors that are inlined into these bodies.

/// 2 * kBlock accumulators, of kBlock column vectors of one row or of one of kBlock rows, hide the latency of multiply-adds.
constexpr int kBlock = 4;
/// Inputs taken together are so many that their columns in hand fill half of a small first-level cache.
template <typename T>
constexpr int kInputs = 16384 / (2 * kBlock * T::lanes * static_cast<int>(sizeof(double)));

/// R output rows over N column vectors: y += W x for `inputs` inputs. y holds the bias or the sum of earlier inputs.
template <typename T, int R, int N>
inline void dense_point_block(const Factor* factor, std::size_t factors, int inputs, const double* x, double* y, std::size_t stride) {
  typename T::Vector nlo[R][N], hi[R][N];
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < N; ++v) {
      nlo[r][v] = T::load(y + 2 * r * stride + v * T::lanes);
      hi[r][v] = T::load(y + (2 * r + 1) * stride + v * T::lanes);
    }
  }
  for (int j = 0; j < inputs; ++j) {
    for (int r = 0; r < R; ++r) {
      const Factor f = factor[r * factors + j];
      const typename T::Vector magnitude = T::all(f.magnitude);
      const double* const for_hi = x + f.row * static_cast<std::ptrdiff_t>(stride);
      const double* const for_nlo = x + (f.row ^ 1) * static_cast<std::ptrdiff_t>(stride);
      for (int v = 0; v < N; ++v) {
        hi[r][v] = T::multiply_add(magnitude, T::load(for_hi + v * T::lanes), hi[r][v]);
        nlo[r][v] = T::multiply_add(magnitude, T::load(for_nlo + v * T::lanes), nlo[r][v]);
      }
    }
  }
  for (int r = 0; r < R; ++r) {
    for (int v = 0; v < N; ++v) {
      T::store(y + 2 * r * stride + v * T::lanes, T::nan_to_infinity(nlo[r][v]));
      T::store(y + (2 * r + 1) * stride + v * T::lanes, T::nan_to_infinity(hi[r][v]));
    }
  }
}

template <typename T, int N>
inline void dense_point_columns(const PointLayer& layer, int input, int inputs, const double* x, double* y, std::size_t stride) {
  constexpr int R = kBlock / N;
  const std::size_t factors = static_cast<std::size_t>(layer.inputs());
  const int outputs = layer.outputs();
  int r = 0;
  for (; r + R <= outputs; r += R) dense_point_block<T, R, N>(layer.row(r) + input, factors, inputs, x, y + 2 * r * stride, stride);
  for (; r < outputs; ++r) dense_point_block<T, 1, N>(layer.row(r) + input, factors, inputs, x, y + 2 * r * stride, stride);
}

template <typename T>
void dense_point(const PointLayer& layer, const double* x, double* y, std::size_t stride) {
  for (int r = 0; r < layer.outputs(); ++r) {
    const typename T::Vector hi = T::nan_to_infinity(T::all(layer.bias(r))), nlo = T::nan_to_infinity(T::all(-layer.bias(r)));
    for (std::size_t c = 0; c < stride; c += T::lanes) {
      T::store(y + 2 * r * stride + c, nlo);
      T::store(y + (2 * r + 1) * stride + c, hi);
    }
  }
  for (int input = 0; input < layer.inputs(); input += kInputs<T>) {
    const int inputs = layer.inputs() - input < kInputs<T> ? layer.inputs() - input : kInputs<T>;
    std::size_t column = 0;
    for (; column + kBlock * T::lanes <= stride; column += kBlock * T::lanes) {
      dense_point_columns<T, kBlock>(layer, input, inputs, x + column, y + column, stride);
    }
    for (; column < stride; column += T::lanes) dense_point_columns<T, 1>(layer, input, inputs, x + column, y + column, stride);
  }
}

/// R rows of weights as they lie in memory, a row of them `inputs` long, over one vector of columns.
template <typename T, int R>
inline void dense_weights_block(const double* weights, int inputs, const double* x, double* y, std::size_t stride) {
  const typename T::Vector zero = T::all(0.0);
  typename T::Vector nlo[R], hi[R];
  for (int r = 0; r < R; ++r) nlo[r] = hi[r] = zero;
  for (int j = 0; j < inputs; ++j) {
    const typename T::Vector x_nlo = T::load(x + 2 * j * stride), x_hi = T::load(x + (2 * j + 1) * stride);
    for (int r = 0; r < R; ++r) {
      const typename T::Vector w = T::all(weights[r * static_cast<std::ptrdiff_t>(inputs) + j]);
      const typename T::Vector above = T::larger(zero, w), below = T::larger(zero, T::subtract(zero, w));
      hi[r] = T::multiply_add(above, x_hi, T::multiply_add(below, x_nlo, hi[r]));
      nlo[r] = T::multiply_add(above, x_nlo, T::multiply_add(below, x_hi, nlo[r]));
    }
  }
  for (int r = 0; r < R; ++r) {
    T::store(y + 2 * r * stride, T::nan_to_infinity(nlo[r]));
    T::store(y + (2 * r + 1) * stride, T::nan_to_infinity(hi[r]));
  }
}

template <typename T>
void dense_weights(const double* weights, int inputs, int outputs, const double* x, double* y, std::size_t stride, std::size_t columns) {
  constexpr int R = 4;
  const auto row = static_cast<std::ptrdiff_t>(inputs);
  for (std::size_t c = 0; c < columns; c += T::lanes) {
    int r = 0;
    for (; r + R <= outputs; r += R) dense_weights_block<T, R>(weights + r * row, inputs, x + c, y + 2 * r * stride + c, stride);
    for (; r < outputs; ++r) dense_weights_block<T, 1>(weights + r * row, inputs, x + c, y + 2 * r * stride + c, stride);
  }
}

/// acc + the largest of two products, rounded up: multiply_add is monotone, so the maximum may be taken after it. All finite
/// but acc, which may be +inf (rounding up never gives -inf), so no NaN can arise.
template <typename T, int N>
inline void dense_interval_block(const Factor* factor, int inputs, Interval bias, const double* x, double* y, std::size_t stride) {
  typename T::Vector nlo[N], hi[N];
  for (int v = 0; v < N; ++v) {
    nlo[v] = T::all(bias.nlo);
    hi[v] = T::all(bias.hi);
  }
  for (int j = 0; j < inputs; ++j, factor += 2) {
    const typename T::Vector first = T::all(factor[0].magnitude), second = T::all(factor[1].magnitude);
    const double* const first_hi = x + factor[0].row * static_cast<std::ptrdiff_t>(stride);
    const double* const first_nlo = x + (factor[0].row ^ 1) * static_cast<std::ptrdiff_t>(stride);
    const double* const second_hi = x + factor[1].row * static_cast<std::ptrdiff_t>(stride);
    const double* const second_nlo = x + (factor[1].row ^ 1) * static_cast<std::ptrdiff_t>(stride);
    for (int v = 0; v < N; ++v) {
      const int at = v * T::lanes;
      hi[v] = T::larger(T::multiply_add(first, T::load(first_hi + at), hi[v]), T::multiply_add(second, T::load(second_hi + at), hi[v]));
      nlo[v] = T::larger(T::multiply_add(first, T::load(first_nlo + at), nlo[v]), T::multiply_add(second, T::load(second_nlo + at), nlo[v]));
    }
  }
  for (int v = 0; v < N; ++v) {
    T::store(y + v * T::lanes, nlo[v]);
    T::store(y + stride + v * T::lanes, hi[v]);
  }
}

/// Whether all are finite: 0 * x is 0 or NaN, and NaN stays. count is a multiple of the lanes.
template <typename T>
bool all_finite(const double* x, std::size_t count) {
  const typename T::Vector zero = T::all(0.0);
  typename T::Vector sum = zero;
  for (std::size_t i = 0; i < count; i += T::lanes) sum = T::multiply_add(zero, T::load(x + i), sum);
  double lanes[T::lanes];
  T::store(lanes, sum);
  for (int i = 0; i < T::lanes; ++i) {
    if (lanes[i] != lanes[i]) return false;
  }
  return true;
}

template <typename T>
void dense_interval(const IntervalLayer& layer, const double* x, double* y, std::size_t stride) {
  const int inputs = layer.inputs(), outputs = layer.outputs();
  if (!layer.is_finite() || !all_finite<T>(x, 2 * stride * inputs)) return dense_plain(layer, x, y, stride);
  constexpr int block = kBlock / 2;
  std::size_t column = 0;
  for (; column + block * T::lanes <= stride; column += block * T::lanes) {
    for (int r = 0; r < outputs; ++r) {
      dense_interval_block<T, block>(layer.row(r), inputs, layer.bias(r), x + column, y + 2 * r * stride + column, stride);
    }
  }
  for (; column < stride; column += T::lanes) {
    for (int r = 0; r < outputs; ++r) {
      dense_interval_block<T, 1>(layer.row(r), inputs, layer.bias(r), x + column, y + 2 * r * stride + column, stride);
    }
  }
}

template <typename T>
void relu(double* x, std::size_t neurons, std::size_t stride) {
  const typename T::Vector zero = T::all(0.0);
  for (std::size_t j = 0; j < neurons; ++j, x += 2 * stride) {
    for (std::size_t c = 0; c < stride; c += T::lanes) {
      // NaN for -lo: 0, as relu >= 0. NaN for hi: kept by `larger`, then infinite.
      T::store(x + c, T::smaller(T::load(x + c), zero));
      T::store(x + stride + c, T::nan_to_infinity(T::larger(zero, T::load(x + stride + c))));
    }
  }
}

template <typename T>
double fma_peak(long rounds, double* sink) {
  constexpr int chains = 12;  // more than latency times throughput of any of these machines, fewer than 16 registers
  typename T::Vector chain[chains];
  for (int i = 0; i < chains; ++i) chain[i] = T::all(i);
  const typename T::Vector a = T::all(0.5), b = T::all(0.25);
  for (long n = 0; n < rounds; ++n) {
    for (int i = 0; i < chains; ++i) chain[i] = T::multiply_add(chain[i], a, b);
  }
  double lanes[T::lanes];
  double sum = 0;
  for (int i = 0; i < chains; ++i) {
    T::store(lanes, chain[i]);
    sum += lanes[0];
  }
  *sink = sum;
  return static_cast<double>(rounds) * chains * T::lanes;
}
