// What the TypeScript side gives and takes in several places: networks, boxes, arrays, and work on a thread of
// libuv's pool. It has validated every argument (shapes, finiteness, ranges); here they are trusted.
#pragma once

#include <napi.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "search/problem.hpp"

namespace parabound {

inline std::vector<double> doubles(const Napi::Value& value) {
  const auto array = value.As<Napi::Float64Array>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

inline Napi::Float64Array typed(Napi::Env env, const std::vector<double>& values) {
  Napi::Float64Array array = Napi::Float64Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

inline Network network_from(const Napi::Object& spec) {
  Network network;
  network.inputs = spec.Get("inputs").ToNumber();
  const auto layers = spec.Get("layers").As<Napi::Array>();
  for (std::uint32_t l = 0; l < layers.Length(); ++l) {
    const auto layer = layers.Get(l).As<Napi::Object>();
    network.add_layer(layer.Get("outputs").ToNumber(), static_cast<Activation>(layer.Get("activation").ToNumber().Int32Value()));
  }
  network.parameters = doubles(spec.Get("parameters"));
  if (network.parameters.size() != network.parameter_count()) throw Napi::RangeError::New(spec.Env(), "parameters do not fit the layers");
  return network;
}

inline ParameterBox box_from(const Napi::Object& spec, const Network& network) {
  const double* nominal = network.parameters.data();
  const std::size_t count = network.parameters.size();
  const std::string kind = spec.Get("kind").ToString();
  const auto array = [&](const char* name) -> const double* {  // lives as long as spec
    const auto values = spec.Get(name).As<Napi::Float64Array>();
    if (values.ElementLength() != count) throw Napi::RangeError::New(spec.Env(), std::string(name) + " does not fit the network");
    return values.Data();
  };
  if (kind == "bounds") return box_from_bounds(nominal, array("lower"), array("upper"), count);
  const double* center = array("center");
  if (kind == "radius") return box_from_radius(nominal, center, array("radius"), count);
  const auto mask = spec.Get("mask").As<Napi::Uint8Array>();
  if (mask.ElementLength() != count) throw Napi::RangeError::New(spec.Env(), "mask does not fit the network");
  return box_from_ratio(nominal, center, spec.Get("ratio").ToNumber(), mask.Data(), count);
}

inline Scaling scaling_from(const Napi::Value& value, int inputs) {
  Scaling scaling;
  if (!value.IsObject()) return scaling;
  const auto spec = value.As<Napi::Object>();
  const auto array = [&](const char* name) {
    std::vector<double> values = doubles(spec.Get(name));
    if (values.size() != static_cast<std::size_t>(inputs)) throw Napi::RangeError::New(spec.Env(), std::string(name) + " does not fit the inputs");
    return values;
  };
  scaling.mean = array("mean");
  scaling.range = array("range");
  scaling.lower = array("lower");
  scaling.upper = array("upper");
  return scaling;
}

/// Work on a thread of libuv's pool; its arguments stay referenced until it is done.
template <class Result>
class Job final : public Napi::AsyncWorker {
 public:
  using Work = std::function<Result()>;
  using Convert = Napi::Value (*)(Napi::Env, const Result&);
  Job(Napi::Env env, Work work, Convert convert)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), work_(std::move(work)), convert_(convert) {}
  void keep(const Napi::Value& value) {
    if (value.IsObject()) kept_.push_back(Napi::Persistent(value.As<Napi::Object>()));
  }
  Napi::Promise start() {
    const Napi::Promise promise = deferred_.Promise();
    Queue();
    return promise;
  }

 protected:
  void Execute() override { result_ = work_(); }
  void OnOK() override { deferred_.Resolve(convert_(Env(), result_)); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  Work work_;
  Convert convert_;
  Result result_;
  std::vector<Napi::ObjectReference> kept_;
};

}  // namespace parabound
