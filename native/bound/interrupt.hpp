// A box of a large network takes long. Loops over layers call `breathe`, so that an abort or the end of
// the whole search's time is heard inside a box too: it throws, and whoever works on the box keeps it open.
#pragma once

#include <chrono>
#include <cstdint>

namespace parabound {

struct Interrupted {};

/// While it lives, `breathe` on this thread throws once *stop is not zero or the time is up.
class Patience {
 public:
  Patience(const volatile std::int32_t* stop, double milliseconds) : stop_(stop), before_(current()) {
    using Duration = std::chrono::steady_clock::duration;
    // Longer than a day counts as for ever: the sum would overflow.
    limited_ = milliseconds < 1e8;
    if (limited_) end_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(milliseconds));
    current() = this;
  }
  ~Patience() { current() = before_; }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  bool over() const { return (stop_ && *stop_) || (limited_ && std::chrono::steady_clock::now() >= end_); }
  static Patience*& current() {
    static thread_local Patience* patience = nullptr;
    return patience;
  }

 private:
  const volatile std::int32_t* stop_;
  Patience* before_;
  bool limited_ = false;
  std::chrono::steady_clock::time_point end_;
};

inline void breathe() {
  if (const Patience* patience = Patience::current())
    if (patience->over()) throw Interrupted();
}

/// Work that only tightens what is known: where time is up, what is known has to do.
template <class Work>
void unhurried(Work work) {
  try {
    work();
  } catch (const Interrupted&) {
  }
}

}  // namespace parabound
