#pragma once

/// Begins or ends to count.
void malloc_counting(int on);
/// How many blocks were asked for while counting: malloc, calloc, realloc and the aligned ones, on every thread and by
/// every library.
unsigned long malloc_count(void);
/// The processor time of this process in microseconds.
double processor_microseconds(void);
/// The wall clock in microseconds.
double wall_microseconds(void);
