// Whole searches on small networks: whatever is attained, at any input by any parameters, is at most the upper end, and
// the lower end is attained where its witness says; with a gap, with a target, cut short, and one input at a time.
#include "question.hpp"

#include "search/branch_and_bound.hpp"
#include "search/local.hpp"

namespace {

using namespace question;

struct Answer {
  double lower = 0, upper = -kInf;
  double bound = -kInf;  // over all boxes, without help from what is attained
  bool stalled = false;
  Witness witness;
};

/// As src/search/search.ts keeps its books.
Answer answer(const Question& q, Objective& objective, Limits limits) {
  Answer all;
  const std::size_t size = record_size(objective.variables());
  std::vector<double> open;
  const auto absorb = [&](Slice slice) {
    all.upper = std::max(all.upper, slice.closed);
    for (std::size_t at = 0; at < slice.stalled.size(); at += size) all.upper = std::max(all.upper, slice.stalled[at + kUpper]), all.stalled = true;
    if (slice.improved) {
      all.lower = std::max(all.lower, slice.witness.value);
      all.witness = std::move(slice.witness);
    }
    open = std::move(slice.open);
  };
  const std::vector<double> domain = q.image();
  absorb(start(objective, domain.data(), 1, nullptr, limits));
  const double incumbent = all.witness.input.empty() ? -kInf : all.witness.value;
  if (!open.empty()) absorb(run_slice(objective, open, domain.data(), incumbent, nullptr, nullptr, limits));
  for (std::size_t at = 0; at < open.size(); at += size) all.upper = std::max(all.upper, open[at + kUpper]);
  all.bound = all.upper;
  all.upper = std::max(all.upper, all.lower);
  return all;
}

void whole(cases::Source& source, Query query, Style style, bool deep) {
  Question q = ask(source, query, style, deep);
  if (source.below(4) == 0) scale(source, q);
  const auto objective = q.problem.objective();
  Limits limits;
  limits.milliseconds = 1e6;
  limits.boxes = static_cast<std::uint64_t>(source.below(4) ? 200 : source.below(20));
  limits.gap = source.below(2) ? 1e-9 : 0.125;
  if (query == Query::reach || source.below(3) == 0) {
    limits.has_target = true;
    limits.target = query == Query::reach ? 0 : source.below(2) ? 0.125 * static_cast<double>(source.below(4)) : -std::numeric_limits<double>::denorm_min();
  }
  const Answer all = answer(q, *objective, limits);
  CHECK(all.upper == all.upper && all.lower <= all.upper);
  for (int n = 0; n < 20; ++n) {
    const Point x = random_case::point(source, q.domain);
    const Real attained = best(q, x, tries(source, q, x));
    CHECK_THAT(attained <= all.bound + kRoom, "query %d: bound %a, attained %La; target %d %a", static_cast<int>(query), all.bound, attained,
               limits.has_target, limits.target);
    if (attained == 0 && query != Query::epsilon) CHECK(all.bound >= -std::numeric_limits<double>::denorm_min());  // below it: nothing counts
  }
  if (!all.witness.input.empty()) {
    for (std::size_t j = 0; j < all.witness.input.size(); ++j) CHECK(q.domain[2 * j] <= all.witness.input[j] && all.witness.input[j] <= q.domain[2 * j + 1]);
    const Real attained = value(q, all.witness.input, all.witness.parameters.data());
    CHECK_THAT(attained == -INFINITY || attained >= all.lower - kRoom, "query %d: lower %a, attained %La", static_cast<int>(query), all.lower, attained);
  }
}

/// Nothing is cut short: at most one hidden layer closes any gap, or stalls.
void closes(cases::Source& source) {
  const Question q = ask(source, Query::epsilon, Style::coarse, false);
  const auto objective = q.problem.objective();
  if (objective->variables() > 2) return;
  Limits limits;
  limits.milliseconds = 1e6;
  limits.boxes = 20000;
  limits.gap = 1e-4;
  const Answer all = answer(q, *objective, limits);
  CHECK_THAT(all.upper - all.lower <= 1e-4 || all.stalled, "[%a, %a] is left open", all.lower, all.upper);
}

void one_by_one(cases::Source& source) {
  Question q = ask(source, Query::epsilon, source.below(2) ? Style::coarse : Style::fine, source.below(3) == 0);
  if (source.below(4) == 0) scale(source, q);
  const auto objective = q.problem.objective();
  std::vector<double> inputs;
  std::vector<Point> points;
  for (int n = 0; n < 3; ++n) {
    points.push_back(random_case::point(source, q.domain));
    inputs.insert(inputs.end(), points.back().begin(), points.back().end());
  }
  const LocalBounds bounds = local_bounds(*objective, q.network().inputs, inputs, nullptr);
  CHECK(bounds.lower.size() == 3 && bounds.upper.size() == 3);
  for (std::size_t n = 0; n < bounds.lower.size(); ++n) {
    const Real attained = best(q, points[n], tries(source, q, points[n]));
    CHECK_THAT(attained <= bounds.upper[n] + kRoom && bounds.lower[n] <= bounds.upper[n], "[%a, %a], attained %La", bounds.lower[n],
               bounds.upper[n], attained);
    if (q.network().hidden_layers() <= 1 && q.network().outputs() == 1)
      CHECK_THAT(bounds.upper[n] - bounds.lower[n] <= (q.problem.scaling.identity() ? 1e-12 : 1e-9), "[%a, %a] at a point", bounds.lower[n], bounds.upper[n]);
  }
}

}  // namespace

int main() {
  cases::Source source(9);
  for (long n = cases::count(1200); n > 0; --n) {
    for (const Query query : {Query::epsilon, Query::sigma, Query::sigma, Query::reach}) {
      whole(source, query, Style::coarse, false);
      whole(source, query, Style::fine, false);
      if (n % 4 == 0) whole(source, query, Style::coarse, true);
    }
    one_by_one(source);
    if (n % 8 == 0) closes(source);
  }
  return check::outcome();
}
