#include "judge.hpp"

#include <chrono>
#include <cstring>
#include <numeric>

#include "../bound/interrupt.hpp"
#include "../bound/point.hpp"
#include "contract.hpp"
#include "corner.hpp"
#include "plain.hpp"

namespace parabound {
namespace {

constexpr std::size_t kCopyBytes = std::size_t{1} << 28;  // of all copies that are named
constexpr std::size_t kMostRecent = 16;                   // copies that a thread keeps traces of
constexpr std::size_t kMostWays = 8;                      // classes that an attack tries to have overtake
constexpr double kNearlyAsGood = 0.8;                     // a copy in use does, if it changes the label by that part of the best margin
constexpr int kRounds = 4, kHarder = 12;                  // of an attack
constexpr std::size_t kChunkBytes = std::size_t{1} << 24;  // of parameters that one call gives back

std::size_t hash_of(const std::vector<double>& values) {
  std::size_t hash = values.size();
  for (const double value : values) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0x100000001b3ull;
    hash ^= hash >> 29;
  }
  return hash;
}

std::vector<double> plain_logits(const Network& network, const double* parameters, const std::vector<double>& x) {
  std::vector<double> h(x), z;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    breathe();
    const Layer& layer = network.layers[l];
    z.resize(static_cast<std::size_t>(layer.outputs));
    for (int i = 0; i < layer.outputs; ++i) {
      const double* w = parameters + layer.weight(i, 0);
      double sum = parameters[layer.bias(i)];
      for (std::size_t j = 0; j < h.size(); ++j) sum += w[j] * h[j];
      z[static_cast<std::size_t>(i)] = l + 1 < network.layers.size() ? plain_activation(layer.activation, sum) : sum;
    }
    h.swap(z);
  }
  return h;
}

double value(const Head& head, const std::vector<double>& z) {
  return (head.plus >= 0 ? z[static_cast<std::size_t>(head.plus)] : 0.0) - (head.minus >= 0 ? z[static_cast<std::size_t>(head.minus)] : 0.0);
}
Interval value(const Head& head, const std::vector<Interval>& z) {
  Interval sum(0.0);
  if (head.plus >= 0) sum += z[static_cast<std::size_t>(head.plus)];
  if (head.minus >= 0) sum += -z[static_cast<std::size_t>(head.minus)];
  return sum;
}

/// All of it is above zero, or (not strict) at least zero.
bool holds(Interval above, bool strict) { return strict ? above.lo() > 0 : above.lo() >= 0; }

std::vector<const Head*> heads_of(const Flips& flips) {
  std::vector<const Head*> heads;
  for (const Flip& way : flips.ways) heads.push_back(&way.head);
  return heads;
}

Network with(const Network& network, const std::vector<double>& parameters) {
  Network out(network);
  out.parameters = parameters;
  return out;
}

}  // namespace

int Copies::add(const std::vector<double>& parameters) {
  const std::size_t hash = hash_of(parameters);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto same = by_hash_.equal_range(hash);
  for (auto it = same.first; it != same.second; ++it)
    if (list_[static_cast<std::size_t>(it->second)] == parameters) return it->second;
  if ((list_.size() + 1) * parameters.size() * sizeof(double) > kCopyBytes) return -1;
  const int number = static_cast<int>(list_.size());
  list_.push_back(parameters);
  by_hash_.emplace(hash, number);
  return number;
}
std::vector<double> Copies::at(int number) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return list_.at(static_cast<std::size_t>(number));
}
int Copies::count() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(list_.size());
}

Judge::Copy::Copy(const Network& of, const std::vector<double>& parameters)
    : network(with(of, parameters)), alone(box_from_bounds(network.parameters.data(), network.parameters.data(), network.parameters.data(), parameters.size())),
      trace(make_trace(network, alone)), flips(static_cast<std::size_t>(std::max(2, of.outputs()))) {}

Judge::Judge(const Network& network, const ParameterBox& box, Decision decision, Scaling scaling, std::shared_ptr<Copies> copies)
    : network_(network), box_(box), decision_(decision), scaling_(std::move(scaling)), trace_(make_trace(network, box)), nominal_(network, network.parameters),
      attack_(network, box), flips_(nominal_.flips.size()), copies_(std::move(copies)) {
  forms_.resize(2, trace_->slopes());
}

const Flips& Judge::flips(int label) {
  std::unique_ptr<Flips>& own = flips_[static_cast<std::size_t>(label)];
  decision_.label = label;
  if (!own) own = std::make_unique<Flips>(flips_of(network_, box_, decision_));
  return *own;
}
const Flips& Judge::flips(Copy& copy, int label) {
  std::unique_ptr<Flips>& own = copy.flips[static_cast<std::size_t>(label)];
  decision_.label = label;
  if (!own) own = std::make_unique<Flips>(flips_of(copy.network, copy.alone, decision_));
  return *own;
}

/// The box of what the network is fed: it holds the image of the box of inputs.
void Judge::place(const double* ends) {
  const auto n = static_cast<std::size_t>(network_.inputs);
  ends_.assign(ends, ends + 2 * n);
  if (!scaling_.identity())
    for (std::size_t j = 0; j < n; ++j) {
      ends_[2 * j] = scaling_.image(j, ends[2 * j]).lo();
      ends_[2 * j + 1] = scaling_.image(j, ends[2 * j + 1]).hi;
    }
  X_.set(ends_.data(), network_.inputs);
  sides_ = X_;
  if (trace_->slopes() == 0) sides_.variables = 0;
  ++clock_;
  score_.assign(n, 0.0);
}

int Judge::plain_label(const std::vector<double>& x) {
  const std::vector<double> z = plain_logits(network_, network_.parameters.data(), x);
  if (z.size() == 1) return z[0] > flips(0).threshold.mid() ? 1 : 0;
  std::size_t best = 0;
  for (std::size_t j = 1; j < z.size(); ++j)
    if (decision_.smallest ? z[j] < z[best] : z[j] > z[best]) best = j;
  return static_cast<int>(best);
}

/// The parameters that change the label furthest, of the classes that are nearest to overtaking.
Judge::Attempt Judge::attack(int label, const std::vector<double>& x, int rounds) {
  const Flips& own = flips(label);
  std::vector<std::size_t> order(own.ways.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() > 1) {
    const std::vector<double> z = plain_logits(network_, network_.parameters.data(), x);
    const std::size_t most = std::min(order.size(), kMostWays);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                      [&](std::size_t a, std::size_t b) { return value(own.ways[a].head, z) > value(own.ways[b].head, z); });
    order.resize(most);
  }
  Attempt best;
  Forms at;
  at.resize(2, 0);
  for (const std::size_t i : order) {
    const Head& head = own.ways[i].head;
    std::vector<double> p;
    if (trace_->exact()) {
      p = best_corner(network_, box_, head, x.data());
    } else {
      attack_.probe(head, x, rounds, at[0], at[1]);
      p = attack_.parameters();
    }
    const double margin = value(head, plain_logits(network_, p.data(), x)) - own.threshold.mid();
    // At a tie the class that wins it counts for more.
    if (margin > best.margin || (margin == best.margin && own.ways[best.way].strict_flip)) best = {margin, i, std::move(p)};
  }
  return best;
}

void Judge::blame(const Form& z) {
  for (int j = 0; j < sides_.variables; ++j) score_[static_cast<std::size_t>(j)] += z.s[j].mag() * X_.u[static_cast<std::size_t>(j)].mag();
}

/// Can no input of X of this nominal label flip? The trace stands at X. Adds to `classes` those that X may hold beside it.
bool Judge::excluded(int label, bool alone, std::vector<int>* classes) {
  const Flips& own = flips(label);
  bool everywhere = true;
  for (const Flip& way : own.ways) {
    Form &z0 = forms_[0], &dz = forms_[1];
    trace_->head(way.head, z0, dz);
    const Interval nominal = range(z0);
    // z0 <= t nowhere: no input of X has this label at all.
    if (!alone && infeasible(own.threshold.hi - nominal.lo(), way.strict_nominal)) return true;
    if (classes && !infeasible(nominal.hi - own.threshold.lo(), way.strict_flip)) classes->push_back(way.overtaker);
    if (!everywhere && !classes) return false;
    // Slopes of z0 and dz are added before they meet the box.
    Interval sum = z0.k + dz.k;
    for (int j = 0; j < sides_.variables; ++j) sum += (z0.s[j] + dz.s[j]) * sides_.u[static_cast<std::size_t>(j)];
    const double highest = std::min((z0.r + dz.r).hi, sum.hi);
    if (infeasible(highest - own.threshold.lo(), way.strict_flip)) continue;
    // z0 <= t and z0 + dz >= t, one of them strict, need dz > 0.
    if (std::min(dz.r.hi, affine_range(dz, sides_).hi) <= 0) continue;
    everywhere = false;
    for (int j = 0; j < sides_.variables; ++j) dz.s[j] += z0.s[j];
    blame(dz);
  }
  return everywhere;
}

bool Judge::safe(int label, std::vector<int>& classes) {
  classes = {label};
  trace_->expect(heads_of(flips(label)), true);
  trace_->move_to(X_);
  bool proved = excluded(label, true, &classes);
  for (std::size_t i = 1; i < classes.size() && proved; ++i) proved = excluded(classes[i], false, nullptr);
  return proved;
}

/// A copy with these parameters, or one in use that changes the label at x by nearly as much.
Judge::Copy& Judge::known(int label, const Attempt& attempt, const std::vector<double>& x) {
  Copy* found = nullptr;
  const Flips& own = flips(label);
  const Flip& way = own.ways[attempt.way];
  for (const auto& one : recent_) {
    const bool same = one->network.parameters == attempt.parameters;
    if (!same && !(value(way.head, plain_logits(network_, one->network.parameters.data(), x)) - own.threshold.mid() >= kNearlyAsGood * attempt.margin)) continue;
    if (!found || one->used > found->used) found = one.get();
  }
  if (!found) {
    if (recent_.size() >= kMostRecent) recent_.erase(std::min_element(recent_.begin(), recent_.end(), [](const auto& a, const auto& b) { return a->used < b->used; }));
    recent_.push_back(std::make_unique<Copy>(network_, attempt.parameters));
    found = recent_.back().get();
  }
  found->used = ++clock_;
  return *found;
}

/// Has no input of X this label under the copy, for the class of that way beats it everywhere?
bool Judge::overturned(Copy& copy, int label, std::size_t way) {
  const Flips& own = flips(copy, label);
  copy.trace->expect({&own.ways[way].head}, true);
  copy.trace->move_to(X_);
  Form &z = forms_[0], &still = forms_[1];
  copy.trace->head(own.ways[way].head, z, still);
  if (holds(range(z) - own.threshold, own.ways[way].strict_flip)) return true;
  blame(z);
  return false;
}

bool Judge::flippable(int label, Attempt centre, BoxVerdict& found) {
  // The classes that X may hold: those that are not behind `label` everywhere.
  const Flips& own = flips(nominal_, label);
  std::vector<int> classes{label};
  nominal_.trace->expect(heads_of(own), true);
  nominal_.trace->move_to(X_);
  for (const Flip& way : own.ways) {
    nominal_.trace->head(way.head, forms_[0], forms_[1]);
    if (!infeasible(range(forms_[0]).hi - own.threshold.lo(), way.strict_flip)) classes.push_back(way.overtaker);
  }
  std::vector<Copy*> by;
  for (const int each : classes) {
    const Attempt attempt = each == label ? std::move(centre) : attack(each, X_.c, kRounds);
    if (!(attempt.margin > 0)) return false;
    Copy& copy = known(each, attempt, X_.c);
    if (!overturned(copy, each, attempt.way)) return false;
    if (copy.number < 0) copy.number = copies_->add(copy.network.parameters);
    if (copy.number < 0) return false;
    found.by.push_back({each, copy.number});
  }
  found.nominal = classes.size() == 1 ? label : -1;
  return true;
}

BoxVerdict Judge::box(const double* ends) {
  place(ends);
  BoxVerdict found;
  const int label = plain_label(X_.c);
  Attempt centre = attack(label, X_.c, kRounds);
  if (centre.margin > 0) {
    if (flippable(label, std::move(centre), found)) found.verdict = Verdict::flippable;
    else found.by.clear();
  } else {
    std::vector<int> classes;
    if (safe(label, classes)) found.verdict = Verdict::safe;
    if (classes.size() == 1) found.nominal = label;
  }
  if (found.verdict == Verdict::open) {
    if (std::all_of(score_.begin(), score_.end(), [](double s) { return !(s > 0 && s < kInf); }))
      for (std::size_t j = 0; j < score_.size(); ++j) score_[j] = X_.u[j].mag();
    found.branch = widest(score_, X_);
  }
  return found;
}

/// Does p change the label of x, and is it `label` to begin with? Enclosures at x alone.
bool Judge::prove(int label, const double* x, const std::vector<double>& parameters, PointVerdict& found) {
  const std::vector<double> input(x, x + network_.inputs);
  const PointValues values = evaluate_point(network_, scaling_.image(input), parameters.data());
  const Flips& own = flips(label);
  bool flipped = false;
  for (const Flip& way : own.ways) {
    const Interval z0 = value(way.head, values.z0);
    if (!holds(own.threshold - z0, way.strict_nominal)) return false;
    flipped = flipped || holds(z0 + value(way.head, values.dz) - own.threshold, way.strict_flip);
  }
  found.nominal = label;
  if (!flipped) return false;
  found.verdict = Verdict::flippable;
  if (own.ways.size() == 1) {
    found.label = own.ways[0].overtaker;
    return true;
  }
  // The new label is the class that beats every other beyond doubt, if one does.
  for (std::size_t o = 0; o < values.z0.size() && found.label < 0; ++o) {
    bool first = true;
    for (std::size_t other = 0; other < values.z0.size() && first; ++other) {
      if (other == o) continue;
      const Interval ahead = (values.z0[o] - values.z0[other]) + (values.dz[o] - values.dz[other]);
      first = holds(decision_.smallest ? -ahead : ahead, true);
    }
    if (first) found.label = static_cast<int>(o);
  }
  return true;
}

PointVerdict Judge::point(const double* x) {
  std::vector<double> ends;
  for (int j = 0; j < network_.inputs; ++j) ends.insert(ends.end(), 2, x[j]);
  place(ends.data());
  PointVerdict found;
  const int label = plain_label(X_.c);
  Attempt attempt = attack(label, X_.c, kRounds);
  const auto flips_by = [&] {
    if (!(attempt.margin >= 0) || !prove(label, x, attempt.parameters, found)) return false;
    found.changes.push_back({label, std::move(attempt.parameters)});
    return true;
  };
  if (flips_by()) return found;
  std::vector<int> classes;
  const auto stays = [&] {
    if (!safe(label, classes)) return false;
    found.verdict = Verdict::safe;
    found.nominal = classes.size() == 1 ? label : -1;
    return true;
  };
  if (stays()) return found;
  if (!trace_->exact()) {
    attempt = attack(label, X_.c, kHarder);
    if (flips_by()) return found;
    trace_->make(kThorough);
    const bool proved = stays();
    trace_->make(Effort());
    if (proved) return found;
  }
  if (classes.size() == 1) found.nominal = label;
  for (const int each : classes) {
    std::vector<double> p = each == label ? std::move(attempt.parameters) : attack(each, X_.c, kRounds).parameters;
    if (!p.empty() && found.changes.size() < kMostWays) found.changes.push_back({each, std::move(p)});
  }
  return found;
}

namespace {

/// Calls work(i) for i = 0, 1, ... until the time is over, at least once unless it is interrupted.
template <class Result, class Work>
std::vector<Result> in_turn(std::size_t count, double milliseconds, const volatile std::int32_t* stop, Work work) {
  using Clock = std::chrono::steady_clock;
  RoundUp up;
  const Patience patience(stop, kInf);
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(std::min(milliseconds, 1e8)));
  std::vector<Result> results;
  try {
    for (std::size_t i = 0; i < count && !(stop && *stop) && (i == 0 || Clock::now() < end); ++i)
      if (!work(i, results)) break;
  } catch (const Interrupted&) {
  }
  return results;
}

}  // namespace

std::vector<PointVerdict> judge_points(Judge& judge, int inputs, const std::vector<double>& rows, double milliseconds, const volatile std::int32_t* stop) {
  const auto n = static_cast<std::size_t>(inputs);
  std::size_t bytes = 0;
  return in_turn<PointVerdict>(rows.size() / n, milliseconds, stop, [&](std::size_t i, std::vector<PointVerdict>& results) {
    results.push_back(judge.point(rows.data() + i * n));
    for (const Change& change : results.back().changes) bytes += change.parameters.size() * sizeof(double);
    return bytes < kChunkBytes;
  });
}

std::vector<BoxVerdict> judge_boxes(Judge& judge, int inputs, const std::vector<double>& boxes, double milliseconds, const volatile std::int32_t* stop) {
  const std::size_t size = 2 * static_cast<std::size_t>(inputs);
  return in_turn<BoxVerdict>(boxes.size() / size, milliseconds, stop, [&](std::size_t i, std::vector<BoxVerdict>& results) {
    results.push_back(judge.box(boxes.data() + i * size));
    return true;
  });
}

}  // namespace parabound
