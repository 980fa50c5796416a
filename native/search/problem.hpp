// A query as the engine holds it: network, parameter box, objective. The objective keeps scratch
// space, so each thread that works on a problem makes its own with `objective()`.
#pragma once

#include <vector>

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

  std::unique_ptr<Objective> objective() const {
    if (query == Query::sigma) return sigma_objective(network, box, decision, measure);
    if (query == Query::reach) return reach_objective(network, box, decision);
    const bool softmax = network.last().activation == Activation::softmax && measure == Measure::confidence;
    return softmax && network.outputs() > 2 ? softmax_epsilon_objective(network, box, outputs)
                                            : epsilon_objective(network, box, outputs, measure);
  }
};

}  // namespace parabound
