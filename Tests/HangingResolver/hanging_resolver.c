#define _GNU_SOURCE
#include "hanging_resolver.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static int waiting, total, releases;

typedef int resolve(const char *restrict, const char *restrict, const struct addrinfo *restrict,
                    struct addrinfo **restrict);

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict result) {
    if (node != NULL && strcmp(node, GW_HANGING_NAME) == 0) {
        pthread_mutex_lock(&mutex);
        const int before = releases;
        waiting++;
        total++;
        while (releases == before) pthread_cond_wait(&released, &mutex);
        waiting--;
        pthread_mutex_unlock(&mutex);
        return EAI_AGAIN;
    }
    resolve *const next = (resolve *)dlsym(RTLD_NEXT, "getaddrinfo");
    return next != NULL ? next(node, service, hints, result) : EAI_SYSTEM;
}

static int read_locked(const int *number) {
    pthread_mutex_lock(&mutex);
    const int value = *number;
    pthread_mutex_unlock(&mutex);
    return value;
}

int gw_resolver_waiting(void) { return read_locked(&waiting); }

int gw_resolver_total(void) { return read_locked(&total); }

void gw_resolver_release(void) {
    pthread_mutex_lock(&mutex);
    releases++;
    pthread_cond_broadcast(&released);
    pthread_mutex_unlock(&mutex);
}
