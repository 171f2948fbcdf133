#include "suites.h"
#include <string.h>

// A list as the library takes it: names with colons between them. All suites of OpenSSL 3 together need a third of it.
typedef struct {
    char text[8192];
    size_t count;
} name_list;

static int append(name_list *list, const char *name) {
    size_t count = strlen(name);
    if (count + 2 > sizeof list->text - list->count) return 0;
    if (list->count != 0) list->text[list->count++] = ':';
    memcpy(list->text + list->count, name, count + 1);
    list->count += count;
    return 1;
}

static int is_preferred(const SSL_CIPHER *suite, int is_newest) {
    if (SSL_CIPHER_get_cipher_nid(suite) != NID_aes_128_gcm) return 0;
    return is_newest || SSL_CIPHER_get_kx_nid(suite) == NID_kx_ecdhe;
}

int gw_tls_prefer_aes128(SSL_CTX *context) {
    // TLS 1.3 has a list of its own.
    name_list older, newest;
    older.count = newest.count = 0;
    STACK_OF(SSL_CIPHER) *suites = SSL_CTX_get_ciphers(context);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < sk_SSL_CIPHER_num(suites); i++) {
            const SSL_CIPHER *suite = sk_SSL_CIPHER_value(suites, i);
            int is_newest = strcmp(SSL_CIPHER_get_version(suite), "TLSv1.3") == 0;
            if (is_preferred(suite, is_newest) != (pass == 0)) continue;
            if (!append(is_newest ? &newest : &older, SSL_CIPHER_get_name(suite))) return 0;
        }
    }
    if (older.count != 0 && SSL_CTX_set_cipher_list(context, older.text) != 1) return 0;
    return newest.count == 0 || SSL_CTX_set_ciphersuites(context, newest.text) == 1;
}
