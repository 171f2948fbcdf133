#include "tls.h"
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdlib.h>

static int add_extension(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    int done = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static X509 *start_certificate(EVP_PKEY *key, const char *name, X509 *issuer, long not_before, long not_after) {
    X509 *certificate = X509_new();
    uint64_t serial = 0;
    if (certificate == NULL || RAND_bytes((unsigned char *)&serial, sizeof serial) != 1) goto failed;
    X509_NAME *subject = X509_get_subject_name(certificate);
    if (X509_set_version(certificate, X509_VERSION_3) != 1
        || ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) != 1
        || X509_gmtime_adj(X509_getm_notBefore(certificate), not_before) == NULL
        || X509_gmtime_adj(X509_getm_notAfter(certificate), not_after) == NULL
        || X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) != 1
        || X509_set_issuer_name(certificate, issuer != NULL ? X509_get_subject_name(issuer) : subject) != 1
        || X509_set_pubkey(certificate, key) != 1)
        goto failed;
    return certificate;
failed:
    X509_free(certificate);
    return NULL;
}

static char *text_of(BIO *bio) {
    char *data = NULL;
    long count = BIO_get_mem_data(bio, &data);
    char *text = count > 0 ? calloc(1, (size_t)count + 1) : NULL;
    if (text != NULL) memcpy(text, data, (size_t)count);
    return text;
}

static char *certificate_text(X509 *certificate) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = bio != NULL && PEM_write_bio_X509(bio, certificate) == 1 ? text_of(bio) : NULL;
    BIO_free(bio);
    return text;
}

static char *key_text(EVP_PKEY *key) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1
        ? text_of(bio) : NULL;
    BIO_free(bio);
    return text;
}

int gw_certificate_make(const char *alternative_names, long not_before, long not_after, gw_certificate *result) {
    const long day = 24 * 60 * 60;
    ERR_clear_error();
    *result = (gw_certificate){ 0 };
    EVP_PKEY *authority_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    X509 *authority = NULL, *certificate = NULL;
    int done = authority_key != NULL && key != NULL
        && (authority = start_certificate(authority_key, "Throw-away authority", NULL, -day, 30 * day)) != NULL
        && add_extension(authority, authority, NID_basic_constraints, "critical,CA:TRUE")
        && add_extension(authority, authority, NID_key_usage, "critical,keyCertSign,cRLSign")
        && add_extension(authority, authority, NID_subject_key_identifier, "hash")
        && X509_sign(authority, authority_key, EVP_sha256()) > 0
        && (certificate = start_certificate(key, "Throw-away server", authority, not_before, not_after)) != NULL
        && add_extension(certificate, authority, NID_basic_constraints, "critical,CA:FALSE")
        && add_extension(certificate, authority, NID_key_usage, "critical,digitalSignature")
        && add_extension(certificate, authority, NID_ext_key_usage, "serverAuth")
        && add_extension(certificate, authority, NID_subject_key_identifier, "hash")
        && add_extension(certificate, authority, NID_authority_key_identifier, "keyid")
        && add_extension(certificate, authority, NID_subject_alt_name, alternative_names)
        && X509_sign(certificate, authority_key, EVP_sha256()) > 0
        && (result->authority = certificate_text(authority)) != NULL
        && (result->certificate = certificate_text(certificate)) != NULL
        && (result->key = key_text(key)) != NULL;
    X509_free(authority);
    X509_free(certificate);
    EVP_PKEY_free(authority_key);
    EVP_PKEY_free(key);
    if (!done) gw_certificate_free(result);
    return done;
}

void gw_certificate_free(gw_certificate *certificate) {
    if (certificate->key != NULL) OPENSSL_cleanse(certificate->key, strlen(certificate->key));
    free(certificate->authority);
    free(certificate->certificate);
    free(certificate->key);
    *certificate = (gw_certificate){ 0 };
}
