#pragma once
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

// Sockets as the Swift side wants them: every function gives a result of at least 0, or the negative errno.

/// An IPv4 or IPv6 address with its port.
typedef struct {
    struct sockaddr_storage storage;
    socklen_t length;
} gw_address;

/// Reads a numeric address, without asking anybody. -EINVAL when it is none.
int gw_address_numeric(const char *_Nonnull text, uint16_t port, gw_address *_Nonnull address);
/// Looks a name up; blocks. The number of addresses written, or the code of getaddrinfo(3), which is negative.
int gw_address_resolve(
    const char *_Nonnull name, uint16_t port, gw_address *_Nonnull addresses, int capacity);
/// The text of an error of `gw_address_resolve`.
const char *_Nonnull gw_address_resolve_error(int code);
/// The numeric text of an address, without the port.
int gw_address_text(const gw_address *_Nonnull address, char *_Nonnull buffer, size_t capacity);
int gw_address_is_ipv6(const gw_address *_Nonnull address);
int gw_address_port(const gw_address *_Nonnull address);

/// A listening, non-blocking socket.
int gw_socket_listen(const gw_address *_Nonnull address, int backlog);
/// The next connection, non-blocking, with TCP_NODELAY.
int gw_socket_accept(int listener);
/// A socket that starts to connect, non-blocking, with TCP_NODELAY.
int gw_socket_connect(const gw_address *_Nonnull address);
/// 0, or how the connection failed.
int gw_socket_error(int socket);
int gw_socket_local_port(int socket);
long gw_socket_receive(int socket, void *_Nonnull buffer, size_t capacity);
/// Blocks until there is something to receive, or the connection ended (1), at most for so long (0).
int gw_socket_wait_readable(int socket, long microseconds);
/// Never raises SIGPIPE.
long gw_socket_send(int socket, const void *_Nonnull bytes, size_t count);
int gw_socket_shutdown_write(int socket);
int gw_socket_shutdown(int socket);
/// Ends a connection at once with a reset; bytes not yet sent are dropped.
int gw_socket_reset(int socket);
/// How many bytes the other side has not acknowledged.
int gw_socket_unacknowledged(int socket);
int gw_close(int descriptor);

// The values of errno that are no failures.
enum { GW_WOULD_BLOCK = EAGAIN, GW_CONNECTION_ABORTED = ECONNABORTED };

enum { GW_READABLE = 1, GW_WRITABLE = 2, GW_HUNG_UP = 4 };

typedef struct {
    uint64_t tag;
    uint32_t flags;
} gw_event;

int gw_poller_create(void);
/// Adds a descriptor, for no event as yet.
int gw_poller_add(int poller, int descriptor, uint64_t tag);
/// Arms a descriptor for one event.
int gw_poller_arm(int poller, int descriptor, uint64_t tag, uint32_t flags);
int gw_poller_remove(int poller, int descriptor);
int gw_poller_wait(int poller, gw_event *_Nonnull events, int capacity, int timeout_milliseconds);
/// A descriptor that `gw_alarm_ring` makes readable, watched by the poller for good.
int gw_alarm_create(int poller, uint64_t tag);
int gw_alarm_ring(int alarm);
int gw_alarm_clear(int alarm);

/// Starts a detached thread with all signals blocked, so that the process's handlers run elsewhere.
int gw_thread_start(const char *_Nonnull name, void (*_Nonnull body)(void *_Nullable), void *_Nullable context);
