// epsilon where the trace is not exact. Moving the trace to a box is most of the work there, so one box
// serves every output and direction: its bound is the largest of theirs.
#include "../bound/interrupt.hpp"
#include "change.hpp"
#include "contract.hpp"
#include "split_choice.hpp"
#include "volley.hpp"

namespace parabound {
namespace {

// A box is flat where its centre alone costs nearly as much: the parameters do, and no split of inputs helps.
constexpr double kFlat = 1.001;
// Where the bound at a box's centre is less than the first part of the box's, inputs are split alone; where it is more than the second, signs
// are: inputs have next to nothing left to give. Above the third each direction is searched for itself. Looked at every so many boxes, each
// counting by so much.
constexpr double kPointwise = 0.05, kAllPointwise = 0.95, kApart = 0.5, kForget = 0.1;
constexpr int kLookPointwise = 8;
// Volleys at first: more where weights are few, most where the bound is far, and no more once it is near; later ones from so many
// boxes on.
constexpr std::size_t kMostVolleys = 3, kFarVolleys = 8, kFreeWork = 100000, kCopyWork = 25000, kVolleyAgain = 8, kVolleyAlways = 64, kVolleySeldom = 1024;
constexpr int kMostWandered = 24;  // inputs: steps at random get nowhere in more
constexpr double kNear = 1.5, kFar = 10, kNearPoint = 1.1;  // bounds over values; nothing follows the first volleys at a single input
// What part of the incumbent a start must reach to be climbed, at first; failures take it nearer to one.
constexpr double kEager = 0.7, kTired = 0.1;
// And so many boxes at most are passed over after failures, one more after each; none where inputs alone are split.
constexpr int kMostPatience = 4;
constexpr std::size_t kThen = 2;  // splits that are chosen before what they split is bounded

class DeepEpsilon final : public Objective {
 public:
  DeepEpsilon(const Network& network, const ParameterBox& box, const std::vector<int>& outputs, Measure measure)
      : network_(network), box_(box), trace_(deep_trace(network, box)), changes_(network, box, outputs, measure), choice_(network.inputs) {
    std::vector<const Head*> heads;
    for (const Direction& direction : changes_.directions()) heads.push_back(&direction.head);
    all_ = heads;
    expect(0);
    clips_.resize(changes_.directions().size());
    gradient_.resize(static_cast<std::size_t>(trace_->slopes()));
    for (std::size_t i = 0; i < network.parameters.size() && !noisy_; ++i) {
      const Interval change = box.change(i);
      noisy_ = change.width() > 0x1p-40 * (change.mag() + std::fabs(network.parameters[i]));
    }
    known_.resize(notes());
  }

  int variables() const override { return network_.inputs; }
  int subproblems() const override { return 1; }
  bool exact() const override { return false; }
  bool improve_keeps_bound() const override { return true; }  // attacks leave the trace alone
  std::vector<double> root(const double* domain) const override { return {domain, domain + 2 * network_.inputs}; }

  std::vector<double> anchor() const override { return trace_->anchor(); }
  void set_anchor(const std::vector<double>& from) override { trace_->set_anchor(from); }
  void aim(double threshold) override {
    aim_ = threshold;
    if (changes_.activation() == Activation::linear) trace_->aim(threshold);
  }
  void thorough(bool yes) override {
    // Of a known copy tuning was seen to tell next to nothing.
    thorough_ = yes;
    trace_->make(yes && noisy_ ? kThorough : Effort{});
  }
  // Neurons' signs, what to split after the chosen split (plus one; 0: not known), what that is estimated to give, and where parameters are
  // unknown also where tuning ended: most boxes have only zeros there, which cost nothing at the end (frontier.hpp).
  std::size_t notes() const override { return dials() + (noisy_ ? trace_->dials_size() : 0); }
  int then(const double* notes, int level) const override {
    return level > static_cast<int>(kThen) ? -1 : static_cast<int>(notes[thens() + static_cast<std::size_t>(level - 1)]) - 1;
  }
  void read(const double* notes) override {
    asked_.assign(notes, notes + this->notes());
    assumed_ = asked_;
  }
  void write(double* notes) const override { std::copy(known_.begin(), known_.end(), notes); }
  void divide(int number, bool upper, double* notes) override {
    trace_->add_sign(number, upper ? Sign::assumed_nonnegative : Sign::assumed_nonpositive, notes);
  }

  /// Subproblem 0 is all directions at once, i + 1 the i-th alone.
  Bound bound(int subproblem, const Domain& X) override {
    expect(subproblem);
    double pointwise = -1;
    if (noisy_ && !single(X) && bounds_++ % kLookPointwise == 0) {
      trace_->make(Effort{});
      std::fill(assumed_.begin(), assumed_.end(), 0.0);
      point_.set_point(X.c);
      pointwise = enclose(point_).upper;
      assumed_ = asked_;
      thorough(thorough_);
    }
    Bound b = enclose(X);
    if (pointwise >= 0 && b.upper > 0) {
      const double part = std::min(1.0, pointwise / b.upper);
      pointwise_ = looked_ ? pointwise_ + kForget * (part - pointwise_) : part;
      looked_ = true;
    }
    if (!blame_.neurons.empty()) return b;  // its sign can be split
    if (single(X)) {
      b.flat = true;
    } else if (b.upper <= b.center) {
      point_.set_point(X.c);
      const double at_center = enclose(point_).upper;
      enclose(X);
      b.flat = b.upper <= at_center * kFlat;
    }
    return b;
  }

  /// What some direction's affine enclosure does not rule out.
  Contraction contract(int, const Domain& X, double threshold, double* ends) override {
    if (!trace_->slopes() || !(threshold > -kInf)) return Contraction::none;
    const std::size_t size = 2 * X.x.size();
    std::vector<double> left, part(size);
    for (const Clip& one : clips_) {
      if (one.upper <= threshold) continue;
      part.assign(ends, ends + size);
      if (clip(one.constant, one.slopes.data(), threshold, X, part.data()) == Contraction::empty) continue;
      if (left.empty()) left = part;
      for (std::size_t j = 0; j < size; j += 2) {
        left[j] = std::min(left[j], part[j]);
        left[j + 1] = std::max(left[j + 1], part[j + 1]);
      }
    }
    if (left.empty()) return Contraction::empty;
    Contraction result = Contraction::none;
    for (std::size_t j = 0; j < size; j += 2) {
      const double was = ends[j + 1] - ends[j], is = left[j + 1] - left[j];
      if (left[j] > ends[j] || left[j + 1] < ends[j + 1]) result = stronger(result, is < 0.7 * was ? Contraction::much : Contraction::some);
    }
    std::copy(left.begin(), left.end(), ends);
    return result;
  }

  int branch(int, const Domain& X) override {
    if (!blame_.inputs.empty() || !blame_.neurons.empty()) return choose(blame_, upper_, X, known_);
    std::vector<double> score(X.x.size());
    for (std::size_t j = 0; j < score.size(); ++j) {
      const double slope = trace_->slopes() ? gradient_[j] : 1.0;
      score[j] = slope < kInf ? slope * X.u[j].mag() : X.u[j].mag();
    }
    return widest(score, X);
  }
  /// A sign that helps one direction tells little of another: where signs are most of what is left to split, each direction has its own.
  std::vector<Part> parts(int subproblem, const Domain& X) override {
    std::vector<Part> parts;
    const bool apart = single(X) || blame_.inputs.empty() || (noisy_ && pointwise_ > kApart);
    if (subproblem > 0 || clips_.size() < 2 || blame_.neurons.empty() || !apart) return parts;
    double rest = -kInf;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      if (clips_[i].upper <= aim_) {
        rest = std::max(rest, clips_[i].upper);
        continue;
      }
      Part part{static_cast<int>(i) + 1, clips_[i].upper, -1, known_};
      Blame blame;
      if (trace_->blame(*all_[i], blame)) part.branch = choose(blame, clips_[i].upper, X, part.notes);
      if (noisy_) trace_->remember(*all_[i], part.notes.data() + dials());
      parts.push_back(std::move(part));
    }
    if (parts.size() < 2) return {};
    if (rest > -kInf) parts.push_back({0, rest, -1, known_});
    return parts;
  }
  void gave(int branch, const double* notes, double gain, double milliseconds) override {
    choice_.gave({branch, notes[estimate()]}, gain, milliseconds);
    trace_->splits_give(choice_.gain());
  }

  /// First from everywhere, again while much is open; then from a few starts in each box, towards the direction of its bound, and now
  /// and then from everywhere once more, most often at first and seldom once the bound is near. Every other time walkers go, where they can.
  bool improve(int, const Domain& X, const Domain& whole, double incumbent, Witness& found) override {
    if (!volley_) volley_ = std::make_unique<Volley>(network_, box_, changes_.directions(), changes_.activation());
    if (!(incumbent > -kInf)) return climb(first_volleys(whole), incumbent, found);
    if (volley_->settled(whole)) return false;
    const std::size_t count = ++improvements_;
    const bool doubled = count >= kVolleyAgain && (count & (count - 1)) == 0;
    if (doubled || count >= again_) {
      const bool better = climb(from_everywhere(whole, seed(X, count), ++turns_ % 2 == 1), incumbent, found);
      wait_ = better || !(upper_ < kNear * incumbent) ? kVolleyAlways : std::min(kVolleySeldom, 2 * wait_);
      again_ = count + wait_;
      if (better) return true;
    }
    if (single(whole) || waited_++ < patience_) return false;
    waited_ = 0;
    const std::vector<Shot> shots = volley_->near(X, whole, largest_, eagerness_ * incumbent);
    const bool better = climb(shots, incumbent, found);
    patience_ = better || pointwise_ < kPointwise ? 0 : std::min(patience_ + 1, kMostPatience);
    if (better) eagerness_ = kEager;
    else if (!shots.empty()) eagerness_ += kTired * (1 - eagerness_);
    return better;
  }

 private:
  std::size_t thens() const { return trace_->pattern_size(); }
  std::size_t estimate() const { return thens() + kThen; }
  std::size_t dials() const { return estimate() + 1; }

  /// What to split of a box; its estimate stays in the notes.
  int choose(const Blame& blame, double upper, const Domain& X, std::vector<double>& notes) {
    std::vector<Offer> inputs, signs;
    for (std::size_t j = 0; j < blame.inputs.size(); ++j)
      if (divisible(X.x[j])) inputs.push_back({static_cast<int>(j), blame.inputs[j] / upper});
    for (const auto& [number, by] : blame.neurons) signs.push_back({variables() + number, by / upper});
    // Of a known copy inputs tell all.
    if (!inputs.empty() && (!noisy_ || pointwise_ < kPointwise)) signs.clear();
    else if (!signs.empty() && pointwise_ > kAllPointwise) inputs.clear();
    inputs.insert(inputs.end(), signs.begin(), signs.end());
    if (inputs.empty()) return -1;
    Offer chosen = choice_.choose(inputs);
    const int branch = chosen.variable;
    notes[estimate()] = chosen.estimate;
    // Of a known copy estimates hold for the halves, too: next to nothing is open but inputs, and little is learnt from what splits gave.
    double* then = notes.data() + thens();
    std::fill_n(then, kThen, 0.0);
    for (std::size_t level = 0; level < kThen && !noisy_ && branch < variables(); ++level) {  // a sign that is known has no halves
      for (Offer& one : inputs)
        if (one.variable == chosen.variable) one.estimate *= 0.5;
      chosen = choice_.choose(inputs);
      then[level] = chosen.variable + 1;
    }
    return branch;
  }

  struct Clip {
    double upper = -kInf, constant = kInf;
    std::vector<Interval> slopes;
  };

  void expect(int subproblem) {
    if (subproblem == subproblem_) return;
    subproblem_ = subproblem;
    trace_->expect(subproblem > 0 ? std::vector<const Head*>{all_[static_cast<std::size_t>(subproblem - 1)]} : all_, changes_.activation() != Activation::linear);
  }

  Bound enclose(const Domain& X) {
    const int n = trace_->slopes();
    Bound b;
    b.upper = b.center = -kInf;
    if (assumed_.size() == known_.size()) {
      trace_->assume(assumed_.data());
      if (noisy_) trace_->recall(assumed_.data() + dials());
      std::copy(assumed_.begin(), assumed_.end(), known_.begin());
    }
    trace_->move_to(X);
    trace_->known(known_.data());
    blame_.inputs.clear();
    blame_.neurons.clear();
    if (trace_->is_empty()) return b;
    bool first = true;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      clips_[i].upper = -kInf;
      if (subproblem_ > 0 && i + 1 != static_cast<std::size_t>(subproblem_)) continue;
      const Form& change = changes_.enclose(changes_.directions()[i], *trace_, X);
      double upper = change.r.hi;
      if (n) upper = std::min(upper, affine_range(change, X).hi);
      clips_[i].upper = upper;
      clips_[i].constant = change.k.hi;
      clips_[i].slopes.assign(change.s, change.s + n);
      if (!first && !(upper > b.upper)) continue;
      first = false;
      largest_ = i;
      b.upper = upper;
      b.center = change.v.hi;
      // An affine bound of a change may have no slope at all: the gradient tells what moves it.
      for (int j = 0; j < n; ++j) gradient_[static_cast<std::size_t>(j)] = change.g[j].mag();
    }
    upper_ = b.upper;
    trace_->blame(changes_.directions()[largest_].head, blame_);
    if (noisy_) trace_->remember(changes_.directions()[largest_].head, known_.data() + dials());
    return b;
  }

  /// Threads count each for themselves: it takes the box to tell their volleys apart.
  static std::uint64_t seed(const Domain& X, std::size_t count) {
    std::uint64_t sum = count;
    for (const double c : X.c) sum = sum * 0x9e3779b97f4a7c15ull + std::hash<double>{}(c);
    return sum;
  }

  std::vector<Shot> from_everywhere(const Domain& whole, std::uint64_t seed, bool walking) {
    walking = walking && volley_->free() && !single(whole) && network_.inputs <= kMostWandered;
    return walking ? volley_->wander(whole, seed) : volley_->everywhere(whole, seed);
  }

  std::vector<Shot> first_volleys(const Domain& whole) {
    // Of a copy only inputs are sought.
    const std::size_t work = volley_->free() ? kFreeWork : kCopyWork, most = std::min(kMostVolleys, 1 + work / volley_->work(whole));
    const std::size_t far = volley_->free() ? std::max(most, std::min(kFarVolleys, work / network_.parameters.size())) : most;
    const double near = single(whole) ? kNearPoint : kNear;
    std::vector<Shot> best;
    for (std::size_t round = 0;; ++round) {
      std::vector<Shot> shots = from_everywhere(whole, round, round % 2 == 1);
      if (!shots.empty() && (best.empty() || shots[0].value > best[0].value)) best = std::move(shots);
      const double open = best.empty() ? kInf : clips_[largest_].upper / best[0].value;
      if (volley_->settled(whole) || round + 1 >= (open > kFar ? far : most) || !(open > near)) return best;
    }
  }

  /// Proves the best of the candidates, if it is better than what there is.
  bool climb(const std::vector<Shot>& shots, double incumbent, Witness& found) {
    const Patience enough(nullptr, kInf);  // what was found while there was time is kept
    for (const Shot& shot : shots) {
      if (!(shot.value > incumbent)) return false;
      const Direction& direction = changes_.directions()[shot.direction];
      std::vector<double> input = scaling.preimage(shot.input);
      const double proved = changes_.proved(direction, scaling.image(input), shot.parameters);
      if (!(proved > incumbent)) continue;
      found = Witness{};
      found.value = proved;
      found.input = std::move(input);
      found.parameters = shot.parameters;
      found.output = direction.output;
      return true;
    }
    return false;
  }

  const Network& network_;
  const ParameterBox& box_;
  std::unique_ptr<Trace> trace_;
  Changes changes_;
  std::unique_ptr<Volley> volley_;
  std::size_t improvements_ = 0, turns_ = 0, wait_ = kVolleyAlways, again_ = kVolleyAlways;
  double eagerness_ = kEager;
  int patience_ = 0, waited_ = 0;
  std::vector<Clip> clips_;  // one a direction
  std::vector<const Head*> all_;
  int subproblem_ = -1;
  double aim_ = -kInf;
  std::size_t largest_ = 0;  // the direction whose bound is the box's
  std::vector<double> gradient_;
  Domain point_;
  std::vector<double> asked_, assumed_, known_;  // notes
  Blame blame_;                          // of the largest
  SplitChoice choice_;
  int bounds_ = 0;
  bool looked_ = false, thorough_ = false;
  double pointwise_ = 0;  // what part of a box's bound its centre alone had lately: that is not the inputs' doing
  double upper_ = 1;      // the box's bound
  bool noisy_ = false;  // parameters are unknown by more than roundings
};

}  // namespace

std::unique_ptr<Objective> deep_epsilon_objective(const Network& network, const ParameterBox& box,
                                                  const std::vector<int>& outputs, Measure measure) {
  RoundUp up;
  return std::make_unique<DeepEpsilon>(network, box, outputs, measure);
}

}  // namespace parabound
