// One box for all directions: contracting it must keep what counts in any of them, and its parts must be all of them.
#include "search/change.hpp"

#include "../bound/random.hpp"
#include "../check.hpp"

using namespace parabound;

namespace {

/// Two hidden relu layers of so many units, at random parameters.
Network random_network(cases::Source& source, int inputs, int units, int outputs) {
  Network network;
  network.inputs = inputs;
  for (int l = 0; l < 2; ++l) network.add_layer(units, Activation::relu);
  network.add_layer(outputs, Activation::linear);
  for (std::size_t i = network.parameter_count(); i > 0; --i) network.parameters.push_back(source.uniform(-1, 1));
  return network;
}

/// At one input, relu networks of three outputs: each direction is a part of its own, or below what was aimed at and in the rest.
/// Returns how many boxes fell into parts.
int falls_into_parts(cases::Source& source) {
  const Network network = random_network(source, 2, 4, 3);
  const std::vector<double> radius(network.parameter_count(), 0.1);
  std::vector<double> at;
  for (int j = 0; j < 2; ++j) at.push_back(source.uniform(-1, 1));
  const ParameterBox box = box_from_radius(network.parameters.data(), network.parameters.data(), radius.data(), radius.size());
  const auto objective = deep_epsilon_objective(network, box, {0, 1, 2}, Measure::confidence);
  Domain X;
  X.set_point(at);
  const std::vector<double> blank(objective->notes(), 0.0);
  const auto alone = [&](int subproblem) {
    objective->read(blank.data());
    return objective->bound(subproblem, X).upper;
  };
  double least = kInf, most = 0;
  for (int i = 1; i <= 6; ++i) {
    least = std::min(least, alone(i));
    most = std::max(most, alone(i));
  }
  const double aim = least + source.uniform(0, 1) * (most - least);
  objective->aim(aim);
  const double together = alone(0);
  CHECK(together >= most * (1 - 1e-9));
  objective->branch(0, X);
  std::vector<double> notes(objective->notes());
  objective->write(notes.data());
  for (int level = 1; level < 4; ++level) CHECK(objective->then(notes.data(), level) == -1);  // parameters are unknown: halves have to tell
  const std::vector<Part> parts = objective->parts(0, X);
  if (parts.empty()) return 0;
  std::vector<double> covered(7, -kInf);
  for (const Part& part : parts) covered[static_cast<std::size_t>(part.subproblem)] = part.upper;
  for (int i = 1; i <= 6; ++i) {
    const double bound = alone(i), by = std::max(covered[static_cast<std::size_t>(i)], covered[0]);
    CHECK_THAT(by >= bound * (1 - 1e-9) && (bound <= aim || covered[static_cast<std::size_t>(i)] >= bound * (1 - 1e-9)), "direction %d: %a covered by %a", i, bound, by);
    // And a part's parts are none.
    objective->branch(i, X);
    CHECK(objective->parts(i, X).empty());
  }
  return 1;
}

/// Of a known copy inputs are split, and by what the halves are to be split is said with it. Is that another input?
bool says_what_comes_next(cases::Source& source) {
  const Network network = random_network(source, 3, 6, 1);
  std::vector<double> copy(network.parameters);
  for (double& one : copy) one += source.uniform(-0.1, 0.1);
  const ParameterBox box = box_from_bounds(network.parameters.data(), copy.data(), copy.data(), copy.size());
  const auto objective = deep_epsilon_objective(network, box, {0}, Measure::confidence);
  const std::vector<double> blank(objective->notes(), 0.0);
  CHECK(objective->then(blank.data(), 1) == -1 && objective->then(blank.data(), 2) == -1);
  // The last input is much narrower than the first.
  const std::vector<double> ends = {-1, 1, -1, 1, 0.5, 0.5 + 0x1p-20};
  Domain X;
  X.set(ends.data(), 3);
  objective->read(blank.data());
  if (!(objective->bound(0, X).upper > 0)) return false;
  const int first = objective->branch(0, X);
  std::vector<double> notes(objective->notes());
  objective->write(notes.data());
  const int second = objective->then(notes.data(), 1), third = objective->then(notes.data(), 2);
  CHECK_THAT(first >= 0 && first < 2 && second >= 0 && second < 2 && third >= 0 && third < 2, "%d, %d, %d", first, second, third);
  CHECK(objective->then(notes.data(), 3) == -1);
  return first != second;
}

}  // namespace

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
  cases::Source source(1);
  int fallen = 0, others = 0;
  for (int i = 0; i < 200; ++i) {
    fallen += falls_into_parts(source);
    others += says_what_comes_next(source);
  }
  CHECK(fallen > 100);
  // A half gives half as much: by then the other input mostly promises more.
  CHECK_THAT(others > 100 && others < 200, "%d of 200", others);
  return check::outcome();
}
