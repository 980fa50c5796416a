// The choice between splits: larger estimates first, put right by what the same variable and its kind gave, per time; and both kinds are tried.
#include "check.hpp"

#include <cmath>
#include <limits>

#include "search/split_choice.hpp"

namespace {

using namespace parabound;

void largest_estimate_first() {
  SplitChoice choice(2);
  CHECK(choice.choose({{0, 0.1}, {1, 0.3}}).variable == 1);
  CHECK(choice.choose({{3, 0.2}, {4, 0.5}, {5, 0.4}}).variable == 4);
  CHECK(choice.choose({{1, 0.1}, {3, 0.2}}).variable == 3);
}

void what_a_variable_gave() {
  SplitChoice choice(2);
  for (int n = 0; n < 50; ++n) {
    choice.gave({4, 0.5}, 0.001, 1);
    choice.gave({5, 0.4}, 0.1, 1);
  }
  CHECK(choice.choose({{4, 0.5}, {5, 0.4}}).variable == 5);
  // One that was never split is worth what its kind is: less than 5, more than 4.
  CHECK(choice.choose({{4, 0.5}, {6, 0.5}}).variable == 6);
  CHECK(choice.choose({{5, 0.4}, {6, 0.4}}).variable == 5);
  CHECK(choice.gain() > 0.001 && choice.gain() < 0.1);
}

void what_a_kind_costs() {
  SplitChoice choice(2);
  for (int n = 0; n < 50; ++n) {
    choice.gave({0, 0.2}, 0.1, 1);
    choice.gave({3, 0.2}, 0.1, 10);
  }
  int inputs = 0;
  for (int n = 0; n < 160; ++n) inputs += choice.choose({{1, 0.2}, {4, 0.2}}).variable == 1;
  CHECK_THAT(inputs == 150, "%d of 160 are inputs: one in sixteen is the other kind", inputs);
}

void estimates_that_say_nothing() {
  SplitChoice choice(1);
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const double one : {0.0, -1.0, inf, nan}) {
    const Offer offer = choice.choose({{0, one}, {1, one}});
    CHECK(offer.variable == 0 || offer.variable == 1);
    choice.gave(offer, 0.1, 1);
  }
  choice.gave({0, 0.1}, nan, 1);
  choice.gave({-1, 0.1}, 0.1, 1);
  CHECK(std::isfinite(choice.gain()));
  CHECK(choice.choose({{1, 0.1}, {2, 0.3}}).variable == 2);
}

}  // namespace

int main() {
  largest_estimate_first();
  what_a_variable_gave();
  what_a_kind_costs();
  estimates_that_say_nothing();
  return check::outcome();
}
