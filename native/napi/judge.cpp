// `Judge` for JavaScript: whether labels can change at inputs, and all over boxes of inputs (search/judge.hpp).
// src/search/judge.ts has the types.
#include <memory>
#include <mutex>

#include "napi/spec.hpp"
#include "search/judge.hpp"

namespace parabound {
namespace {

/// The question, and judges that are not in use: each thread works with one of its own.
struct Bench {
  Problem problem;
  std::size_t parameters = 0;  // as they were given (Problem::settle_labels may have added some)
  std::shared_ptr<Copies> copies = std::make_shared<Copies>();
  std::mutex mutex;
  std::vector<std::unique_ptr<Judge>> idle;

  template <class Work>
  auto with_judge(Work work) {
    std::unique_ptr<Judge> judge;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!idle.empty()) {
        judge = std::move(idle.back());
        idle.pop_back();
      }
    }
    if (!judge) judge = std::make_unique<Judge>(problem.network, problem.box, problem.decision, problem.scaling, copies);
    auto result = work(*judge);
    const std::lock_guard<std::mutex> lock(mutex);
    idle.push_back(std::move(judge));
    return result;
  }
};

/// Columns: an entry for each row that was judged, or for each parameter vector.
struct PointColumns {
  std::vector<std::int32_t> verdict, nominal, label, row, from;
  std::vector<double> parameters;
};
struct BoxColumns {
  std::vector<std::int32_t> verdict, nominal, branch, by;  // by: box, label, copy, box, ...
};

Napi::Int32Array integers(Napi::Env env, const std::vector<std::int32_t>& values) {
  Napi::Int32Array array = Napi::Int32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

Napi::Value convert_points(Napi::Env env, const PointColumns& columns) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("verdict", integers(env, columns.verdict));
  result.Set("nominal", integers(env, columns.nominal));
  result.Set("label", integers(env, columns.label));
  result.Set("row", integers(env, columns.row));
  result.Set("from", integers(env, columns.from));
  result.Set("parameters", typed(env, columns.parameters));
  return result;
}
Napi::Value convert_boxes(Napi::Env env, const BoxColumns& columns) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("verdict", integers(env, columns.verdict));
  result.Set("nominal", integers(env, columns.nominal));
  result.Set("branch", integers(env, columns.branch));
  result.Set("by", integers(env, columns.by));
  return result;
}

const volatile std::int32_t* stop_from(const Napi::Value& value) {
  return value.IsTypedArray() ? value.As<Napi::Int32Array>().Data() : nullptr;
}

class JudgeObject : public Napi::ObjectWrap<JudgeObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Judge",
                       {InstanceMethod<&JudgeObject::points>("points"), InstanceMethod<&JudgeObject::boxes>("boxes"), InstanceMethod<&JudgeObject::copy>("copy"),
                        InstanceAccessor<&JudgeObject::copies>("copies")});
  }

  explicit JudgeObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<JudgeObject>(info), bench_(std::make_shared<Bench>()) {
    const auto spec = info[0].As<Napi::Object>();
    Problem& problem = bench_->problem;
    problem.network = network_from(spec.Get("network").As<Napi::Object>());
    problem.box = box_from(spec.Get("box").As<Napi::Object>(), problem.network);
    problem.scaling = scaling_from(spec.Get("scaling"), problem.network.inputs);
    problem.query = Query::sigma;
    problem.decision.level = spec.Get("level").ToNumber();
    problem.decision.smallest = std::string(spec.Get("decision").ToString()) == "min";
    bench_->parameters = problem.network.parameters.size();
    problem.settle_labels();
  }

 private:
  /// points(rows, milliseconds, witnesses, stop): parameters of what was proved come along if `witnesses`.
  Napi::Value points(const Napi::CallbackInfo& info) {
    auto bench = bench_;
    const double milliseconds = info[1].ToNumber();
    const bool witnesses = info[2].ToBoolean();
    const volatile std::int32_t* stop = stop_from(info[3]);
    auto* job = new Job<PointColumns>(info.Env(), [bench, rows = doubles(info[0]), milliseconds, witnesses, stop] {
      const auto found = bench->with_judge([&](Judge& judge) { return judge_points(judge, bench->problem.network.inputs, rows, milliseconds, stop); });
      PointColumns columns;
      for (std::size_t i = 0; i < found.size(); ++i) {
        const PointVerdict& one = found[i];
        columns.verdict.push_back(static_cast<std::int32_t>(one.verdict));
        columns.nominal.push_back(one.nominal);
        columns.label.push_back(one.label);
        if (one.verdict == Verdict::flippable && !witnesses && one.label >= 0) continue;
        for (const Change& change : one.changes) {
          columns.row.push_back(static_cast<std::int32_t>(i));
          columns.from.push_back(change.from);
          columns.parameters.insert(columns.parameters.end(), change.parameters.begin(), change.parameters.begin() + static_cast<std::ptrdiff_t>(bench->parameters));
        }
      }
      return columns;
    }, convert_points);
    job->keep(info[3]);
    return job->start();
  }

  /// boxes(ends, milliseconds, stop)
  Napi::Value boxes(const Napi::CallbackInfo& info) {
    auto bench = bench_;
    const double milliseconds = info[1].ToNumber();
    const volatile std::int32_t* stop = stop_from(info[2]);
    auto* job = new Job<BoxColumns>(info.Env(), [bench, ends = doubles(info[0]), milliseconds, stop] {
      const auto found = bench->with_judge([&](Judge& judge) { return judge_boxes(judge, bench->problem.network.inputs, ends, milliseconds, stop); });
      BoxColumns columns;
      for (std::size_t i = 0; i < found.size(); ++i) {
        const BoxVerdict& one = found[i];
        columns.verdict.push_back(static_cast<std::int32_t>(one.verdict));
        columns.nominal.push_back(one.nominal);
        columns.branch.push_back(one.branch);
        for (const BoxVerdict::By& by : one.by) columns.by.insert(columns.by.end(), {static_cast<std::int32_t>(i), by.from, by.copy});
      }
      return columns;
    }, convert_boxes);
    job->keep(info[2]);
    return job->start();
  }

  /// copy(number): its parameters.
  Napi::Value copy(const Napi::CallbackInfo& info) {
    std::vector<double> parameters = bench_->copies->at(info[0].ToNumber().Int32Value());
    parameters.resize(bench_->parameters);
    return typed(info.Env(), parameters);
  }
  Napi::Value copies(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), bench_->copies->count()); }

  std::shared_ptr<Bench> bench_;
};

}  // namespace

void register_judge(Napi::Env env, Napi::Object exports) { exports.Set("Judge", JudgeObject::define(env)); }

}  // namespace parabound
