#ifndef GUICHET_TESTS_SUPPORT_SANITIZED_H
#define GUICHET_TESTS_SUPPORT_SANITIZED_H

/* Sanitizers keep freed memory for a while and are slow: fewer bytes and rounds, no look at memory.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
