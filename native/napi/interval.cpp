// The interval kernel for tests and benchmarks: `interval()` gives an object of batch functions. An
// interval array is { lo, hi }, two Float64Arrays. src/interval/kernel.ts has the types.
//
// Each function reads its arguments, computes under a RoundUp with no call into JavaScript, and only
// then, back in the caller's rounding mode, makes its result.
#include <napi.h>

#include <chrono>
#include <string>
#include <vector>

#include "interval/elementary.hpp"
#include "interval/simd/backend.hpp"
#include "interval/simd/tally.hpp"

namespace parabound {
namespace {

using Intervals = std::vector<Interval>;

std::vector<double> doubles(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    throw Napi::TypeError::New(value.Env(), "expected a Float64Array");
  }
  const auto array = value.As<Napi::Float64Array>();
  return std::vector<double>(array.Data(), array.Data() + array.ElementLength());
}

Intervals intervals(const Napi::Value& value) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "expected { lo, hi }");
  const auto object = value.As<Napi::Object>();
  const std::vector<double> lo = doubles(object.Get("lo")), hi = doubles(object.Get("hi"));
  if (lo.size() != hi.size()) throw Napi::TypeError::New(value.Env(), "lo and hi differ in length");
  Intervals x(lo.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = Interval::stored(-lo[i], hi[i]);
  return x;
}

Napi::Value result(Napi::Env env, const Intervals& x) {
  Napi::Float64Array lo = Napi::Float64Array::New(env, x.size()), hi = Napi::Float64Array::New(env, x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    lo.Data()[i] = x[i].lo();
    hi.Data()[i] = x[i].hi;
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("lo", lo);
  object.Set("hi", hi);
  return object;
}

void expect(const Napi::CallbackInfo& info, bool condition, const char* what) {
  if (!condition) throw Napi::TypeError::New(info.Env(), what);
}

/// Computes under RoundUp: a call that is not inlined, on numbers in memory, which is what rounding.hpp asks for.
template <typename Work>
__attribute__((noinline)) void rounding_up(Work& work) {
  const RoundUp up;
  work();
}

template <Interval (*f)(Interval)>
Napi::Value unary(const Napi::CallbackInfo& info) {
  Intervals x = intervals(info[0]);
  auto work = [&x] {
    for (Interval& each : x) each = f(each);
  };
  rounding_up(work);
  return result(info.Env(), x);
}

template <Interval (*f)(Interval, Interval)>
Napi::Value binary(const Napi::CallbackInfo& info) {
  Intervals x = intervals(info[0]);
  const Intervals y = intervals(info[1]);
  expect(info, x.size() == y.size(), "the operands differ in length");
  auto work = [&x, &y] {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = f(x[i], y[i]);
  };
  rounding_up(work);
  return result(info.Env(), x);
}

Interval add(Interval a, Interval b) { return a + b; }
Interval subtract(Interval a, Interval b) { return a - b; }
Interval multiply(Interval a, Interval b) { return a * b; }
Interval divide(Interval a, Interval b) { return a / b; }

Napi::Value dot(const Napi::CallbackInfo& info) {
  const Intervals x = intervals(info[0]), y = intervals(info[1]);
  expect(info, x.size() == y.size(), "the operands differ in length");
  Intervals sum(1);
  auto work = [&] {
    for (std::size_t i = 0; i < x.size(); ++i) sum[0] += x[i] * y[i];
  };
  rounding_up(work);
  return result(info.Env(), sum);
}

Napi::Value softmax_of(const Napi::CallbackInfo& info) {
  Intervals z = intervals(info[0]);
  auto work = [&z] { softmax(z.data(), static_cast<int>(z.size()), z.data()); };
  rounding_up(work);
  return result(info.Env(), z);
}

Napi::Value logit_of(const Napi::CallbackInfo& info) {
  const std::vector<double> level = doubles(info[0]);
  Intervals x(level.size());
  auto work = [&] {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = logit(level[i]);
  };
  rounding_up(work);
  return result(info.Env(), x);
}

const Backend& named_backend(const Napi::Value& value) {
  const std::string name = value.ToString();
  const Backend* const found = find_backend(name.c_str());
  if (!found) throw Napi::RangeError::New(value.Env(), "no back end '" + name + "' on this machine");
  return *found;
}

Napi::Value backends(const Napi::CallbackInfo& info) {
  int count = 0;
  const Backend* const* const list = available_backends(&count);
  Napi::Array array = Napi::Array::New(info.Env(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    Napi::Object entry = Napi::Object::New(info.Env());
    entry.Set("name", list[i]->name);
    entry.Set("lanes", list[i]->lanes);
    array.Set(static_cast<std::uint32_t>(i), entry);
  }
  return array;
}

Napi::Value chosen_backend(const Napi::CallbackInfo& info) {
  try {
    return Napi::String::New(info.Env(), backend().name);
  } catch (const BackendUnavailable& error) {
    throw Napi::RangeError::New(info.Env(), error.what());
  }
}

/// dense*(backend, weights, biases, x, columns): outputs x inputs weights, inputs x columns intervals, both row-major.
template <typename Layer, typename Number>
Napi::Value dense(const Napi::CallbackInfo& info, const std::vector<Number>& weights, const std::vector<Number>& biases,
                  void (*Backend::*kernel)(const Layer&, const double*, double*, std::size_t)) {
  const Backend& chosen = named_backend(info[0]);
  const Intervals x = intervals(info[3]);
  const std::size_t columns = info[4].ToNumber().Uint32Value(), outputs = biases.size();
  expect(info, columns > 0 && outputs > 0 && x.size() % columns == 0, "x is not inputs * columns long");
  const std::size_t inputs = x.size() / columns;
  expect(info, weights.size() == inputs * outputs, "the weights are not outputs * inputs");
  const Layer layer(static_cast<int>(inputs), static_cast<int>(outputs), weights.data(), biases.data());
  Columns in(inputs, columns), out(outputs, columns);
  for (std::size_t i = 0; i < x.size(); ++i) in.set(i / columns, i % columns, x[i]);
  auto work = [&] { (chosen.*kernel)(layer, in.rows(), out.rows(), in.stride()); };
  rounding_up(work);
  Intervals y(outputs * columns);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = out.get(i / columns, i % columns);
  return result(info.Env(), y);
}

Napi::Value dense_point(const Napi::CallbackInfo& info) {
  return dense<PointLayer, double>(info, doubles(info[1]), doubles(info[2]), &Backend::dense_point);
}

Napi::Value dense_interval(const Napi::CallbackInfo& info) {
  return dense<IntervalLayer, Interval>(info, intervals(info[1]), intervals(info[2]), &Backend::dense_interval);
}

template <typename Work>
Napi::Value timed(Napi::Env env, Work& work) {
  const auto start = std::chrono::steady_clock::now();
  rounding_up(work);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  Napi::Object object = Napi::Object::New(env);
  object.Set("multiplyAdds", work.done);
  object.Set("seconds", taken.count());
  return object;
}

/// Of all searches of this process so far, all threads together; a slice counts once it is done.
Napi::Value multiply_adds(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(Tally::total())); }

struct Peak {
  const Backend& chosen;
  long rounds;
  double done = 0, sink = 0;
  void operator()() { done = chosen.fma_peak(rounds, &sink); }
};

Napi::Value fma_peak(const Napi::CallbackInfo& info) {
  Peak work{named_backend(info[0]), static_cast<long>(info[1].ToNumber().Int64Value())};
  return timed(info.Env(), work);
}

/// Fused multiply-adds counted as two for each interval multiply-add, whatever the kernel spends.
template <typename Layer>
struct Throughput {
  const Layer& layer;
  void (*kernel)(const Layer&, const double*, double*, std::size_t);
  Columns &in, &out;
  long rounds;
  double done = 0;
  void operator()() {
    for (long n = 0; n < rounds; ++n) kernel(layer, in.rows(), out.rows(), in.stride());
    done = 2.0 * layer.inputs() * layer.outputs() * static_cast<double>(in.columns()) * static_cast<double>(rounds);
  }
};

/// denseThroughput(backend, 'point' | 'interval', inputs, outputs, columns, rounds)
Napi::Value dense_throughput(const Napi::CallbackInfo& info) {
  const Backend& chosen = named_backend(info[0]);
  const bool point = info[1].ToString().Utf8Value() == "point";
  const int inputs = info[2].ToNumber(), outputs = info[3].ToNumber();
  const std::size_t columns = info[4].ToNumber().Uint32Value();
  const long rounds = static_cast<long>(info[5].ToNumber().Int64Value());
  expect(info, inputs > 0 && outputs > 0 && columns > 0, "sizes must be positive");
  const auto spread = [](std::size_t i) { return static_cast<double>(i * 7919 % 1009) / 504.0 - 1.0; };
  const std::size_t size = static_cast<std::size_t>(inputs) * outputs;
  std::vector<double> weights(size), biases(outputs);
  for (std::size_t i = 0; i < size; ++i) weights[i] = spread(i);
  Columns in(inputs, columns), out(outputs, columns);
  for (std::size_t i = 0; i < in.neurons() * columns; ++i) {
    in.set(i / columns, i % columns, Interval::of(-1 - spread(i + 5), 1 + spread(i + 11)));
  }
  if (point) {
    const PointLayer layer(inputs, outputs, weights.data(), biases.data());
    Throughput<PointLayer> work{layer, chosen.dense_point, in, out, rounds};
    return timed(info.Env(), work);
  }
  Intervals wide(size), offsets(outputs);
  for (std::size_t i = 0; i < size; ++i) wide[i] = Interval::of(weights[i] - 0.125, weights[i] + 0.125);
  const IntervalLayer layer(inputs, outputs, wide.data(), offsets.data());
  Throughput<IntervalLayer> work{layer, chosen.dense_interval, in, out, rounds};
  return timed(info.Env(), work);
}

/// The mode that a RoundUp brings about, as additions show it: 1 is upward.
Napi::Value rounding_inside(const Napi::CallbackInfo& info) {
  int seen = -2;
  auto work = [&seen] { seen = observed_rounding(); };
  rounding_up(work);
  return Napi::Number::New(info.Env(), seen);
}

Napi::Value interval(const Napi::CallbackInfo& info) {
  Napi::Object kernel = Napi::Object::New(info.Env());
  const auto set = [&](const char* name, Napi::Value (*f)(const Napi::CallbackInfo&)) {
    kernel.Set(name, Napi::Function::New(info.Env(), f, name));
  };
  set("add", binary<add>);
  set("sub", binary<subtract>);
  set("mul", binary<multiply>);
  set("div", binary<divide>);
  set("relu", unary<relu>);
  set("sqr", unary<sqr>);
  set("dot", dot);
  set("exp", unary<exp>);
  set("sigmoid", unary<sigmoid>);
  set("tanh", unary<tanh>);
  set("sigmoidDerivative", unary<sigmoid_derivative>);
  set("tanhDerivative", unary<tanh_derivative>);
  set("sigmoidSecond", unary<sigmoid_second>);
  set("tanhSecond", unary<tanh_second>);
  set("softmax", softmax_of);
  set("logit", logit_of);
  set("densePoint", dense_point);
  set("denseInterval", dense_interval);
  set("backends", backends);
  set("chosenBackend", chosen_backend);
  set("multiplyAdds", multiply_adds);
  set("fmaPeak", fma_peak);
  set("denseThroughput", dense_throughput);
  set("roundingInside", rounding_inside);
  return kernel;
}

}  // namespace

void register_interval(Napi::Env env, Napi::Object exports) {
  exports.Set("interval", Napi::Function::New(env, interval, "interval"));
}

}  // namespace parabound
