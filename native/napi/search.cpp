#include <napi.h>

namespace parabound {

void register_search(Napi::Env, Napi::Object) {}

}  // namespace parabound
