// Task and core indices. They are int: the manual does not fix their type, and kernels mix them with int.
#pragma once

extern const int taskId, taskIdX, taskIdY, taskIdZ;
extern const int taskDim, taskDimX, taskDimY, taskDimZ;
extern const int coreId, coreDim, clusterId, clusterDim;

bool __is_ipu();
bool __is_mpu();
