// What branch and bound relies on, for every query: a bound is at least every value attained in its box, by whatever
// parameters; contracting loses no input that counts; and a witness is worth what it says.
#include "question.hpp"

namespace {

using namespace question;

/// A box of the objective's own variables over the inputs `ends`; the shares of hidden units are whole.
std::vector<double> box_over(const Objective& objective, const std::vector<double>& ends) { return objective.root(ends.data()); }

void check_bounds(cases::Source& source, const Question& q, Objective& objective, const std::vector<double>& ends, const Domain& X) {
  std::vector<Real> upper;
  Real most = -INFINITY;
  for (int s = 0; s < objective.subproblems(); ++s) {
    upper.push_back(objective.bound(s, X).upper);
    CHECK(upper.back() == upper.back());
    most = std::max(most, upper.back());
  }
  for (int n = 0; n < 4; ++n) {
    const Point x = random_case::point(source, ends);
    const Real attained = best(q, x, tries(source, q, x));
    CHECK_THAT(attained <= most + kRoom || (q.problem.query == Query::epsilon && attained <= kRoom),
               "query %d measure %d last %d label %d smallest %d outputs %d hidden %d: bound %La, attained %La", static_cast<int>(q.problem.query),
               static_cast<int>(q.problem.measure), static_cast<int>(q.network().last().activation), q.problem.decision.label,
               q.problem.decision.smallest, q.network().outputs(), q.network().hidden_layers(), most, attained);
  }
}

/// Inputs above the threshold stay; or, where a variable was pinned, the input moved to the face is no worse. All
/// subproblems are contracted: an input counts in one of them at least.
void check_contraction(cases::Source& source, const Question& q, Objective& objective, const std::vector<double>& ends,
                       const std::vector<double>& box, const Domain& X) {
  const Point probe = random_case::point(source, ends);
  const Real there = best(q, probe, tries(source, q, probe));
  double threshold = there > -INFINITY ? static_cast<double>(there) * (source.below(2) ? 0.5 : 1.0) : 0.0;
  if (source.below(4) == 0) threshold = 0;
  if (source.below(6) == 0) threshold = -std::numeric_limits<double>::denorm_min();
  std::vector<std::vector<double>> left;
  for (int s = 0; s < objective.subproblems(); ++s) {
    if (!(objective.bound(s, X).upper > threshold)) continue;  // such boxes are closed first
    std::vector<double> narrowed = box;
    const Contraction result = objective.contract(s, X, threshold, narrowed.data());
    if (result == Contraction::none) CHECK(narrowed == box);
    if (result != Contraction::empty) left.push_back(std::move(narrowed));
  }
  for (int n = 0; n < 4; ++n) {
    Point x = n ? random_case::point(source, ends) : probe;
    const auto list = tries(source, q, x);
    const Real attained = best(q, x, list);
    if (!(attained > static_cast<Real>(threshold) + kRoom) && !(threshold < 0 && attained >= 0)) continue;
    bool kept = false;
    for (const auto& narrowed : left) {
      Point moved = x;
      for (std::size_t j = 0; j < x.size(); ++j) moved[j] = std::min(std::max(x[j], narrowed[2 * j]), narrowed[2 * j + 1]);
      if (moved == x) kept = true;
      if (kept || q.problem.query != Query::epsilon) continue;
      auto more = tries(source, q, moved);
      more.insert(more.end(), list.begin(), list.end());
      for (int s = 0; s < objective.subproblems() && !kept; ++s) {
        Witness found;
        Domain point;
        std::vector<double> at;
        for (const double one : moved) at.insert(at.end(), {one, one});
        at = box_over(objective, at);
        point.set(at.data(), objective.variables());
        if (objective.improve(s, point, point, -kInf, found)) more.push_back(found.parameters);
      }
      kept = best(q, moved, more) >= attained - kRoom;
    }
    CHECK_THAT(kept, "query %d measure %d last %d: an input of %La above %a was lost, of %zu boxes", static_cast<int>(q.problem.query),
               static_cast<int>(q.problem.measure), static_cast<int>(q.network().last().activation), attained, threshold, left.size());
  }
}

void check_witness(const Question& q, Objective& objective, const Domain& X) {
  for (int s = 0; s < objective.subproblems(); ++s) {
    Witness found;
    objective.bound(s, X);
    if (!objective.improve(s, X, X, -kInf, found) || !found.proved) continue;
    for (std::size_t i = 0; q.problem.query != Query::reach && i < q.nominal_count(); ++i)
      CHECK(q.c.box.inner_lo[i] <= found.parameters[i] && found.parameters[i] <= q.c.box.inner_hi[i]);
    for (std::size_t j = 0; j < found.input.size(); ++j) CHECK(X.x[j].contains(found.input[j]));
    const Real attained = value(q, found.input, found.parameters.data());
    // -inf where long double cannot tell the label: intervals can, next to a tie, as they work on the differences.
    const bool told = attained > -INFINITY || label_of(q, truth::logits(q.network(), q.nominal(), found.input)) == -1 ||
                      label_of(q, truth::logits(q.network(), found.parameters.data(), found.input)) == -1;
    CHECK_THAT(told && (attained == -INFINITY || attained >= found.value - kRoom), "query %d last %d label %d smallest %d: says %a, is %La",
               static_cast<int>(q.problem.query), static_cast<int>(q.network().last().activation), q.problem.decision.label,
               q.problem.decision.smallest, found.value, attained);
  }
}

void one(cases::Source& source, Query query, Style style, bool deep) {
  const Question q = ask(source, query, style, deep);
  const auto objective = q.problem.objective();  // made to nearest, as the addon does
  RoundUp up;
  for (int n = 0; n < 3; ++n) {
    const std::vector<double> ends = n == 0 ? q.domain : random_case::part(source, q.domain);
    const std::vector<double> box = box_over(*objective, ends);
    Domain X;
    X.set(box.data(), objective->variables());
    if (style == Style::huge) {
      for (int s = 0; s < objective->subproblems(); ++s) {
        const double upper = objective->bound(s, X).upper;
        CHECK(upper == upper);
      }
      continue;
    }
    check_bounds(source, q, *objective, ends, X);
    check_contraction(source, q, *objective, ends, box, X);
    if (n == 0) check_witness(q, *objective, X);
  }
}

}  // namespace

int main() {
  cases::Source source(7);
  for (long n = cases::count(3500); n > 0; --n) {
    for (const Query query : {Query::epsilon, Query::sigma, Query::sigma, Query::reach}) {
      one(source, query, Style::coarse, false);
      one(source, query, Style::fine, false);
      if (n % 4 == 0) one(source, query, Style::coarse, true);
      if (n % 8 == 0) one(source, query, Style::huge, n % 16 == 0);
    }
  }
  return check::outcome();
}
