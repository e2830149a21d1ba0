// The task indices as the runtime sees them: variables, one set a core thread (kernels see constants).
#pragma once

extern __thread int taskId, taskIdX, taskIdY, taskIdZ, taskDim, taskDimX, taskDimY, taskDimZ;
extern __thread int coreId, coreDim, clusterId, clusterDim;
