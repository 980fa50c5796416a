#include <napi.h>

namespace parabound {

void register_interval(Napi::Env, Napi::Object) {}

}  // namespace parabound
