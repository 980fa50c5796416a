// Forms of the nominal trace h0 and of its change d = h_p - h0, layer by layer, each an
// enclosure for every p of the box at once. With E = W - W0 and e = b - b0,
//   a0 = W0 h0 + b0,   r = a_p - a0 = W0 d + E (h0 + d) + e,
// where E and e are kept as intervals. Sound at whatever tightness: what is lost is that E is one
// unknown matrix for every x, and that it is the same in every term that it enters later.
//
// A layer is two dense products over interval columns (interval/simd): the forms' entries v, r, k, s, g
// of all neurons are the columns, so that the kernel sees a matrix of weights times many columns.
#pragma once

#include "backward.hpp"
#include "deep_layer.hpp"
#include "head.hpp"

namespace parabound {

class DeepForms {
 public:
  /// `slopes` of the heads: none, or one an input. Forms have them in networks that are not linear in pieces; in the others
  /// back-substitution says all that slopes of forms would, and forms carry ranges only.
  DeepForms(const Network& network, const ParameterBox& box, const Backward& backward, int slopes);

  bool smooth() const { return smooth_; }
  /// Of the forms.
  int slopes() const { return slopes_; }
  std::vector<DeepLayer>& layers() { return layers_; }
  const std::vector<DeepLayer>& layers() const { return layers_; }

  /// Were the first layer's products those of X already? Boxes that differ in signs alone share them.
  bool is_fed(const Domain& X) const;
  void start(const Domain& X);
  /// What layer l makes of what it is fed, up to a0, r and the range of a_p.
  void multiply(std::size_t l);
  void preactivation(std::size_t l, int neuron);
  /// From those on: h0, d and the range of h_p, which the next layer is fed. Layer by layer, all neurons of each.
  void activate(std::size_t l);
  /// z0 and its change of a head, by the forms of the last hidden layer.
  void head(const Head& head, Form& z0, Form& dz);

 private:
  void add_layer(const Layer& layer, const ParameterBox& box);
  void perturb(Form& h, const Form& h0, const Form& d, Interval range) const;
  void feed_neuron(std::size_t l, std::size_t neuron, const Form& h0, const Form& d, Interval perturbed);
  void starve(std::size_t l) { layers_[l].size = layers_[l].size_of_center = 0; }
  /// Are the changes of layer l more than one number, the same for all weights?
  bool has_columns(std::size_t l) const { return layers_[l].change || backward_.shifted(l); }

  const Network& network_;
  const Backward& backward_;
  bool smooth_;
  int head_slopes_, slopes_;
  FormColumns columns_;
  std::vector<DeepLayer> layers_;
  std::vector<std::vector<Interval>> shifts_;  // b - b0
  bool mean_value_ = true;                     // of every neuron of the layer before
  Domain sides_;                               // the box, without variables where forms have no slopes
  Domain fed_;                                 // what the first layer was fed
  bool multiplied_ = false;                    // and its products are there
  Forms scratch_;
};

}  // namespace parabound
