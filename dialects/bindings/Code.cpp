#include "bindings/Code.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "mlir/IR/Operation.h"

using namespace mlir;

namespace {

/// Attributes, types and locations are unique in a context, so they are hashed by address; values by the order in which they are met.
class CodeHash {
public:
  void add(Operation *op) {
    mix(op->getName().getAsOpaquePointer(), op->getLoc().getAsOpaquePointer(), op->getAttrDictionary().getAsOpaquePointer());
    for (Value operand : op->getOperands()) mix(numberOf(operand));
    for (Block *successor : op->getSuccessors()) mix(successor->computeBlockNumber());
    for (Value result : op->getResults()) define(result);
    for (Region &region : op->getRegions()) mix(region.getBlocks().size());
  }

  void add(Block &block) {
    mix(block.getOperations().size());
    for (BlockArgument argument : block.getArguments()) {
      define(argument);
      mix(argument.getLoc().getAsOpaquePointer());
    }
  }

  std::uint64_t value() const { return state; }

private:
  void define(Value value) { mix(numberOf(value), value.getType().getAsOpaquePointer()); }

  std::size_t numberOf(Value value) { return numbers.try_emplace(value, numbers.size()).first->second; }

  template <typename... Parts>
  void mix(Parts... parts) {
    state = llvm::hash_combine(state, parts...);
  }

  llvm::DenseMap<Value, std::size_t> numbers;
  llvm::hash_code state{0};
};

void walk(Operation *op, CodeHash &hash) {
  hash.add(op);
  for (Region &region : op->getRegions())
    for (Block &block : region) {
      hash.add(block);
      for (Operation &inner : block) walk(&inner, hash);
    }
}

} // namespace

std::uint64_t xpiler::hashOfCode(Operation *root) {
  CodeHash hash;
  walk(root, hash);
  return hash.value();
}
