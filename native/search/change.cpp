#include "change.hpp"

#include "../bound/point.hpp"

namespace parabound {

Changes::Changes(const Network& network, const ParameterBox& box, const std::vector<int>& outputs, Measure measure)
    : network_(network) {
  last_ = measure == Measure::logit ? Activation::linear : network.last().activation;
  const bool pair = last_ == Activation::softmax;  // two classes: f_o = sigmoid(z_o - z_other)
  act_ = pair ? Activation::sigmoid : last_;
  for (const int o : outputs) {
    const int other = pair ? 1 - o : -1;
    directions_.push_back({make_head(network, box, o, other), o, 1.0});
    directions_.push_back({make_head(network, box, other, o), o, -1.0});
    if (pair) break;  // the two confidences sum to one: they move alike
  }
}

const Form& Changes::enclose(const Direction& direction, Trace& trace, const Domain& X) {
  const int n = trace.slopes();
  const Domain& sides = n ? X : none_;
  if (forms_.count() == 0) forms_.resize(6, n);
  Form &z = forms_[0], &dz = forms_[1], &z0 = forms_[2], &r = forms_[3], &nominal = forms_[4], &change = forms_[5];
  trace.head(direction.head, z, dz);
  if (act_ == Activation::linear) {
    copy(change, dz, n);
    return change;
  }
  if (direction.sign > 0) {
    through(act_, z, dz, z.r + dz.r, sides, nominal, change);
    change.r = meet(change.r, difference_range(act_, z.r, dz.r));
    return change;
  }
  zero(z0, n);
  zero(r, n);
  add_scaled(z0, -1.0, z, n);
  add_scaled(r, -1.0, dz, n);
  through(act_, z0, r, z0.r + r.r, sides, nominal, dz);
  dz.r = meet(dz.r, difference_range(act_, z0.r, r.r));
  zero(change, n);
  add_scaled(change, -1.0, dz, n);
  return change;
}

double Changes::proved(const Direction& direction, const std::vector<Interval>& input, const std::vector<double>& parameters) const {
  const PointValues values = evaluate_point(network_, input, parameters.data());
  return output_difference(last_, values.z0, values.dz)[static_cast<std::size_t>(direction.output)].mig();
}

}  // namespace parabound
