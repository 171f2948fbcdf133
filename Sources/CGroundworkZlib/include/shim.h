#pragma once
#if !__has_include(<zlib.h>)
#error "zlib.h is missing: install the package zlib1g-dev"
#endif
#include <zlib.h>
