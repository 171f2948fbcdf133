#include "malloc_count.h"
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

// A program's own malloc stands before the C library's for everything that it loads.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic unsigned long count;
static _Atomic int is_counting;

void malloc_counting(int on) { is_counting = on; }

unsigned long malloc_count(void) { return count; }

// Off, it costs a read of what nobody writes: threads do not hinder each other.
static inline void counted(void) {
    if (atomic_load_explicit(&is_counting, memory_order_relaxed))
        atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    counted();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    counted();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    counted();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    counted();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    counted();
    *block = __libc_memalign(alignment, size);
    return *block == NULL ? ENOMEM : 0;
}

static double microseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

double processor_microseconds(void) { return microseconds(CLOCK_PROCESS_CPUTIME_ID); }
double wall_microseconds(void) { return microseconds(CLOCK_MONOTONIC); }
