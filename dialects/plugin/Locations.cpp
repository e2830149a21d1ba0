#include "plugin/Locations.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Location.h"

using namespace mlir;

namespace xpiler {

namespace {
constexpr llvm::StringLiteral numbered = "<xpile operation>";

/// The first place in a file inside a location, as Xpiler's own tools take it; null where there is none.
FileLineColLoc placeIn(LocationAttr location) {
  FileLineColLoc found;
  location.walk([&](Attribute inner) {
    auto place = dyn_cast<FileLineColLoc>(inner);
    if (!place) return WalkResult::advance();
    found = place;
    return WalkResult::interrupt();
  });
  return found;
}

std::string key(StringRef file, int64_t line, int64_t column) { return (file + ":" + Twine(line) + ":" + Twine(column)).str(); }
} // namespace

Locations::Locations(ModuleOp module) : module(module) {
  module->walk<WalkOrder::PreOrder>([&](Operation *op) {
    byNumber.push_back(op);
    if (auto place = placeIn(op->getLoc())) byPlace.try_emplace(key(place.getFilename(), place.getLine(), place.getColumn()), op);
  });
}

OwningOpRef<ModuleOp> Locations::located() const {
  OwningOpRef<ModuleOp> copy = ModuleOp(module).clone();
  unsigned number = 0;
  copy.get()->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!placeIn(op->getLoc())) op->setLoc(FileLineColLoc::get(op->getContext(), numbered, number + 1, 1));
    ++number;
  });
  return copy;
}

Operation *Locations::find(StringRef file, int64_t line, int64_t column) const {
  if (file == numbered) return line > 0 && line <= static_cast<int64_t>(byNumber.size()) ? byNumber[line - 1] : nullptr;
  if (auto *found = byPlace.lookup(key(file, line, column))) return found;
  return file == "<stdin>" ? byPlace.lookup(key("-", line, column)) : nullptr;
}

void Locations::removeNumbers(ModuleOp module) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](FileLineColLoc place) -> std::optional<Attribute> {
    if (place.getFilename() != numbered) return std::nullopt;
    return UnknownLoc::get(place.getContext());
  });
  replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/false, /*replaceLocs=*/true, /*replaceTypes=*/false);
}

} // namespace xpiler
