// The Python module `xpiler._mlir_libs._xpiler`: puts our dialects into a context of the installed `mlir` package.

#include "bindings/Dialects.h"
#include "mlir-c/IR.h"
#include "mlir/Bindings/Python/NanobindAdaptors.h"
#include "mlir/CAPI/IR.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"

NB_MODULE(_xpiler, module) {
  module.doc() = "Native dialects of Xpiler";
  module.def(
      "register_dialects",
      [](MlirContext context, bool load) {
        mlir::MLIRContext *native = unwrap(context);
        mlir::DialectRegistry registry;
        xpiler::insertDialects(registry);
        native->appendDialectRegistry(registry);
        if (!load) return;
        for (llvm::StringRef name : registry.getDialectNames()) native->getOrLoadDialect(name);
      },
      nanobind::arg("context"), nanobind::arg("load") = true, "Registers, and by default loads, every dialect of Xpiler");
}
