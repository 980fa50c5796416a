// Plain arithmetic throughout: a witness is proved afterwards, at the parameters chosen here.
#include "corner.hpp"

#include "plain.hpp"

namespace parabound {
namespace {

/// p0 where it lies inside the box, else the nearest double that does.
std::vector<double> nearest_to_nominal(const Network& network, const ParameterBox& box) {
  std::vector<double> p(network.parameters);
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = std::min(std::max(p[i], box.inner_lo[i]), box.inner_hi[i]);
  return p;
}

/// Part of the way from one inner end to the other, inside.
double between(double from, double to, double part) {
  if (part <= 0) return from;
  if (part >= 1) return to;
  const double p = from * (1 - part) + to * part;
  return std::min(std::max(p, std::min(from, to)), std::max(from, to));
}

/// Solves act(low + part (high - low)) = act(low) + share (act(high) - act(low)) for part.
double interpolate(Activation act, double low, double high, double share) {
  if (share <= 0 || share >= 1 || !(high > low)) return share;
  const double target = plain_activation(act, low) + share * (plain_activation(act, high) - plain_activation(act, low));
  double from = 0, to = 1;
  for (int i = 0; i < 60; ++i) {
    const double part = 0.5 * (from + to);
    (plain_activation(act, low + part * (high - low)) < target ? from : to) = part;
  }
  return 0.5 * (from + to);
}

void choose(std::vector<double>& p, const ParameterBox& box, std::size_t at, bool high) {
  p[at] = high ? box.inner_hi[at] : box.inner_lo[at];
}

}  // namespace

std::vector<double> best_corner(const Network& network, const ParameterBox& box, const Head& head, const double* x) {
  return best_corner(network, box, head, x, nullptr);
}

std::vector<double> best_corner(const Network& network, const ParameterBox& box, const Head& head, const double* x,
                                const double* share) {
  std::vector<double> p = nearest_to_nominal(network, box);
  const Layer& last = network.last();
  for (int i = 0; i < last.inputs; ++i) {
    const Coefficient& c = head.coefficients[static_cast<std::size_t>(i)];
    double h_low, h_high;
    bool up = true;
    if (network.hidden_layers() == 0) {
      h_low = h_high = x[i];
    } else {
      const Layer& first = network.layers[0];
      double low = box.inner_lo[first.bias(i)], high = box.inner_hi[first.bias(i)];
      for (int j = 0; j < first.inputs; ++j) {
        const std::size_t at = first.weight(i, j);
        low += (x[j] >= 0 ? box.inner_lo[at] : box.inner_hi[at]) * x[j];
        high += (x[j] >= 0 ? box.inner_hi[at] : box.inner_lo[at]) * x[j];
      }
      h_low = plain_activation(first.activation, low);
      h_high = plain_activation(first.activation, high);
      const double best_high = std::max(c.lo.mid() * h_high, c.hi.mid() * h_high);
      const double best_low = std::max(c.lo.mid() * h_low, c.hi.mid() * h_low);
      up = best_high >= best_low;
      const double part = share ? interpolate(first.activation, low, high, share[i]) : (up ? 1 : 0);
      const auto set = [&](std::size_t at, bool positive) {
        p[at] = between(positive ? box.inner_lo[at] : box.inner_hi[at], positive ? box.inner_hi[at] : box.inner_lo[at], part);
      };
      for (int j = 0; j < first.inputs; ++j) set(first.weight(i, j), x[j] >= 0);
      set(first.bias(i), true);
      if (share) h_low = h_high = h_low + share[i] * (h_high - h_low);
    }
    const double h = up ? h_high : h_low;
    if (head.plus >= 0) choose(p, box, last.weight(head.plus, i), h >= 0);
    if (head.minus >= 0) choose(p, box, last.weight(head.minus, i), h < 0);
  }
  if (head.plus >= 0) choose(p, box, last.bias(head.plus), true);
  if (head.minus >= 0) choose(p, box, last.bias(head.minus), false);
  return p;
}

std::vector<double> gradient_corner(const Network& network, const ParameterBox& box, const Functional& functional,
                                    const double* x, int rounds) {
  const std::size_t depth = network.layers.size();
  std::vector<double> p = nearest_to_nominal(network, box), best = p;
  double best_value = -kInf;
  std::vector<std::vector<double>> a(depth), h(depth + 1);
  h[0].assign(x, x + network.inputs);
  for (int round = 0; round <= rounds; ++round) {
    for (std::size_t l = 0; l < depth; ++l) {
      const Layer& layer = network.layers[l];
      a[l].assign(static_cast<std::size_t>(layer.outputs), 0);
      h[l + 1].resize(a[l].size());
      for (int i = 0; i < layer.outputs; ++i) {
        const double* w = p.data() + layer.weight(i, 0);
        double sum = p[layer.bias(i)];
        for (std::size_t j = 0; j < h[l].size(); ++j) sum += w[j] * h[l][j];
        a[l][static_cast<std::size_t>(i)] = sum;
        h[l + 1][static_cast<std::size_t>(i)] = plain_activation(layer.activation, sum);
      }
    }
    std::vector<double> back(a[depth - 1].size());
    const double value = functional(a[depth - 1], back);
    if (value > best_value) {
      best_value = value;
      best = p;
    } else if (round > 0) {
      break;
    }
    for (std::size_t l = depth; l-- > 0;) {
      const Layer& layer = network.layers[l];
      std::vector<double> below(h[l].size(), 0);
      for (int i = 0; i < layer.outputs; ++i) {
        const auto row = static_cast<std::size_t>(i);
        const double delta = l + 1 == depth ? back[row] : back[row] * plain_slope(layer.activation, a[l][row], h[l + 1][row]);
        if (delta == 0) continue;
        for (int j = 0; j < layer.inputs; ++j) {
          const std::size_t at = layer.weight(i, j);
          below[static_cast<std::size_t>(j)] += delta * p[at];
          const double gradient = delta * h[l][static_cast<std::size_t>(j)];
          if (gradient != 0) choose(p, box, at, gradient > 0);
        }
        choose(p, box, layer.bias(i), delta > 0);
      }
      back.swap(below);
    }
  }
  return best;
}

}  // namespace parabound
