#include "plugin/XpilePass.h"

#include "bindings/Dialects.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "plugin/ChildProcess.h"
#include "plugin/Locations.h"
#include "plugin/ReportedDiagnostics.h"
#include <cstdlib>

using namespace mlir;

namespace xpiler {

namespace {
struct XpilePass : PassWrapper<XpilePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(XpilePass)

  XpilePass() = default;
  XpilePass(const XpilePass &other) : PassWrapper(other) {}
  explicit XpilePass(const XpileOptions &options) {
    to = options.to;
    arch = options.arch;
    sourceOutput = options.sourceOutput;
    xpilerOpt = options.xpilerOpt;
    timeout = options.timeoutSeconds;
  }

  StringRef getArgument() const override { return "xpile"; }
  StringRef getDescription() const override { return "Translates the kernels of a module to another platform, by xpiler-opt"; }
  void getDependentDialects(DialectRegistry &registry) const override { insertDialects(registry); }
  void runOnOperation() override;

  Option<std::string> to{*this, "to", llvm::cl::desc("The platform: cuda, hip, bang, vnni, or shared"), llvm::cl::init("")};
  Option<std::string> arch{*this, "arch", llvm::cl::desc("The target's architecture"), llvm::cl::init("")};
  Option<std::string> sourceOutput{*this, "source-output", llvm::cl::desc("A file for the source text"), llvm::cl::init("")};
  Option<std::string> xpilerOpt{*this, "xpiler-opt", llvm::cl::desc("The program (else: XPILER_OPT, else PATH)"), llvm::cl::init("")};
  Option<unsigned> timeout{*this, "timeout", llvm::cl::desc("What the program may take, in seconds"), llvm::cl::init(300)};

private:
  std::string program() const;
  std::vector<std::string> arguments() const;
  LogicalResult explain(const ChildResult &child, bool errorReported);
  void adopt(OwningOpRef<ModuleOp> result);
};

std::string XpilePass::program() const {
  if (!xpilerOpt.empty()) return xpilerOpt;
  const char *named = std::getenv("XPILER_OPT");
  return named && *named ? named : "xpiler-opt";
}

std::vector<std::string> XpilePass::arguments() const {
  std::vector<std::string> result = {"--json-diagnostics", "--emit-bytecode", "--verify=none", "--xpile-to=" + to, "-"};
  if (!arch.empty()) result.push_back("--arch=" + arch);
  if (!sourceOutput.empty()) result.push_back("--source-output=" + sourceOutput);
  return result;
}

/// Says why the program gave no module, where it has not said so itself.
LogicalResult XpilePass::explain(const ChildResult &child, bool errorReported) {
  Location at = getOperation().getLoc();
  if (child.end == ChildResult::End::notStarted) {
    emitError(at) << "cannot run '" << program() << "': " << child.errors << ". Install it with 'pip install xpiler', or name it "
                  << "with the pass's option 'xpiler-opt' or the environment's XPILER_OPT";
    return failure();
  }
  if (child.end == ChildResult::End::timedOut) {
    emitError(at) << "'" << program() << "' did not end within " << timeout.getValue()
                  << " seconds; the pass's option 'timeout' gives it more";
    return failure();
  }
  if (child.code == 0) return success();
  if (!errorReported) emitError(at) << "'" << program() << "' failed with exit code " << child.code;
  return failure();
}

/// The result takes the place of the pass's module.
void XpilePass::adopt(OwningOpRef<ModuleOp> result) {
  Locations::removeNumbers(*result);
  ModuleOp module = getOperation();
  module->setAttrs((*result)->getAttrDictionary());
  module.getBodyRegion().takeBody(result->getBodyRegion());
}

void XpilePass::runOnOperation() {
  if (to.empty()) {
    emitError(getOperation().getLoc()) << "the pass 'xpile' needs a platform: xpile{to=bang}";
    return signalPassFailure();
  }
  Locations locations(getOperation());
  std::string bytecode;
  llvm::raw_string_ostream stream(bytecode);
  OwningOpRef<ModuleOp> input = locations.located();
  if (failed(writeBytecodeToFile(*input, stream))) return signalPassFailure();
  ChildResult child = runChild(program(), arguments(), bytecode, timeout);
  bool started = child.end != ChildResult::End::notStarted;
  bool errorReported = started && emitReported(child.errors, locations, getOperation());
  if (failed(explain(child, errorReported))) return signalPassFailure();
  OwningOpRef<ModuleOp> result = parseSourceString<ModuleOp>(child.output, ParserConfig(&getContext()), program());
  if (!result) return signalPassFailure();
  adopt(std::move(result));
}
} // namespace

std::unique_ptr<Pass> createXpilePass(const XpileOptions &options) { return std::make_unique<XpilePass>(options); }

void registerXpilePass() { PassRegistration<XpilePass>(); }

} // namespace xpiler
