// Whether labels can change: at one input, or all over a box of inputs, of all classes at once.
//
//   safe       no p of the parameter box changes the label of any input x of the box
//   flippable  for every x of it some p changes it: a few copies p* are named, and for each nominal label that the box
//              may hold one of them gives another label everywhere on the box
//   open       neither was proved
//
// Both verdicts rest on enclosures alone; what an attack in plain arithmetic tells is only what to try to prove.
// Copies are doubles inside the parameter box.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "../bound/trace.hpp"
#include "attack.hpp"
#include "flip.hpp"

namespace parabound {

enum class Verdict { open = 0, safe = 1, flippable = 2 };

/// Parameter vectors that changed labels, numbered, for all threads of a question.
class Copies {
 public:
  /// -1 where there is no room for more.
  int add(const std::vector<double>& parameters);
  std::vector<double> at(int number) const;
  int count() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::vector<double>> list_;
  std::unordered_multimap<std::size_t, int> by_hash_;
};

/// Parameters under which an input of nominal label `from` may have another.
struct Change {
  int from;
  std::vector<double> parameters;
};

struct PointVerdict {
  Verdict verdict = Verdict::open;
  int nominal = -1, label = -1;  // proved; -1 where intervals cannot tell
  /// Flippable: the one that does it. Open: what exact arithmetic may find to.
  std::vector<Change> changes;
};

struct BoxVerdict {
  Verdict verdict = Verdict::open;
  int nominal = -1;  // the nominal label of every input of the box; -1 where it may hold several
  int branch = -1;   // open: the input to split; -1 if none can be
  struct By {
    int from, copy;
  };
  std::vector<By> by;  // flippable: for each nominal label that the box may hold, the number of a copy
};

/// The label rule is `decision`'s; its own label has no part in it. One a thread.
class Judge {
 public:
  Judge(const Network& network, const ParameterBox& box, Decision decision, Scaling scaling, std::shared_ptr<Copies> copies);

  /// Both take inputs before scaling, and throw Interrupted.
  PointVerdict point(const double* x);
  BoxVerdict box(const double* ends);

 private:
  /// A network of known parameters, bounded over boxes of inputs.
  struct Copy {
    Copy(const Network& of, const std::vector<double>& parameters);
    Network network;
    ParameterBox alone;
    std::unique_ptr<Trace> trace;
    std::vector<std::unique_ptr<Flips>> flips;
    std::uint64_t used = 0, at = 0;  // when last, and which box the trace stands at
    int number = -1;
  };
  struct Attempt {
    double margin = -kInf;  // of the head over its threshold, by plain arithmetic
    std::size_t way = 0;
    std::vector<double> parameters;
  };

  void place(const double* ends);
  int plain_label(const std::vector<double>& x);
  Attempt attack(int label, const std::vector<double>& x, int rounds);
  const Flips& flips(int label);
  const Flips& flips(Copy& copy, int label);
  /// Adds the classes other than `label` that X may hold, whatever is known of the heads of `label`.
  bool safe(int label, std::vector<int>& classes);
  bool excluded(int label, bool alone, std::vector<int>* classes);
  bool flippable(int label, Attempt centre, BoxVerdict& found);
  bool overturned(Copy& copy, int label, std::size_t way);
  Copy& known(int label, const Attempt& attempt, const std::vector<double>& x);
  bool prove(int label, const double* x, const std::vector<double>& parameters, PointVerdict& found);
  Interval range(const Form& z) const { return meet(z.r, affine_range(z, sides_)); }
  void blame(const Form& z);

  const Network& network_;
  const ParameterBox& box_;
  Decision decision_;
  Scaling scaling_;
  std::unique_ptr<Trace> trace_;
  Copy nominal_;
  Attack attack_;
  std::vector<std::unique_ptr<Flips>> flips_;
  std::vector<std::unique_ptr<Copy>> recent_;
  std::shared_ptr<Copies> copies_;
  std::uint64_t clock_ = 0;
  Domain X_, sides_;
  Forms forms_;
  std::vector<double> score_, ends_;
};

/// What a call gets through, in order; fewer than were given if its time ends or it is stopped.
std::vector<PointVerdict> judge_points(Judge& judge, int inputs, const std::vector<double>& rows, double milliseconds, const volatile std::int32_t* stop);
std::vector<BoxVerdict> judge_boxes(Judge& judge, int inputs, const std::vector<double>& boxes, double milliseconds, const volatile std::int32_t* stop);

}  // namespace parabound
