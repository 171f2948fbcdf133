#pragma once
#if !__has_include(<openssl/evp.h>)
#error "openssl/evp.h is missing: install the package libssl-dev"
#endif
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
