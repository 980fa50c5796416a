// A head: one linear functional of the last hidden layer, z = row(plus) - row(minus) of the last
// layer's affine part. One output is row(o); its mirror image, for "how far can it fall", is
// -row(o); the label question "can z_j overtake z_c" is row(j) - row(c). In every one each
// parameter of the last layer occurs once, so the extreme over them is a corner.
#pragma once

#include <vector>

#include "../network/parameter_box.hpp"

namespace parabound {

struct Coefficient {
  Interval nominal;    // v0; a point unless two rows are subtracted
  Interval change_lo;  // encloses the least change of it over the box
  Interval change_hi;  // encloses the largest
  Interval lo, hi;     // v0 + change_lo, v0 + change_hi
  bool frozen_zero = false;
};

struct Head {
  int plus = -1, minus = -1;  // rows, -1 for none
  std::vector<Coefficient> coefficients;
  Coefficient constant;
};

Head make_head(const Network& network, const ParameterBox& box, int plus, int minus);

}  // namespace parabound
