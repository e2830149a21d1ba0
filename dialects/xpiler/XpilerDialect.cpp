#include "xpiler/XpilerDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "xpiler/Bytecode.h"
#include "xpiler/Capacity.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "xpiler/XpilerDialect.cpp.inc"
#include "xpiler/XpilerEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "xpiler/XpilerAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "xpiler/XpilerTypes.cpp.inc"
#define GET_OP_CLASSES
#include "xpiler/XpilerOps.cpp.inc"

namespace xpiler {

void XpilerDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "xpiler/XpilerAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "xpiler/XpilerTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "xpiler/XpilerOps.cpp.inc"
      >();
  addInterfaces<VersionedBytecode>();
}

/// The attributes of ours that hang on other dialects' operations, and where they may.
LogicalResult XpilerDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName().getValue();
  if (name == "xpiler.kernel" || name == "xpiler.launcher") {
    if (!isa<FunctionOpInterface>(op)) return op->emitOpError() << "has '" << name << "', which only a function may have";
    if (name == "xpiler.launcher") {
      auto kind = dyn_cast<StringAttr>(attribute.getValue());
      if (!kind || (kind.getValue() != "host" && kind.getValue() != "device"))
        return op->emitOpError() << "expected 'xpiler.launcher' to be \"host\" or \"device\", got " << attribute.getValue();
    }
  }
  if (name == "xpiler.target") {
    auto target = dyn_cast<TargetAttr>(attribute.getValue());
    if (!target) return op->emitOpError() << "expected 'xpiler.target' to be #xpiler.target<...>, got " << attribute.getValue();
    return verifyCapacity(op, target);
  }
  return success();
}

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef platform, StringAttr) {
  static const llvm::StringSet<> known = {"cuda", "hip", "bang", "vnni", "shared"};
  if (known.contains(platform)) return success();
  return emitError() << "unknown platform '" << platform << "', expected cuda, hip, bang, vnni or shared";
}

int64_t BindAttr::getMappingId() const { return static_cast<int64_t>(getUnit()); }
bool BindAttr::isLinearMapping() const { return false; }
int64_t BindAttr::getRelativeIndex() const { return getMappingId(); }

//===--------------------------------------------------------------------===//
// Memory and facts
//===--------------------------------------------------------------------===//

Value ViewOp::getViewSource() { return getBase(); }

LogicalResult ViewOp::verify() {
  auto base = getBase().getType();
  auto result = cast<MemRefType>(getResult().getType());
  if (!base.getLayout().isIdentity()) // view_c1
    return emitOpError("expected a base of identity layout, got ") << base;
  if (base.getMemorySpace() != result.getMemorySpace()) // view_c2
    return emitOpError("expected the memory space of the base, ") << base << ", got " << result;
  if (!result.isDynamicDim(0) || !result.getLayout().isIdentity()) // view_c3
    return emitOpError("expected a result of dynamic extent and identity layout, got ") << result;
  return success();
}

LogicalResult ExtentOp::verify() {
  if (!isa<BlockArgument>(getBuffer())) // extent_c1
    return emitOpError("expected a parameter, got the result of an operation");
  return success();
}

//===--------------------------------------------------------------------===//
// The host side
//===--------------------------------------------------------------------===//

LogicalResult CopyOp::verify() {
  auto source = getSource().getType().getElementType(), target = getTarget().getType().getElementType();
  if (source != target) // copy_c1
    return emitOpError("expected equal element types, got ") << source << " and " << target;
  return success();
}

LogicalResult LaunchOp::verify() {
  bool simt = !getGrid().empty(), tasks = !getTasks().empty();
  if (simt == tasks) // launch_c1
    return emitOpError("expected either grid(...) block(...) or tasks(...)");
  auto three = [](auto range) { return range.empty() || range.size() == 3; };
  if (!three(getGrid()) || !three(getBlock()) || !three(getTasks())) // launch_c2
    return emitOpError("expected three values in each of grid, block and tasks");
  if (simt && getBlock().empty()) // launch_c3
    return emitOpError("expected block(...) beside grid(...)");
  if (tasks != getTaskKind().has_value()) // launch_c4
    return emitOpError("expected a task kind with tasks(...), and only there");
  if (tasks && getShared()) // launch_c5
    return emitOpError("expected no shared(...) beside tasks(...)");
  return success();
}

/// launch_c6, call_c1: the symbol is a kernel, and the arguments are its parameters.
static LogicalResult verifyKernelUse(Operation *op, FlatSymbolRefAttr symbol, TypeRange args, SymbolTableCollection &tables) {
  auto kernel = tables.lookupNearestSymbolFrom<FunctionOpInterface>(op, symbol);
  if (!kernel) return op->emitOpError("expected a function, got ") << symbol;
  if (!kernel->hasAttr("xpiler.kernel")) return op->emitOpError() << "expected a kernel, and " << symbol << " has no 'xpiler.kernel'";
  if (TypeRange(kernel.getArgumentTypes()) != args)
    return op->emitOpError("expected arguments of the types of ") << symbol << "'s parameters";
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyKernelUse(*this, getKernelAttr(), getArgs().getTypes(), tables);
}

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyKernelUse(*this, getKernelAttr(), getArgs().getTypes(), tables);
}

} // namespace xpiler
