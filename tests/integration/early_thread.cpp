// Starts a thread when it is loaded (LD_PRELOAD), before main, as OpenBLAS does: it has every signal
// unblocked.

#include <pthread.h>
#include <unistd.h>

namespace {

void* wait_for_ever(void* /*unused*/) {
  while (true) ::pause();
}

[[gnu::constructor]] void start_thread() {
  pthread_t thread{};
  if (::pthread_create(&thread, nullptr, wait_for_ever, nullptr) == 0) ::pthread_detach(thread);
}

}  // namespace
