#include "backend.hpp"

#include <cstdlib>
#include <cstring>
#include <string>

namespace parabound {

extern const Backend kScalarBackend;
#if defined(__x86_64__)
extern const Backend kAvx2Backend, kAvx512Backend;
#elif defined(__aarch64__)
extern const Backend kNeonBackend;
#endif

namespace {

struct Available {
  const Backend* list[3];
  int count = 0;
  Available() {
    list[count++] = &kScalarBackend;
#if defined(__x86_64__)
    // These ask the processor and whether the system saves the wide registers.
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) list[count++] = &kAvx2Backend;
    if (__builtin_cpu_supports("avx512f")) list[count++] = &kAvx512Backend;
#elif defined(__aarch64__)
    list[count++] = &kNeonBackend;
#endif
  }
};

const Available& available() {
  static const Available all;
  return all;
}

const Backend& choose() {
  const Available& all = available();
  const char* const wanted = std::getenv("PARABOUND_ISA");
  if (!wanted || !*wanted) return *all.list[all.count - 1];
  if (const Backend* found = find_backend(wanted)) return *found;
  std::string message = std::string("PARABOUND_ISA=") + wanted + " is not available here; there are:";
  for (int i = 0; i < all.count; ++i) message += std::string(" ") + all.list[i]->name;
  throw BackendUnavailable(message);
}

}  // namespace

const Backend* const* available_backends(int* count) {
  *count = available().count;
  return available().list;
}

const Backend* find_backend(const char* name) {
  const Available& all = available();
  for (int i = 0; i < all.count; ++i) {
    if (std::strcmp(all.list[i]->name, name) == 0) return all.list[i];
  }
  return nullptr;
}

const Backend& backend() {
  static const Backend& chosen = choose();
  return chosen;
}

}  // namespace parabound
