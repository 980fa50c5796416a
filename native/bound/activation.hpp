// Activations and the *difference* of an activation, act(a0 + r) - act(a0), over a box.
//
// a0 is a nominal pre-activation and r its change under the perturbed parameters. Computing the
// difference from (a0, r) instead of subtracting two separate enclosures is what lets every bound
// shrink with the perturbation: act' and act'' multiply r, and r is small.
#pragma once

#include "../interval/elementary.hpp"
#include "../network/network.hpp"
#include "form.hpp"

namespace parabound {

/// Encloses act(a). Softmax is not elementwise and is not accepted here.
Interval activate(Activation act, Interval a);
/// Encloses act'(a) for sigmoid and tanh.
Interval derivative(Activation act, Interval a);

/// Given forms of a0 and r over X, and an enclosure `perturbed` of (a0 + r)(X), computes forms of
/// h0 = act(a0) and d = act(a0 + r) - act(a0). Returns an enclosure of act(a0 + r) over X.
Interval through(Activation act, const Form& a0, const Form& r, Interval perturbed, const Domain& X, Form& h0, Form& d);

/// Encloses act(z + y) - act(z) for z in Z, y in Y, tight in the corners where Y is narrow.
Interval difference_range(Activation act, Interval z, Interval y);

}  // namespace parabound
