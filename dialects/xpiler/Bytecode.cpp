#include "xpiler/Bytecode.h"

#include "xpiler/XpilerDialect.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace xpiler {

namespace {
struct Version : DialectVersion {
  explicit Version(uint64_t number) : number(number) {}
  uint64_t number;
};

/// What a target without an architecture meant up to version 1. Never to be edited: it is a fact about stored files.
StringRef architectureOfVersion1(StringRef platform) {
  return llvm::StringSwitch<StringRef>(platform)
      .Case("cuda", "sm_90")
      .Case("hip", "gfx942")
      .Case("bang", "mtp_592")
      .Case("vnni", "icelake-server")
      .Default("");
}

/// From version 2 on a target that names no architecture means the reader's default; what a version-1 file meant is written out.
void pinArchitecture(Operation *op) {
  auto target = op->getAttrOfType<TargetAttr>("xpiler.target");
  if (!target || target.getArch()) return;
  StringRef arch = architectureOfVersion1(target.getPlatform());
  if (arch.empty()) return;
  MLIRContext *context = op->getContext();
  op->setAttr("xpiler.target", TargetAttr::get(context, target.getPlatform(), StringAttr::get(context, arch)));
}
} // namespace

void VersionedBytecode::writeVersion(DialectBytecodeWriter &writer) const { writer.writeVarInt(bytecodeVersion); }

std::unique_ptr<DialectVersion> VersionedBytecode::readVersion(DialectBytecodeReader &reader) const {
  uint64_t number;
  if (failed(reader.readVarInt(number))) return nullptr;
  if (number <= bytecodeVersion) return std::make_unique<Version>(number);
  reader.emitError() << "dialect '" << getDialect()->getNamespace() << "' was written with bytecode version " << number
                     << ", and this build reads up to " << bytecodeVersion << ": install a newer Xpiler";
  return nullptr;
}

LogicalResult VersionedBytecode::upgradeFromVersion(Operation *top, const DialectVersion &version) const {
  if (isa<XpilerDialect>(getDialect()) && static_cast<const Version &>(version).number < 2) top->walk(pinArchitecture);
  return success();
}

} // namespace xpiler
