// `mlir-opt --load-dialect-plugin=libXpilerDialects.so`

#include "bindings/Dialects.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Xpiler", "0.1", [](mlir::DialectRegistry *registry) { xpiler::insertDialects(*registry); }};
}
