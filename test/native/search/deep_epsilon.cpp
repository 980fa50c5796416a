// One box for all directions: contracting it must keep what counts in any of them.
#include "search/change.hpp"

#include "../check.hpp"

using namespace parabound;

int main() {
  // Two relu layers that are the identity on x + 2, x in [-1, 1], and two outputs z = (0, 0) whose weights move by
  // known amounts: the change of output 0 is 0.125 (x + 2), which rises; of output 1 it is 0.5 - 0.125 (x + 2), which falls.
  Network network;
  network.inputs = 1;
  network.add_layer(1, Activation::relu);
  network.add_layer(1, Activation::relu);
  network.add_layer(2, Activation::linear);
  network.parameters = {1, 2, 1, 0, 0, 0, 0, 0};
  const std::vector<double> moved = {1, 2, 1, 0, 0.125, -0.125, 0, 0.5};
  const ParameterBox box = box_from_bounds(network.parameters.data(), moved.data(), moved.data(), moved.size());
  const auto objective = deep_epsilon_objective(network, box, {0, 1}, Measure::confidence);
  const RoundUp up;
  const std::vector<double> whole = {-1, 1};
  Domain X;
  X.set(whole.data(), 1);
  const auto contracted = [&](double threshold) {
    CHECK(objective->bound(0, X).upper >= 0.375);
    std::vector<double> ends = whole;
    objective->contract(0, X, threshold, ends.data());
    return ends;
  };
  // Above 0.25 output 0 counts for x > 0 and output 1 for x < 0: nothing may go.
  CHECK(contracted(0.25) == whole);
  // Above 0.4 neither does, and the box is seen to be empty.
  std::vector<double> ends = whole;
  objective->bound(0, X);
  CHECK(objective->contract(0, X, 0.4, ends.data()) == Contraction::empty);
  return check::outcome();
}
