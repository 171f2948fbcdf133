// Typed entries to libcurl and epoll for Swift, which cannot call variadic functions nor name every union member.
//
// curl_easy_setopt reads its argument as the type that the option prescribes, so there is one wrapper for each kind:
// long, curl_off_t, text, pointer, list, blob, and each kind of function.
#pragma once
#if !__has_include(<curl/curl.h>)
#error "curl/curl.h is missing: install the package libcurl4-openssl-dev"
#endif
#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#if LIBCURL_VERSION_NUM < 0x075000
#error "libcurl is too old: install libcurl4-openssl-dev 7.80 or newer"
#endif

typedef size_t (*gw_curl_data_function)(char *bytes, size_t size, size_t count, void *context);
typedef int (*gw_curl_seek_function)(void *context, curl_off_t offset, int origin);
typedef int (*gw_curl_ready_function)(
    void *context, char *remote_address, char *local_address, int remote_port, int local_port);
typedef int (*gw_curl_resolve_function)(void *resolver, void *reserved, void *context);
typedef curl_socket_t (*gw_curl_open_function)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*gw_curl_close_function)(void *context, curl_socket_t socket);

// Options of one transfer.
static inline CURLcode gw_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode gw_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode gw_curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode gw_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode gw_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode gw_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}
static inline CURLcode gw_curl_set_data_function(CURL *easy, CURLoption option, gw_curl_data_function function) {
    return curl_easy_setopt(easy, option, function);
}
static inline CURLcode gw_curl_set_seek_function(CURL *easy, gw_curl_seek_function function) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
}
static inline CURLcode gw_curl_set_ready_function(CURL *easy, gw_curl_ready_function function) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}
static inline CURLcode gw_curl_set_resolve_function(CURL *easy, gw_curl_resolve_function function) {
    return curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, function);
}
static inline CURLcode gw_curl_set_open_function(CURL *easy, gw_curl_open_function function) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}
static inline CURLcode gw_curl_set_close_function(CURL *easy, gw_curl_close_function function) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, function);
}
static inline CURLcode gw_curl_set_context_function(CURL *easy, curl_ssl_ctx_callback function) {
    return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, function);
}

// HTTP only, whatever the version of the library calls that option.
static inline CURLcode gw_curl_allow_http_only(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

// Lets a transfer go while its name is still being resolved, instead of waiting for the resolver (from 7.87 on).
static inline CURLcode gw_curl_abandon_resolver(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

// Facts about one transfer.
static inline CURLcode gw_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode gw_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode gw_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode gw_curl_get_socket(CURL *easy, CURLINFO info, curl_socket_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

// The connection of OpenSSL that the transfer uses at this moment, an `SSL *`; NULL when there is none.
static inline void *gw_curl_openssl_connection(CURL *easy) {
    const struct curl_tlssessioninfo *info = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || info == NULL) return NULL;
    return info->backend == CURLSSLBACKEND_OPENSSL ? info->internals : NULL;
}

// What this libcurl is; CURLVERSION_NOW is a macro that Swift does not see.
static inline curl_version_info_data *gw_curl_version(void) { return curl_version_info(CURLVERSION_NOW); }

// Options of the multi handle.
static inline CURLMcode gw_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode gw_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode gw_curl_multi_set_socket_function(CURLM *multi, curl_socket_callback function) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}
static inline CURLMcode gw_curl_multi_set_timer_function(CURLM *multi, curl_multi_timer_callback function) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}
static inline CURLcode gw_curl_message_result(const CURLMsg *message) { return message->data.result; }

// epoll with a descriptor as its datum.
static inline int gw_epoll_control(int epoll, int operation, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}
static inline int gw_epoll_descriptor(const struct epoll_event *event) { return event->data.fd; }
static inline uint32_t gw_epoll_events(const struct epoll_event *event) { return event->events; }

// Names the calling thread, with at most 15 characters. pthread_setname_np is a GNU extension.
static inline void gw_thread_set_name(const char *name) { prctl(PR_SET_NAME, name); }
