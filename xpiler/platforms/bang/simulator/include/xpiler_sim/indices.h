// The task indices. To a kernel they are constants; the runtime sets them for each task (indices.cpp).
#pragma once

extern __thread const int taskId, taskIdX, taskIdY, taskIdZ, taskDim, taskDimX, taskDimY, taskDimZ;
extern __thread const int coreId, coreDim, clusterId, clusterDim;
