#include "indices.h"

__thread int taskId, taskIdX, taskIdY, taskIdZ, taskDim, taskDimX, taskDimY, taskDimZ;
__thread int coreId, coreDim, clusterId, clusterDim;
