// The pass `xpile{to=bang}`: a module goes through `xpiler-opt`, a child process, and comes back in another platform's form.

#ifndef XPILER_PLUGIN_XPILE_PASS_H
#define XPILER_PLUGIN_XPILE_PASS_H

#include "mlir/Pass/Pass.h"
#include <memory>
#include <string>

namespace xpiler {

/// The options of the pass, by the names they have in pipeline text.
struct XpileOptions {
  std::string to;                ///< cuda, hip, bang, vnni, or shared
  std::string arch;              ///< the target's architecture; empty: the platform's default
  std::string sourceOutput;      ///< source-output: a file for the platform's source text; empty: none
  std::string xpilerOpt;         ///< xpiler-opt: the program; empty: what XPILER_OPT names, else xpiler-opt on PATH
  unsigned timeoutSeconds = 300; ///< timeout: what the program may take
};

std::unique_ptr<mlir::Pass> createXpilePass(const XpileOptions &options);

/// Makes `xpile` known to textual pipelines.
void registerXpilePass();

} // namespace xpiler

#endif
