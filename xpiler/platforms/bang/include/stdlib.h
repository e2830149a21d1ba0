#pragma once
#include <stddef.h>
void exit(int);
void abort();
void *malloc(size_t);
void free(void *);
