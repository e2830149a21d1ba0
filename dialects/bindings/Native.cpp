// The Python module `xpiler._mlir_libs._xpiler`: puts our dialects into a context of the installed `mlir` package, and
// answers what would be slow to ask one operation at a time.

#include "bindings/Code.h"
#include "bindings/Dialects.h"
#include "mlir-c/IR.h"
#include "mlir/Bindings/Python/NanobindAdaptors.h"
#include "mlir/CAPI/IR.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"

namespace nb = nanobind;

namespace {

void registerDialects(MlirContext context, bool load) {
  mlir::MLIRContext *native = unwrap(context);
  mlir::DialectRegistry registry;
  xpiler::insertDialects(registry);
  native->appendDialectRegistry(registry);
  if (!load) return;
  for (llvm::StringRef name : registry.getDialectNames()) native->getOrLoadDialect(name);
}

/// A list made here costs a third of a callback from Python for each operation.
nb::list walk(MlirOperation root) {
  nb::object wrapped = nb::module_::import_("mlir.ir").attr("Operation").attr(MLIR_PYTHON_CAPI_FACTORY_ATTR);
  nb::list found;
  unwrap(root)->walk<mlir::WalkOrder::PreOrder>(
      [&](mlir::Operation *op) { found.append(wrapped(nb::steal<nb::object>(mlirPythonOperationToCapsule(wrap(op))))); });
  return found;
}

} // namespace

NB_MODULE(_xpiler, module) {
  module.doc() = "Native dialects of Xpiler";
  module.def("register_dialects", &registerDialects, nb::arg("context"), nb::arg("load") = true,
             "Registers, and by default loads, every dialect of Xpiler");
  module.def("walk", &walk, nb::arg("operation"), "An operation and everything inside it, in program order");
  module.def(
      "hash_of_code", [](MlirOperation op) { return xpiler::hashOfCode(unwrap(op)); }, nb::arg("operation"),
      "A hash of an operation and everything inside it, locations included; equal for equal code in one context");
}
