// The vector kernels, one table per instruction set, chosen at run time.
//
// Each table is compiled from kernels.inl over a small trait (backend_scalar.cpp, backend_avx2.cpp,
// backend_avx512.cpp, backend_neon.cpp). All kernels need a live RoundUp; enclosures from different
// back ends may differ in their last bits (a fused multiply-add rounds once, the scalar one twice), but
// each encloses the exact result.
#pragma once

#include <stdexcept>

#include "dense.hpp"
#include "lines.hpp"

namespace parabound {

struct Backend {
  const char* name;  // "scalar", "avx2", "avx512", "neon"
  int lanes;         // doubles a vector

  /// y encloses W x + b, column by column: x has 2 * inputs rows of `stride` doubles, y 2 * outputs. No overlap.
  /// An end that comes out NaN (0 * inf, inf - inf: only from infinite ends of x, or NaN) becomes infinite.
  void (*dense_point)(const PointLayer& layer, const double* x, double* y, std::size_t stride);
  /// The same for interval weights. Where x or the layer is not finite, by dense_plain.
  void (*dense_interval)(const IntervalLayer& layer, const double* x, double* y, std::size_t stride);
  /// y encloses W x in the first `columns`, W row-major as it is: for a single use, or so few columns that reading packed weights
  /// would take longer.
  void (*dense_weights)(const double* weights, int inputs, int outputs, const double* x, double* y, std::size_t stride, std::size_t columns);
  /// max(x, 0) in place, on `neurons` pairs of rows.
  void (*relu)(double* x, std::size_t neurons, std::size_t stride);
  /// For benchmarks: runs that many rounds of independent multiply-adds in registers and returns how many multiply-adds of
  /// doubles that was (lanes counted). `sink` gets a value that depends on all of them.
  double (*fma_peak)(long rounds, double* sink);

  // Of back-substitution, on rows of plain doubles; `columns` is a multiple of kColumnUnit. See lines.inl.
  /// The rows p.outputs of y are (or get added, `add`) the weights times the rows p.inputs of x, each sum rounded up.
  void (*product)(const Product& p, const double* x, std::size_t x_stride, double* y, std::size_t y_stride, std::size_t columns, bool add);
  /// constant += factor a + spread |a| and sum += |a|, rounded up. spread >= 0.
  void (*collect)(const double* a, double factor, double spread, double* constant, double* sum, std::size_t columns);
  /// Through a neuron: A d + C h0 <= alpha r + beta z0 + constant, in place. `share`, unless null, gets Tuned::share as it was or was chosen.
  void (*relax_changes)(const NeuronLines& lines, const Tuned& tuned, double* change, double* nominal, double* constant, double* share, std::size_t columns);
  /// The same for C h0 alone; `lower`, unless null, is Tuned::nominal.
  void (*relax_nominals)(const NeuronLines& lines, const double* lower, double* nominal, double* constant, std::size_t columns);
};

/// PARABOUND_ISA names a back end that this machine or build lacks.
class BackendUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Those this machine can run, the slowest (scalar) first.
const Backend* const* available_backends(int* count);
/// The named one, or null where it is unknown or cannot run here.
const Backend* find_backend(const char* name);
/// The one that PARABOUND_ISA names; else the widest available. Decided once per process. Throws BackendUnavailable.
const Backend& backend();

}  // namespace parabound
