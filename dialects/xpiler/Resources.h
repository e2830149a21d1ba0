// Resources: what an operation touches besides memory, so that upstream passes keep it in place.

#ifndef XPILER_RESOURCES_H
#define XPILER_RESOURCES_H

#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace xpiler {

/// Facts about parameters and values: kept in order, never deleted.
struct FactResource : mlir::SideEffects::Resource::Base<FactResource> {
  llvm::StringRef getName() final { return "xpiler.fact"; }
};

/// Device memory as the host sees it.
struct DeviceResource : mlir::SideEffects::Resource::Base<DeviceResource> {
  llvm::StringRef getName() final { return "xpiler.device"; }
};

/// The set of lanes that execute an operation together.
struct LaneResource : mlir::SideEffects::Resource::Base<LaneResource> {
  llvm::StringRef getName() final { return "xpiler.lanes"; }
};

} // namespace xpiler

#endif
