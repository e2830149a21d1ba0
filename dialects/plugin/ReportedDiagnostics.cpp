#include "plugin/ReportedDiagnostics.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace xpiler {

namespace {
/// One line of the report.
struct Reported {
  std::string severity, message, hint, file;
  int64_t line = 0, column = 0;

  static std::optional<Reported> parse(StringRef line);
  /// The operation it speaks of, or the place it names where no operation is there.
  Location location(const Locations &locations, ModuleOp module) const;
};

std::optional<Reported> Reported::parse(StringRef text) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value) {
    llvm::consumeError(value.takeError());
    return std::nullopt;
  }
  const llvm::json::Object *object = value->getAsObject();
  if (!object || !object->getString("severity") || !object->getString("message")) return std::nullopt;
  auto word = [&](StringRef name) { return object->getString(name).value_or("").str(); };
  auto number = [&](StringRef name) { return object->getInteger(name).value_or(0); };
  return Reported{word("severity"), word("message"), word("hint"), word("file"), number("line"), number("column")};
}

Location Reported::location(const Locations &locations, ModuleOp module) const {
  if (file.empty()) return module.getLoc();
  if (Operation *op = locations.find(file, line, column)) return op->getLoc();
  return FileLineColLoc::get(module.getContext(), file, line, column);
}

/// The diagnostic itself: of the operation it speaks of, or of a place where no operation is.
InFlightDiagnostic begin(const Reported &reported, const Locations &locations, ModuleOp module) {
  Operation *op = reported.file.empty() ? module.getOperation() : locations.find(reported.file, reported.line, reported.column);
  Location location = reported.location(locations, module);
  if (reported.severity == "error") return op ? op->emitError() : emitError(location);
  if (reported.severity == "warning") return op ? op->emitWarning() : emitWarning(location);
  return op ? op->emitRemark() : emitRemark(location);
}

/// Emits the diagnostic with the notes that follow it in the report.
void emit(ArrayRef<Reported> group, const Locations &locations, ModuleOp module) {
  const Reported &first = group.front();
  InFlightDiagnostic diagnostic = begin(first, locations, module);
  diagnostic << first.message;
  if (!first.hint.empty()) diagnostic.attachNote() << "hint: " << first.hint;
  for (const Reported &note : group.drop_front()) diagnostic.attachNote(note.location(locations, module)) << note.message;
}
} // namespace

bool emitReported(StringRef report, const Locations &locations, ModuleOp module) {
  SmallVector<StringRef> lines;
  report.split(lines, '\n', -1, /*KeepEmpty=*/false);
  std::vector<Reported> reported;
  std::string rest;
  for (StringRef line : lines) {
    if (auto parsed = Reported::parse(line)) reported.push_back(*parsed);
    else rest += (rest.empty() ? "" : "\n") + line.str();
  }
  bool failed = false;
  for (size_t begin = 0, end; begin < reported.size(); begin = end) {
    for (end = begin + 1; end < reported.size() && reported[end].severity == "note";) ++end;
    emit(ArrayRef(reported).slice(begin, end - begin), locations, module);
    failed |= reported[begin].severity == "error";
  }
  if (!rest.empty()) emitRemark(module.getLoc()) << rest;
  return failed;
}

} // namespace xpiler
