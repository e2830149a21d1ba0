// Linked before the user's file.
#include "user_data.h"

char xpiler_simt_data_begin[1] = {1}, xpiler_simt_bss_begin[1];
