#pragma once

// Takes the place of the C library's getaddrinfo in the program of the tests: libcurl's calls come here too.

/// The name whose resolution does not end before gw_resolver_release().
#define GW_HANGING_NAME "hangs.invalid"

/// How many calls wait for an answer.
int gw_resolver_waiting(void);

/// How many calls have waited since the program began.
int gw_resolver_total(void);

/// Lets all calls that wait fail, as when no name server answers.
void gw_resolver_release(void);
