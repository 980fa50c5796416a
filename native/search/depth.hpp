// How deep an input lies on its own side of the decision boundary, in the measure asked for:
// |f - level| or |z - logit(level)| for one output, top minus second of the confidences or of the
// logits for k.
//
// "Heads" are those of sigma.cpp: z_i <= t for the nominal label, depth y_i = t - z_i on the logits.
#pragma once

#include "../bound/trace.hpp"
#include "sigma.hpp"

namespace parabound {

class Depth {
 public:
  virtual ~Depth() = default;
  /// At least the measure of every point of X whose nominal heads lie in z; the trace stands at X.
  virtual double upper(const std::vector<Interval>& z, Trace& trace, const Domain& sides) = 0;
  /// Every point of measure above `threshold` has y_i above this for every i.
  virtual double least_depth(double threshold) = 0;
  /// Encloses the measure where the last pre-activations are z (one per output).
  virtual Interval at(const std::vector<Interval>& z) const = 0;
};

/// `t` is the threshold of the heads.
std::unique_ptr<Depth> make_depth(const Network& network, const ParameterBox& box, Decision decision, Measure measure, Interval t);

}  // namespace parabound
