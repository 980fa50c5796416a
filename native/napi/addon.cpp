// The addon's entry point. Every exported function is registered by the file that implements it.
#include <napi.h>

namespace parabound {

void register_interval(Napi::Env env, Napi::Object exports);
void register_search(Napi::Env env, Napi::Object exports);
void register_judge(Napi::Env env, Napi::Object exports);

namespace {

Napi::Value version(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), PARABOUND_VERSION);
}

// The rounding mode of the calling thread, for the tests that prove that no call ever leaves it changed. It is told by what
// additions do, not by fegetround, which on x86 asks the x87 unit and not the one that JavaScript computes with.
Napi::Value rounding_mode(const Napi::CallbackInfo& info) {
  volatile double one = 1, tiny = 0x1p-60;
  const bool up = one + tiny > 1;
  const bool down = -one - tiny < -1;
  const bool inward = one - tiny < 1;
  const char* name = up && !down     ? "upward"
                     : down && !up   ? "downward"
                     : up && down    ? "unknown"
                     : inward        ? "zero"
                                     : "nearest";
  return Napi::String::New(info.Env(), name);
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("version", Napi::Function::New(env, version, "version"));
  exports.Set("roundingMode", Napi::Function::New(env, rounding_mode, "roundingMode"));
  register_interval(env, exports);
  register_search(env, exports);
  register_judge(env, exports);
  return exports;
}

// Context-aware: Node calls it once for the main thread and once for each worker thread.
NODE_API_MODULE(parabound, init)

}  // namespace
}  // namespace parabound
