// A query as the engine holds it: network, parameter box, objective. The objective keeps scratch
// space, so each thread that works on a problem makes its own with `objective()`.
#pragma once

#include <vector>

#include "change.hpp"
#include "sigma.hpp"

namespace parabound {

enum class Query { epsilon, sigma, reach };

struct Problem {
  Network network;
  ParameterBox box;
  Query query = Query::epsilon;
  Measure measure = Measure::confidence;
  std::vector<int> outputs;  // epsilon
  Decision decision;         // sigma, reach
  Scaling scaling;
  int free_inputs = 0;         // of the domain
  std::vector<double> anchor;  // what an objective found at the root, if one did

  /// Labels of k relu outputs are those of relu(z), with its ties at zero, not those of z. An identity
  /// layer behind them, whose parameters are fixed, makes them the outputs of a linear layer.
  void settle_labels() {
    const int k = network.outputs();
    if (query == Query::epsilon || k == 1 || network.last().activation != Activation::relu) return;
    network.add_layer(k, Activation::linear);
    const auto fixed = [this](double value) {
      network.parameters.push_back(value);
      box.change_lo.push_back(Interval(0.0));
      box.change_hi.push_back(Interval(0.0));
      box.inner_lo.push_back(value);
      box.inner_hi.push_back(value);
    };
    for (int i = 0; i < k; ++i)
      for (int j = 0; j < k; ++j) fixed(i == j ? 1.0 : 0.0);
    for (int i = 0; i < k; ++i) fixed(0.0);
  }

  std::unique_ptr<Objective> objective() const {
    std::unique_ptr<Objective> made = unscaled();
    made->scaling = scaling;
    if (!anchor.empty()) made->set_anchor(anchor);
    return made;
  }

 private:
  static constexpr int kMostSplit = 24;
  std::unique_ptr<Objective> unscaled() const {
    if (query == Query::sigma) return sigma_objective(network, box, decision, measure);
    if (query == Query::reach) return reach_objective(network, box, decision);
    const bool softmax = network.last().activation == Activation::softmax && measure == Measure::confidence;
    // Exact in the parameters is worth little where the inputs are too many to be split.
    if (free_inputs > kMostSplit && network.hidden_layers() == 1 && !(softmax && network.outputs() > 2))
      return deep_epsilon_objective(network, box, outputs, measure);
    return softmax && network.outputs() > 2 ? softmax_epsilon_objective(network, box, outputs)
                                            : epsilon_objective(network, box, outputs, measure);
  }
};

}  // namespace parabound
