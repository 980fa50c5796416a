// The trace of a network over an input box, and what a head makes of it.
//
// `head` gives z0, the nominal functional, and dz, an enclosure of its change z_p - z0 whose *upper*
// ends bound the largest change over the parameter box. An exact trace eliminates the parameters in
// closed form: dz(x) is then max over p itself, and every end of dz encloses it.
#pragma once

#include <memory>

#include "activation.hpp"
#include "head.hpp"
#include "pattern.hpp"

namespace parabound {

/// How many passes back the slopes of a box's bounds are tuned by (tuning.hpp); none: by rules alone.
struct Effort {
  int neurons = 0, heads = 0;
};
/// How much of a bound would go, by estimate, if an input's side were halved, or a neuron's sign known.
struct Blame {
  std::vector<double> inputs;   // one an input; empty where it is not known
  std::vector<std::pair<int, double>> neurons;  // of signs that are open, by Pattern's number
};

/// For the root of a search, which one bounds once.
constexpr Effort kThorough{40, 60};

class Trace {
 public:
  virtual ~Trace() = default;
  /// Moves to the input box X, which must outlive the calls of `head`.
  virtual void move_to(const Domain& X) = 0;
  virtual void head(const Head& head, Form& z0, Form& dz) = 0;
  /// The heads that will be asked for wherever the trace stands (they outlive it), so that it may bound them together;
  /// without `nominals` only dz has to be good.
  virtual void expect(const std::vector<const Head*>& heads, bool nominals) { static_cast<void>(heads), static_cast<void>(nominals); }
  /// True where dz is the maximum over p itself, false where it is only an enclosure for every p.
  virtual bool exact() const = 0;
  /// Neurons' signs (Pattern): those assumed hold where it moves next, and there only; after the move those known. Doubles it takes.
  /// Behind them lies where the tuning of a box's bound ended, from where the next one near it starts.
  virtual std::size_t pattern_size() const { return 0; }
  virtual std::size_t dials_size() const { return 0; }
  virtual void recall(const double* dials) { static_cast<void>(dials); }
  virtual void remember(const Head& head, double* dials) const { static_cast<void>(head), static_cast<void>(dials); }
  virtual void assume(const double* signs) { static_cast<void>(signs); }
  virtual void known(double* signs) const { static_cast<void>(signs); }
  /// Adds one sign to packed ones.
  virtual void add_sign(int number, Sign sign, double* signs) const { static_cast<void>(number), static_cast<void>(sign), static_cast<void>(signs); }
  /// After a move: no (x, p) has the signs assumed.
  virtual bool is_empty() const { return false; }
  /// The ranges that a thorough move found, and the box where they hold: a trace that is given them starts from them within it.
  virtual std::vector<double> anchor() const { return {}; }
  virtual void set_anchor(const std::vector<double>& from) { static_cast<void>(from); }
  /// Changes of at most this need no better bound.
  virtual void aim(double threshold) { static_cast<void>(threshold); }
  /// By what a split lowers the log of a bound, lately: what is slow and gives less had better be left.
  virtual void splits_give(double gain) { static_cast<void>(gain); }
  virtual void make(Effort effort) { static_cast<void>(effort); }
  /// After `head`: what its looseness is estimated to be owed to. False where only the gradients of the forms tell.
  virtual bool blame(const Head&, Blame&) { return false; }
  /// Number of slopes a form of this trace has over an n-dimensional box: n, or 0 for ranges only.
  virtual int slopes() const = 0;
};

/// No or one hidden layer: exact.
std::unique_ptr<Trace> shallow_trace(const Network& network, const ParameterBox& box);
/// Any depth: one enclosure for every p, layer by layer.
std::unique_ptr<Trace> deep_trace(const Network& network, const ParameterBox& box);

inline std::unique_ptr<Trace> make_trace(const Network& network, const ParameterBox& box) {
  return network.hidden_layers() <= 1 ? shallow_trace(network, box) : deep_trace(network, box);
}

}  // namespace parabound
