#define _GNU_SOURCE
#include "sockets.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include <unistd.h>

#define CHECKED(call) ({ long outcome; do { outcome = (call); } while (outcome < 0 && errno == EINTR); \
    outcome < 0 ? -errno : outcome; })

int gw_address_numeric(const char *text, uint16_t port, gw_address *address) {
    memset(address, 0, sizeof *address);
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address->storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->storage;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        address->length = sizeof *v4;
        return 0;
    }
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        address->length = sizeof *v6;
        return 0;
    }
    return -EINVAL;
}

int gw_address_resolve(const char *name, uint16_t port, gw_address *addresses, int capacity) {
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *list = NULL;
    int code = getaddrinfo(name, NULL, &hints, &list);
    if (code != 0) return code < 0 ? code : -code;
    int count = 0;
    for (struct addrinfo *entry = list; entry != NULL && count < capacity; entry = entry->ai_next) {
        if (entry->ai_addrlen > sizeof addresses[count].storage) continue;
        gw_address *address = &addresses[count];
        memset(address, 0, sizeof *address);
        memcpy(&address->storage, entry->ai_addr, entry->ai_addrlen);
        address->length = entry->ai_addrlen;
        if (entry->ai_family == AF_INET) ((struct sockaddr_in *)&address->storage)->sin_port = htons(port);
        else if (entry->ai_family == AF_INET6) ((struct sockaddr_in6 *)&address->storage)->sin6_port = htons(port);
        else continue;
        count++;
    }
    freeaddrinfo(list);
    return count;
}

const char *gw_address_resolve_error(int code) { return gai_strerror(code); }

int gw_address_text(const gw_address *address, char *buffer, size_t capacity) {
    const void *source = address->storage.ss_family == AF_INET6
        ? (const void *)&((const struct sockaddr_in6 *)&address->storage)->sin6_addr
        : (const void *)&((const struct sockaddr_in *)&address->storage)->sin_addr;
    return inet_ntop(address->storage.ss_family, source, buffer, capacity) != NULL ? 0 : -errno;
}

int gw_address_is_ipv6(const gw_address *address) { return address->storage.ss_family == AF_INET6; }

int gw_address_port(const gw_address *address) {
    return ntohs(address->storage.ss_family == AF_INET6
        ? ((const struct sockaddr_in6 *)&address->storage)->sin6_port
        : ((const struct sockaddr_in *)&address->storage)->sin_port);
}

static int fail(int socket) {
    int number = errno;
    close(socket);
    return -number;
}

int gw_socket_listen(const gw_address *address, int backlog) {
    int one = 1, family = address->storage.ss_family;
    int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0) return -errno;
    if (setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0) return fail(s);
    if (family == AF_INET6 && setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0) return fail(s);
    if (bind(s, (const struct sockaddr *)&address->storage, address->length) != 0) return fail(s);
    if (listen(s, backlog) != 0) return fail(s);
    return s;
}

int gw_socket_accept(int listener) {
    int one = 1, s = CHECKED(accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (s >= 0) setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return s;
}

int gw_socket_connect(const gw_address *address) {
    int one = 1, s = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0) return -errno;
    if (setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0) return fail(s);
    // An interrupted connect goes on by itself, as one in progress does.
    if (connect(s, (const struct sockaddr *)&address->storage, address->length) != 0
        && errno != EINPROGRESS && errno != EINTR)
        return fail(s);
    return s;
}

int gw_socket_error(int socket) {
    int number = 0;
    socklen_t length = sizeof number;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &length) != 0) return -errno;
    return -number;
}

int gw_socket_local_port(int socket) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    if (getsockname(socket, (struct sockaddr *)&storage, &length) != 0) return -errno;
    return ntohs(storage.ss_family == AF_INET6
        ? ((struct sockaddr_in6 *)&storage)->sin6_port : ((struct sockaddr_in *)&storage)->sin_port);
}

long gw_socket_receive(int socket, void *buffer, size_t capacity) { return CHECKED(recv(socket, buffer, capacity, 0)); }

int gw_socket_wait_readable(int socket, long microseconds) {
    struct pollfd wanted = {.fd = socket, .events = POLLIN};
    struct timespec limit = {.tv_sec = 0, .tv_nsec = microseconds * 1000};
    int outcome = ppoll(&wanted, 1, &limit, NULL);
    return outcome > 0 ? 1 : 0;
}

long gw_socket_send(int socket, const void *bytes, size_t count) {
    return CHECKED(send(socket, bytes, count, MSG_NOSIGNAL));
}

int gw_socket_shutdown_write(int socket) { return shutdown(socket, SHUT_WR) == 0 ? 0 : -errno; }

int gw_socket_shutdown(int socket) { return shutdown(socket, SHUT_RDWR) == 0 ? 0 : -errno; }

int gw_socket_reset(int socket) {
    // Linux: dissolving the association of a connected TCP socket sends a reset.
    struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
    return connect(socket, &nowhere, sizeof nowhere) == 0 ? 0 : -errno;
}

int gw_socket_unacknowledged(int socket) {
    int count = 0;
    return ioctl(socket, SIOCOUTQ, &count) == 0 ? count : -errno;
}

int gw_close(int descriptor) { return close(descriptor) == 0 ? 0 : -errno; }

static uint32_t epoll_flags(uint32_t flags) {
    uint32_t result = EPOLLONESHOT;
    if (flags & GW_READABLE) result |= EPOLLIN | EPOLLRDHUP;
    if (flags & GW_WRITABLE) result |= EPOLLOUT;
    if (flags & GW_HUNG_UP) result |= EPOLLRDHUP;
    return result;
}

int gw_poller_create(void) { return CHECKED(epoll_create1(EPOLL_CLOEXEC)); }

int gw_poller_add(int poller, int descriptor, uint64_t tag) {
    struct epoll_event event = { .events = EPOLLONESHOT, .data.u64 = tag };
    return CHECKED(epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event));
}

int gw_poller_arm(int poller, int descriptor, uint64_t tag, uint32_t flags) {
    struct epoll_event event = { .events = epoll_flags(flags), .data.u64 = tag };
    return CHECKED(epoll_ctl(poller, EPOLL_CTL_MOD, descriptor, &event));
}

int gw_poller_remove(int poller, int descriptor) {
    struct epoll_event event = { 0 };
    return CHECKED(epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, &event));
}

int gw_poller_wait(int poller, gw_event *events, int capacity, int timeout_milliseconds) {
    struct epoll_event ready[64];
    int count = epoll_wait(poller, ready, capacity < 64 ? capacity : 64, timeout_milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        uint32_t flags = 0;
        if (ready[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) flags |= GW_READABLE;
        if (ready[i].events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) flags |= GW_WRITABLE;
        if (ready[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) flags |= GW_HUNG_UP;
        events[i] = (gw_event){ .tag = ready[i].data.u64, .flags = flags };
    }
    return count;
}

int gw_alarm_create(int poller, uint64_t tag) {
    int alarm = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (alarm < 0) return -errno;
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = tag };
    if (epoll_ctl(poller, EPOLL_CTL_ADD, alarm, &event) != 0) return fail(alarm);
    return alarm;
}

int gw_alarm_ring(int alarm) {
    uint64_t one = 1;
    return CHECKED(write(alarm, &one, sizeof one));
}

int gw_alarm_clear(int alarm) {
    uint64_t count;
    return CHECKED(read(alarm, &count, sizeof count));
}

typedef struct {
    char name[16];
    void (*body)(void *);
    void *context;
} start;

static void *run(void *argument) {
    start begun = *(start *)argument;
    free(argument);
    pthread_setname_np(pthread_self(), begun.name);
    begun.body(begun.context);
    return NULL;
}

int gw_thread_start(const char *name, void (*body)(void *), void *context) {
    start *begun = calloc(1, sizeof *begun);
    if (begun == NULL) return -ENOMEM;
    strncpy(begun->name, name, sizeof begun->name - 1);
    begun->body = body;
    begun->context = context;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int number = pthread_create(&thread, NULL, run, begun);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (number != 0) {
        free(begun);
        return -number;
    }
    pthread_detach(thread);
    return 0;
}
