// The least that a GET over https costs on the system's OpenSSL: a blocking socket, SSL_read, and pwrite of 256 KiB at a
// time. No HTTP client, no event loop, no copy that is not OpenSSL's own. What it costs is measured from outside.
//
//     cc -O2 -o tls-floor tls-floor.c -lssl -lcrypto
//     tls-floor CA host port path bytes-of-read-ahead suites-of-TLS-1.3 [file]
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static int connected(const char *host, const char *port) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(host, port, &hints, &found) != 0) fail("getaddrinfo");
    int descriptor = socket(found->ai_family, found->ai_socktype, 0);
    if (descriptor < 0 || connect(descriptor, found->ai_addr, found->ai_addrlen) != 0) fail("connect");
    freeaddrinfo(found);
    return descriptor;
}

int main(int count, char **arguments) {
    if (count < 7) return fprintf(stderr, "see the head of tls-floor.c\n"), 2;
    const char *host = arguments[2], *path = arguments[4];
    long ahead = atol(arguments[5]);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_load_verify_locations(context, arguments[1], NULL)) fail("trust");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (!SSL_CTX_set_ciphersuites(context, arguments[6])) fail("suites");
    if (ahead > 0) {
        SSL_CTX_set_read_ahead(context, 1);
        SSL_CTX_set_default_read_buffer_len(context, (size_t)ahead);
    }
    SSL *tls = SSL_new(context);
    SSL_set_tlsext_host_name(tls, host);
    SSL_set1_host(tls, host);
    SSL_set_fd(tls, connected(host, arguments[3]));
    if (SSL_connect(tls) != 1) fail("SSL_connect");

    static char buffer[256 << 10];
    int length = snprintf(buffer, sizeof buffer, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host);
    if (SSL_write(tls, buffer, length) != length) fail("SSL_write");
    int file = count > 7 ? open(arguments[7], O_RDWR | O_CREAT, 0600) : -1;
    if (count > 7 && file < 0) fail("open");
    long long total = 0;
    size_t filled = 0;
    int got;
    do {
        got = SSL_read(tls, buffer + filled, (int)(sizeof buffer - filled));
        if (got > 0) filled += (size_t)got;
        if (got > 0 && filled < sizeof buffer) continue;
        if (file >= 0 && pwrite(file, buffer, filled, total) != (ssize_t)filled) fail("pwrite");
        total += (long long)filled;
        filled = 0;
    } while (got > 0);
    fprintf(stderr, "%s, %lld bytes\n", SSL_get_cipher(tls), total);
    return total > 0 ? 0 : 1;
}
