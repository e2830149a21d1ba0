// The fragment type's text and checks, and the verifiers of fragment operations, for both SIMT dialects.

#ifndef SIMT_FRAGMENTS_H
#define SIMT_FRAGMENTS_H

#include "simt/SimtVerifiers.h"

namespace xpiler::simt {

/// fragment_c1: the shapes and element types that the matrix units know.
inline bool isFragmentShape(int64_t m, int64_t n, int64_t k, mlir::Type element) {
  bool wide = k == 16 && ((m == 16 && n == 16) || (m == 32 && n == 8) || (m == 8 && n == 32));
  if (element.isF16() || element.isBF16() || element.isInteger(8) || element.isInteger(32)) return wide;
  if (element.isF64()) return m == 8 && n == 8 && k == 4;
  return element.isF32() && (wide || (m == 16 && n == 16 && k == 8)); // float accumulators; tf32 operands
}

template <typename Fragment, typename Role>
llvm::LogicalResult verifyFragmentType(llvm::function_ref<mlir::InFlightDiagnostic()> emitError, Role role, int64_t m, int64_t n, int64_t k,
                                       mlir::Type element, mlir::StringAttr layout) {
  if (!isFragmentShape(m, n, k, element)) // fragment_c1
    return emitError() << "no matrix unit has fragments of shape " << m << "x" << n << "x" << k << " and type " << element;
  if (layout && layout.getValue() != "row" && layout.getValue() != "col") // fragment_c2
    return emitError() << "expected the layout to be row or col, got " << layout.getValue();
  if ((role == Role::Acc) == static_cast<bool>(layout)) // fragment_c3
    return emitError() << "operands have a layout, accumulators have none";
  return mlir::success();
}

/// `<a, 16x16x16, f16, row>`
template <typename Fragment>
void printFragment(Fragment type, mlir::AsmPrinter &printer) {
  printer << "<" << stringifyFragmentRole(type.getRole()) << ", " << type.getM() << "x" << type.getN() << "x" << type.getK() << ", "
          << type.getElement();
  if (type.getLayout()) printer << ", " << type.getLayout().getValue();
  printer << ">";
}

template <typename Fragment, typename Symbolize>
mlir::Type parseFragment(mlir::AsmParser &parser, Symbolize symbolizeRole) {
  llvm::StringRef word, layout;
  llvm::SmallVector<int64_t> shape;
  mlir::Type element;
  auto place = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword(&word) || parser.parseComma() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false, /*withTrailingX=*/false) || parser.parseComma() || parser.parseType(element))
    return {};
  if (mlir::succeeded(parser.parseOptionalComma()) && parser.parseKeyword(&layout)) return {};
  auto role = symbolizeRole(word);
  if (parser.parseGreater()) return {};
  if (!role || shape.size() != 3) return parser.emitError(place, "expected <a|b|acc, MxNxK, type [, row|col]>"), mlir::Type();
  auto context = parser.getContext();
  auto layoutAttr = layout.empty() ? mlir::StringAttr() : mlir::StringAttr::get(context, layout);
  return Fragment::getChecked([&] { return parser.emitError(place); }, context, *role, shape[0], shape[1], shape[2], element, layoutAttr);
}

template <typename Op>
llvm::LogicalResult verifyFragmentFill(Op op) {
  auto type = op.getResult().getType();
  if (op.getValue().getType() != type.getElement()) // fill_c1
    return op.emitOpError("expected a value of type ") << type.getElement();
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyFragmentAccess(Op op, mlir::Type element) {
  auto base = op.getBase().getType();
  if (base.getElementType() != element) // fragment_access_c1
    return op.emitOpError("expected a buffer of ") << element << ", got " << base;
  if (static_cast<int64_t>(op.getIndices().size()) != base.getRank()) // fragment_access_c2
    return op.emitOpError("expected ") << base.getRank() << " indices, got " << op.getIndices().size();
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyFragmentLoad(Op op) {
  auto type = op.getResult().getType();
  if (static_cast<bool>(type.getLayout()) == op.getLayout().has_value()) // fragment_load_c1
    return op.emitOpError("expected a layout for an accumulator, and none for an operand, whose type has it");
  return verifyFragmentAccess(op, type.getElement());
}

template <typename Op>
llvm::LogicalResult verifyFragmentStore(Op op) {
  auto type = op.getFragment().getType();
  if (type.getLayout()) // fragment_store_c1
    return op.emitOpError("expected an accumulator, got ") << type;
  return verifyFragmentAccess(op, type.getElement());
}

template <typename Op>
llvm::LogicalResult verifyFragmentMma(Op op) {
  auto a = op.getA().getType(), b = op.getB().getType(), c = op.getC().getType();
  using Role = decltype(a.getRole());
  if (a.getRole() != Role::A || b.getRole() != Role::B || c.getRole() != Role::Acc) // mma_c1
    return op.emitOpError("expected fragments a, b and acc, got ") << a << ", " << b << ", " << c;
  auto shape = [](auto type) { return std::make_tuple(type.getM(), type.getN(), type.getK()); };
  if (shape(a) != shape(b) || shape(a) != shape(c)) // mma_c2
    return op.emitOpError("expected fragments of one shape, got ") << a << ", " << b << ", " << c;
  if (a.getElement() != b.getElement()) // mma_c3
    return op.emitOpError("expected operands of one type, got ") << a.getElement() << " and " << b.getElement();
  return mlir::success();
}

template <typename Op>
llvm::LogicalResult verifyFragmentElement(Op op) {
  auto type = op.getFragment().getType();
  if (op.getValue().getType() != type.getElement()) // fragment_element_c1
    return op.emitOpError("expected an element of type ") << type.getElement() << ", got " << op.getValue().getType();
  return mlir::success();
}

} // namespace xpiler::simt

#endif
