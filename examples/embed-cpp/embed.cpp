// Another compiler with Xpiler inside: builds a kernel in MLIR and asks for its text on a platform.
//
//   embed bang kernel.mlu

#include "bindings/Dialects.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Pass/PassManager.h"
#include "plugin/XpilePass.h"

using namespace mlir;

/// func.func @saxpy(%X: memref<1024xf32>, %Y: memref<1024xf32>, %a: f32): Y = a * X + Y.
static OwningOpRef<ModuleOp> buildKernel(MLIRContext &context) {
  OpBuilder builder(&context);
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  Type f32 = builder.getF32Type(), buffer = MemRefType::get({1024}, f32);
  auto function = func::FuncOp::create(builder, loc, "saxpy", builder.getFunctionType({buffer, buffer, f32}, {}));
  Block *entry = function.addEntryBlock();
  const char *names[] = {"X", "Y", "a"};
  for (auto [argument, name] : llvm::zip(entry->getArguments(), names)) argument.setLoc(NameLoc::get(builder.getStringAttr(name)));
  builder.setInsertionPointToEnd(entry);
  auto index = [&](int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value).getResult(); };
  auto loop = scf::ForOp::create(builder, loc, index(0), index(1024), index(1));
  func::ReturnOp::create(builder, loc);
  builder.setInsertionPointToStart(loop.getBody());
  Value i = loop.getInductionVar(), X = entry->getArgument(0), Y = entry->getArgument(1), a = entry->getArgument(2);
  Value product = arith::MulFOp::create(builder, loc, a, memref::LoadOp::create(builder, loc, X, i));
  Value sum = arith::AddFOp::create(builder, loc, product, memref::LoadOp::create(builder, loc, Y, i));
  memref::StoreOp::create(builder, loc, sum, Y, i);
  return module;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    llvm::errs() << "usage: embed PLATFORM OUTPUT\n";
    return 2;
  }
  DialectRegistry registry;
  registerAllDialects(registry);
  xpiler::insertDialects(registry);
  MLIRContext context(registry);
  context.loadDialect<arith::ArithDialect, func::FuncDialect, memref::MemRefDialect, scf::SCFDialect>();
  OwningOpRef<ModuleOp> module = buildKernel(context);

  xpiler::XpileOptions options;
  options.to = argv[1];
  options.sourceOutput = argv[2];
  PassManager passes(&context);
  passes.addPass(xpiler::createXpilePass(options));
  if (failed(passes.run(*module))) return 1;
  module->print(llvm::outs());
  return 0;
}
