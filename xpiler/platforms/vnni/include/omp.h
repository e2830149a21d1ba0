// OpenMP's library as the front end reads it: what only asks for the machine's threads.
#pragma once
extern "C" {
int omp_get_max_threads(void);
int omp_get_num_procs(void);
void omp_set_num_threads(int);
}
