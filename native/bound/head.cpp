#include "head.hpp"

namespace parabound {
namespace {

void accumulate(Coefficient& c, const Network& network, const ParameterBox& box, std::size_t at, bool negate) {
  const Interval p0(network.parameters[at]);
  c.nominal += negate ? -p0 : p0;
  c.change_lo += negate ? -box.change_hi[at] : box.change_lo[at];
  c.change_hi += negate ? -box.change_lo[at] : box.change_hi[at];
}

void finish(Coefficient& c) {
  c.lo = c.nominal + c.change_lo;
  c.hi = c.nominal + c.change_hi;
  c.frozen_zero = c.lo.is_point() && c.hi.is_point() && c.nominal.is_point() && c.lo.hi == 0 && c.hi.hi == 0 && c.nominal.hi == 0;
}

}  // namespace

Head make_head(const Network& network, const ParameterBox& box, int plus, int minus) {
  RoundUp up;  // heads are made with the objective, before a search sets the mode
  const Layer& last = network.last();
  Head head;
  head.plus = plus;
  head.minus = minus;
  head.coefficients.resize(static_cast<std::size_t>(last.inputs));
  for (int i = 0; i < last.inputs; ++i) {
    Coefficient& c = head.coefficients[static_cast<std::size_t>(i)];
    if (plus >= 0) accumulate(c, network, box, last.weight(plus, i), false);
    if (minus >= 0) accumulate(c, network, box, last.weight(minus, i), true);
    finish(c);
  }
  if (plus >= 0) accumulate(head.constant, network, box, last.bias(plus), false);
  if (minus >= 0) accumulate(head.constant, network, box, last.bias(minus), true);
  finish(head.constant);
  return head;
}

}  // namespace parabound
