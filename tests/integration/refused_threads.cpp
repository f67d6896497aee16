// Takes the place of pthread_create (LD_PRELOAD): after WINDHOVER_THREADS_GRANTED threads the system has none
// left, as beyond a limit of processes (which does not bind root).

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include <dlfcn.h>
#include <pthread.h>

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*work)(void*),
                              void* argument) noexcept {
  static std::atomic<int> granted{0};
  const char* limit = std::getenv("WINDHOVER_THREADS_GRANTED");
  if (limit != nullptr && granted++ >= std::atoi(limit)) return EAGAIN;
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
  return create(thread, attributes, work, argument);
}
