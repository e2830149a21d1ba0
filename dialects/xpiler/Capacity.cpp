#include "xpiler/Capacity.h"

#include "bang/BangDialect.h"
#include "cuda/CudaDialect.h"
#include "hip/HipDialect.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace {

/// KiB a core (NRAM, WRAM) or a cluster (SRAM) of an MLU has.
struct MluMemory {
  int64_t nram, wram, sram;
};

MluMemory mluMemory(StringRef arch) {
  return llvm::StringSwitch<MluMemory>(arch)
      .Case("tp_210", {256, 256, 0})
      .Case("tp_220", {512, 512, 0})
      .Case("mtp_220", {512, 512, 2048})
      .Case("tp_270", {512, 1024, 0})
      .Case("mtp_270", {512, 1024, 2048})
      .Case("tp_322", {768, 1024, 0})
      .Case("mtp_372", {768, 1024, 4096})
      .Default({512, 512, 2048}); // mtp_290, mtp_592
}

/// The bytes of a memory space on an architecture; none where the space is not a limited one.
std::optional<int64_t> capacity(StringRef space, StringRef platform, StringRef arch) {
  if (platform == "bang") {
    auto memory = mluMemory(arch);
    return llvm::StringSwitch<std::optional<int64_t>>(space)
        .Case("nram", memory.nram * 1024)
        .Case("wram", memory.wram * 1024)
        .Case("sram", memory.sram * 1024)
        .Default(std::nullopt);
  }
  if (space == "constant") return 64 * 1024;
  if (space != "shared") return std::nullopt;
  return (platform == "cuda" ? 48 : arch == "gfx950" ? 160 : 64) * 1024;
}

/// The word of an on-chip memory space of any platform; empty for the others.
StringRef spaceWord(Attribute space) {
  if (auto cuda = dyn_cast_if_present<xpiler::cuda::SpaceAttr>(space)) return stringifySpace(cuda.getValue());
  if (auto hip = dyn_cast_if_present<xpiler::hip::SpaceAttr>(space)) return stringifySpace(hip.getValue());
  auto bang = dyn_cast_if_present<xpiler::bang::SpaceAttr>(space);
  if (!bang || bang.getValue() == xpiler::bang::Space::Ldram) return "";
  return stringifySpace(bang.getValue());
}

int64_t sizeInBytes(MemRefType type) {
  auto element = type.getElementType();
  return element.isIntOrFloat() ? type.getNumElements() * llvm::divideCeil(element.getIntOrFloatBitWidth(), 8) : 0;
}

/// The type of the array that a `memref.alloca` or a `memref.global` makes, by name: the header of that dialect takes longer to
/// parse than this file.
MemRefType arrayType(Operation &op) {
  if (op.getName().getStringRef() == "memref.alloca") return cast<MemRefType>(op.getResult(0).getType());
  if (op.getName().getStringRef() == "memref.global") return cast<MemRefType>(op.getAttrOfType<TypeAttr>("type").getValue());
  return {};
}

/// Bytes in each space, by its word.
using Sizes = llvm::StringMap<int64_t>;

LogicalResult add(Operation *op, Sizes &sizes) {
  auto type = arrayType(*op);
  if (!type) return success();
  auto space = spaceWord(type.getMemorySpace());
  if (space.empty()) return success();
  if (!type.hasStaticShape()) // capacity_c1
    return op->emitOpError() << "expected a static size for an array in " << space << ", got " << type;
  sizes[space] += sizeInBytes(type);
  return success();
}

LogicalResult checkKernel(Operation *kernel, Sizes sizes, xpiler::TargetAttr target) {
  auto result = kernel->walk([&](Operation *op) { return failed(add(op, sizes)) ? WalkResult::interrupt() : WalkResult::advance(); });
  if (result.wasInterrupted()) return failure();
  auto arch = target.getArch() ? target.getArch().getValue() : StringRef();
  for (auto &[space, bytes] : sizes) {
    auto limit = capacity(space, target.getPlatform(), arch);
    if (limit && bytes > *limit) // capacity_c2
      return kernel->emitOpError() << "needs " << bytes << " bytes of " << space << ", and " << (arch.empty() ? target.getPlatform() : arch)
                                   << " has " << *limit;
  }
  return success();
}

} // namespace

LogicalResult xpiler::verifyCapacity(Operation *module, TargetAttr target) {
  if (target.getPlatform() == "shared" || module->getNumRegions() == 0) return success();
  Sizes global;
  for (Operation &op : module->getRegion(0).getOps())
    if (failed(add(&op, global))) return failure();
  for (Operation &op : module->getRegion(0).getOps())
    if (isa<FunctionOpInterface>(op) && op.hasAttr("xpiler.kernel") && failed(checkKernel(&op, global, target))) return failure();
  return success();
}
