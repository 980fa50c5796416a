// Back-substitution (backward.hpp) of the neurons of a layer that are not yet known to be linear: it keeps what neurons have in common, which
// the forms (deep_forms.hpp) lose, and settles their ranges.
#pragma once

#include "deep_forms.hpp"
#include "squares.hpp"
#include "trace.hpp"
#include "tuning.hpp"

namespace parabound {

class Refinement {
 public:
  /// `with_slopes`: how steep neurons' bounds are in each input is of interest, too (DeepLayer::slopes).
  Refinement(const Network& network, Backward& backward, DeepForms& forms, Squares& squares, bool with_slopes)
      : network_(network), backward_(backward), forms_(forms), squares_(squares), with_slopes_(with_slopes), told_(forms.layers().size(), 1.0),
        passed_over_(told_.size(), 0) {}

  /// Narrows r, z0 and z of hidden layer l > 0, whose forms are there.
  void layer(std::size_t l, Effort effort, Narrowing& narrowing);

 private:
  std::vector<int> still_open(std::size_t l) const { return open_neurons(forms_.layers()[l], network_.layers[l].activation); }
  double log_widths(std::size_t l, const std::vector<int>& neurons) const;
  void square(std::size_t l);
  void refine_with(Under under, std::size_t l, const std::vector<int>& open);
  void relate(Form& a0, Form& r, Interval& z);
  void keep_slopes(std::size_t l, int neuron, std::size_t column);

  const Network& network_;
  Backward& backward_;
  DeepForms& forms_;
  Squares& squares_;
  bool with_slopes_;
  Tuner tuner_{backward_};
  Functionals wanted_, reached_;  // room, kept
  std::vector<double> told_;      // by layer, what a second rule told lately
  std::vector<int> passed_over_;
  Effort effort_;
  Narrowing* narrowing_ = nullptr;
};

}  // namespace parabound
