#pragma once
#define INT_MAX __INT_MAX__
#define INT_MIN (-__INT_MAX__ - 1)
#define UINT_MAX (__INT_MAX__ * 2u + 1u)
#define LONG_MAX __LONG_MAX__
#define SHRT_MAX __SHRT_MAX__
#define SCHAR_MAX __SCHAR_MAX__
