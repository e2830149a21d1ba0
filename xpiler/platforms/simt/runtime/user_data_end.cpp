// Linked behind the user's file.
#include "user_data.h"

char xpiler_simt_data_end[1] = {1}, xpiler_simt_bss_end[1];
