#pragma once
#if !__has_include(<curl/curl.h>)
#error "curl/curl.h is missing: install the package libcurl4-openssl-dev"
#endif
#include <curl/curl.h>
