// The engine for JavaScript: `Problem`, which runs slices of branch and bound, and `Frontier`, which
// keeps the open boxes. src/search/native.ts has the types. The TypeScript side has validated every
// argument (shapes, finiteness, ranges); here they are trusted.
//
// A slice runs on a thread of libuv's pool (`start`, `slice`, `localEpsilon`: promises) or on the
// calling worker thread (`sliceHere`). Either way the rounding mode is changed only inside the native
// call, and no JavaScript runs in it.
#include <napi.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "napi/spec.hpp"
#include "search/branch_and_bound.hpp"
#include "search/frontier.hpp"
#include "search/local.hpp"
#include "search/problem.hpp"

namespace parabound {
namespace {

void objective_from(const Napi::Object& spec, Problem& problem) {
  const std::string query = spec.Get("query").ToString();
  problem.query = query == "sigma" ? Query::sigma : query == "reach" ? Query::reach : Query::epsilon;
  if (spec.Get("measure").IsString())
    problem.measure = std::string(spec.Get("measure").ToString()) == "logit" ? Measure::logit : Measure::confidence;
  if (problem.query == Query::epsilon) {
    const auto outputs = spec.Get("outputs").As<Napi::Array>();
    for (std::uint32_t i = 0; i < outputs.Length(); ++i) problem.outputs.push_back(outputs.Get(i).ToNumber());
    return;
  }
  problem.decision.label = spec.Get("label").ToNumber();
  problem.decision.level = spec.Get("level").ToNumber();
  problem.decision.smallest = std::string(spec.Get("decision").ToString()) == "min";
}

Limits limits_from(const Napi::Object& spec) {
  Limits limits;
  limits.gap = spec.Get("gap").ToNumber();
  limits.relative_gap = spec.Get("relativeGap").ToNumber();
  if (spec.Get("target").IsNumber()) {
    limits.has_target = true;
    limits.target = spec.Get("target").ToNumber();
  }
  limits.milliseconds = spec.Get("milliseconds").ToNumber();
  if (spec.Get("giveUp").IsNumber()) limits.give_up_milliseconds = spec.Get("giveUp").ToNumber();
  if (spec.Get("boxes").IsNumber()) limits.boxes = static_cast<std::uint64_t>(spec.Get("boxes").ToNumber().DoubleValue());
  if (spec.Get("doublings").IsNumber()) {
    limits.bounded = spec.Get("bounded").ToNumber();
    limits.doublings = spec.Get("doublings").ToNumber();
  }
  limits.depth_first = spec.Get("depthFirst").ToBoolean();
  limits.most_open = static_cast<std::size_t>(spec.Get("mostOpen").ToNumber().DoubleValue());
  return limits;
}

/// `count`: the parameters of the network as it was given (Problem::settle_labels may have added some).
Napi::Value witness_to(Napi::Env env, const Witness& found, std::size_t count) {
  Napi::Object witness = Napi::Object::New(env);
  witness.Set("input", typed(env, found.input));
  witness.Set("parameters", typed(env, {found.parameters.begin(), found.parameters.begin() + static_cast<std::ptrdiff_t>(count)}));
  witness.Set("value", found.value);
  witness.Set("output", found.output);
  witness.Set("nominalLabel", found.nominal_label);
  witness.Set("label", found.label);
  return witness;
}

/// A slice, and how many parameters its witnesses are to have.
struct Returned {
  Slice slice;
  std::size_t parameters = 0;
};

Napi::Object slice_to(Napi::Env env, const Returned& returned) {
  const Slice& slice = returned.slice;
  Napi::Object result = Napi::Object::New(env);
  result.Set("open", typed(env, slice.open));
  result.Set("stalled", typed(env, slice.stalled));
  result.Set("closed", slice.closed);
  result.Set("boxes", static_cast<double>(slice.boxes));
  result.Set("witness", slice.improved ? witness_to(env, slice.witness, returned.parameters) : env.Null());
  Napi::Array candidates = Napi::Array::New(env, slice.candidates.size());
  for (std::uint32_t i = 0; i < slice.candidates.size(); ++i) candidates.Set(i, witness_to(env, slice.candidates[i], returned.parameters));
  result.Set("candidates", candidates);
  return result;
}

Napi::Value convert_slice(Napi::Env env, const Returned& returned) { return slice_to(env, returned); }
Napi::Value convert_local(Napi::Env env, const LocalBounds& bounds) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("lower", typed(env, bounds.lower));
  result.Set("upper", typed(env, bounds.upper));
  result.Set("done", static_cast<double>(bounds.lower.size()));
  return result;
}

/// The problem, and objectives that are not in use: each thread works on one of its own, and making
/// one packs the whole network for the kernel.
class Workshop {
 public:
  Workshop(std::shared_ptr<const Problem> problem, std::size_t parameters) : problem_(std::move(problem)), parameters_(parameters) {}
  const Problem& problem() const { return *problem_; }

  template <class Work>
  Returned slice(Work work) {
    return {with_objective(std::move(work)), parameters_};
  }

  template <class Work>
  auto with_objective(Work work) {
    std::unique_ptr<Objective> objective = take();
    auto result = work(*objective);
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(std::move(objective));
    return result;
  }

 private:
  std::unique_ptr<Objective> take() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Objective> objective = std::move(idle_.back());
        idle_.pop_back();
        return objective;
      }
    }
    return problem_->objective();
  }

  std::shared_ptr<const Problem> problem_;
  std::size_t parameters_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Objective>> idle_;
};

class ProblemObject : public Napi::ObjectWrap<ProblemObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Problem",
                       {InstanceMethod<&ProblemObject::start>("start"), InstanceMethod<&ProblemObject::slice>("slice"),
                        InstanceMethod<&ProblemObject::slice_here>("sliceHere"),
                        InstanceMethod<&ProblemObject::local_epsilon>("localEpsilon"),
                        InstanceAccessor<&ProblemObject::variables>("variables"),
                        InstanceAccessor<&ProblemObject::record>("recordSize"),
                        InstanceAccessor<&ProblemObject::exact>("exact"), InstanceAccessor<&ProblemObject::anchor>("anchor")});
  }

  explicit ProblemObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ProblemObject>(info) {
    const auto spec = info[0].As<Napi::Object>();
    auto problem = std::make_shared<Problem>();
    problem->network = network_from(spec.Get("network").As<Napi::Object>());
    problem->box = box_from(spec.Get("box").As<Napi::Object>(), problem->network);
    objective_from(spec.Get("objective").As<Napi::Object>(), *problem);
    problem->scaling = scaling_from(spec.Get("scaling"), problem->network.inputs);
    const std::size_t parameters = problem->network.parameters.size();
    problem->settle_labels();
    if (spec.Get("freeInputs").IsNumber()) problem->free_inputs = spec.Get("freeInputs").ToNumber();
    if (spec.Get("anchor").IsTypedArray()) problem->anchor = doubles(spec.Get("anchor"));
    workshop_ = std::make_shared<Workshop>(problem, parameters);
    workshop_->with_objective([this](const Objective& objective) {
      variables_ = objective.variables();
      record_size_ = record_size(variables_, objective.notes());
      exact_ = objective.exact();
      return 0;
    });
  }

 private:
  struct SliceArguments {
    std::vector<double> records, domain;
    double incumbent;
    const volatile double* shared;
    const volatile std::int32_t* stop;
    Limits limits;
  };
  static SliceArguments arguments(const Napi::CallbackInfo& info) {
    SliceArguments a;
    a.records = doubles(info[0]);
    a.domain = doubles(info[1]);
    a.incumbent = info[2].ToNumber();
    a.shared = info[3].IsTypedArray() ? info[3].As<Napi::Float64Array>().Data() : nullptr;
    a.stop = info[4].IsTypedArray() ? info[4].As<Napi::Int32Array>().Data() : nullptr;
    a.limits = limits_from(info[5].As<Napi::Object>());
    return a;
  }
  static Slice run(Objective& objective, const SliceArguments& a) {
    return run_slice(objective, a.records, a.domain.data(), a.incumbent, a.shared, a.stop, a.limits);
  }

  static Slice begin(Objective& objective, const std::vector<double>& domain, std::uint64_t seed, const Limits& limits,
                     const volatile std::int32_t* stop) {
    const auto began = std::chrono::steady_clock::now();
    Slice first = parabound::start(objective, domain.data(), seed, stop, limits);
    if (first.open.empty()) return first;
    // Most queries end within the same call. Where the roots took all its time, what is left is to be shared out.
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - began;
    Limits left = limits;
    left.milliseconds = std::max(0.0, limits.milliseconds - taken.count());
    left.give_up_milliseconds = std::max(0.0, limits.give_up_milliseconds - taken.count());
    left.boxes = limits.boxes > first.boxes ? limits.boxes - first.boxes : 0;
    Slice rest = run_slice(objective, first.open, domain.data(), first.improved ? first.witness.value : -kInf, nullptr, stop, left);
    rest.stalled.insert(rest.stalled.end(), first.stalled.begin(), first.stalled.end());
    rest.closed = std::max(rest.closed, first.closed);
    rest.boxes += first.boxes;
    rest.candidates.insert(rest.candidates.end(), first.candidates.begin(), first.candidates.end());
    if (!rest.improved && first.improved) {
      rest.witness = std::move(first.witness);
      rest.improved = true;
    }
    return rest;
  }

  /// start(domain, seed, limits, stop): the root boxes and a first incumbent, then a first slice of them.
  Napi::Value start(const Napi::CallbackInfo& info) {
    std::vector<double> domain = doubles(info[0]);
    const auto seed = static_cast<std::uint64_t>(info[1].ToNumber().DoubleValue());
    const Limits limits = limits_from(info[2].As<Napi::Object>());
    const volatile std::int32_t* stop = info[3].IsTypedArray() ? info[3].As<Napi::Int32Array>().Data() : nullptr;
    auto workshop = workshop_;
    auto* job = new Job<Returned>(info.Env(), [workshop, domain = std::move(domain), seed, limits, stop] {
      return workshop->slice([&](Objective& objective) { return begin(objective, domain, seed, limits, stop); });
    }, convert_slice);
    job->keep(info[3]);
    return job->start();
  }

  /// slice(records, domain, incumbent, shared, stop, limits), on libuv's pool.
  Napi::Value slice(const Napi::CallbackInfo& info) {
    auto workshop = workshop_;
    auto* job = new Job<Returned>(info.Env(), [workshop, a = arguments(info)] {
      return workshop->slice([&](Objective& objective) { return run(objective, a); });
    }, convert_slice);
    job->keep(info[3]);
    job->keep(info[4]);
    return job->start();
  }

  /// The same on the calling thread.
  Napi::Value slice_here(const Napi::CallbackInfo& info) {
    const SliceArguments a = arguments(info);
    return slice_to(info.Env(), workshop_->slice([&](Objective& objective) { return run(objective, a); }));
  }

  /// localEpsilon(inputs, stop): [lower, upper] of epsilon at each row of inputs.
  Napi::Value local_epsilon(const Napi::CallbackInfo& info) {
    auto workshop = workshop_;
    const volatile std::int32_t* stop = info[1].IsTypedArray() ? info[1].As<Napi::Int32Array>().Data() : nullptr;
    auto* job = new Job<LocalBounds>(info.Env(), [workshop, inputs = doubles(info[0]), stop] {
      return workshop->with_objective([&](Objective& objective) {
        return local_bounds(objective, workshop->problem().network.inputs, inputs, stop);
      });
    }, convert_local);
    job->keep(info[1]);
    return job->start();
  }

  Napi::Value variables(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), variables_); }
  Napi::Value record(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(record_size_)); }
  Napi::Value anchor(const Napi::CallbackInfo& info) {
    return typed(info.Env(), workshop_->with_objective([](const Objective& objective) { return objective.anchor(); }));
  }
  Napi::Value exact(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), exact_); }

  std::shared_ptr<Workshop> workshop_;
  int variables_ = 0;
  std::size_t record_size_ = 0;
  bool exact_ = false;
};

class FrontierObject : public Napi::ObjectWrap<FrontierObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Frontier",
                       {InstanceMethod<&FrontierObject::push>("push"), InstanceMethod<&FrontierObject::take>("take"),
                        InstanceMethod<&FrontierObject::close>("close"), InstanceAccessor<&FrontierObject::size>("size"),
                        InstanceAccessor<&FrontierObject::largest>("largest"), InstanceAccessor<&FrontierObject::share>("share"),
                        InstanceAccessor<&FrontierObject::bytes>("bytes")});
  }
  explicit FrontierObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<FrontierObject>(info), frontier_(info[0].ToNumber().Uint32Value()) {}

 private:
  void push(const Napi::CallbackInfo& info) {
    const auto rows = info[0].As<Napi::Float64Array>();
    frontier_.push(rows.Data(), rows.ElementLength());
  }
  Napi::Value take(const Napi::CallbackInfo& info) {
    return typed(info.Env(), frontier_.take(info[0].ToNumber().Uint32Value(), info[1].ToBoolean()));
  }
  Napi::Value close(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), frontier_.close(info[0].ToNumber().DoubleValue()));
  }
  Napi::Value size(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(frontier_.size())); }
  Napi::Value largest(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), frontier_.largest()); }
  Napi::Value share(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), frontier_.share()); }
  Napi::Value bytes(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(frontier_.bytes())); }

  Frontier frontier_;
};

/// closingThreshold(limits, incumbent): what a box must exceed to matter.
Napi::Value closing_threshold_of(const Napi::CallbackInfo& info) {
  const Limits limits = limits_from(info[0].As<Napi::Object>());
  const double incumbent = info[1].ToNumber();
  double threshold;
  {
    RoundUp up;
    threshold = closing_threshold(limits, incumbent);
  }
  return Napi::Number::New(info.Env(), threshold);
}

}  // namespace

void register_search(Napi::Env env, Napi::Object exports) {
  exports.Set("Problem", ProblemObject::define(env));
  exports.Set("Frontier", FrontierObject::define(env));
  exports.Set("closingThreshold", Napi::Function::New(env, closing_threshold_of, "closingThreshold"));
}

}  // namespace parabound
