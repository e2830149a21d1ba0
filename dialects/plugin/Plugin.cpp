// `mlir-opt --load-dialect-plugin=libXpilerDialects.so --load-pass-plugin=libXpilerDialects.so`

#include "bindings/Dialects.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "plugin/XpilePass.h"

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Xpiler", "0.1", [](mlir::DialectRegistry *registry) { xpiler::insertDialects(*registry); }};
}

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Xpiler", "0.1", [] { xpiler::registerXpilePass(); }};
}
