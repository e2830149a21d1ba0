#include "hip/Mfma.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace {

enum class Register { F16x4, Short2, Short4, F32, F32x2, Packed4, Packed8, F64 };

struct Row {
  llvm::StringLiteral name;
  Register operand;
  int64_t lanes; // of the accumulator; its type is the name's first word
};

// clang-format off
constexpr Row rows[] = {
    {"f32_32x32x1f32", Register::F32, 32},
    {"f32_16x16x1f32", Register::F32, 16},
    {"f32_4x4x1f32", Register::F32, 4},
    {"f32_32x32x2f32", Register::F32, 16},
    {"f32_16x16x4f32", Register::F32, 4},
    {"f32_32x32x4f16", Register::F16x4, 32},
    {"f32_16x16x4f16", Register::F16x4, 16},
    {"f32_4x4x4f16", Register::F16x4, 4},
    {"f32_32x32x8f16", Register::F16x4, 16},
    {"f32_16x16x16f16", Register::F16x4, 4},
    {"f32_32x32x2bf16", Register::Short2, 32},
    {"f32_16x16x2bf16", Register::Short2, 16},
    {"f32_4x4x2bf16", Register::Short2, 4},
    {"f32_32x32x4bf16", Register::Short2, 16},
    {"f32_16x16x8bf16", Register::Short2, 4},
    {"f32_32x32x4bf16_1k", Register::Short4, 32},
    {"f32_16x16x4bf16_1k", Register::Short4, 16},
    {"f32_4x4x4bf16_1k", Register::Short4, 4},
    {"f32_32x32x8bf16_1k", Register::Short4, 16},
    {"f32_16x16x16bf16_1k", Register::Short4, 4},
    {"i32_32x32x4i8", Register::Packed4, 32},
    {"i32_16x16x4i8", Register::Packed4, 16},
    {"i32_4x4x4i8", Register::Packed4, 4},
    {"i32_32x32x8i8", Register::Packed4, 16},
    {"i32_16x16x16i8", Register::Packed4, 4},
    {"i32_32x32x16_i8", Register::Packed8, 16},
    {"i32_16x16x32_i8", Register::Packed8, 4},
    {"f64_16x16x4f64", Register::F64, 4},
    {"f64_4x4x4f64", Register::F64, 1},
    {"f32_16x16x8_xf32", Register::F32x2, 4},
    {"f32_32x32x4_xf32", Register::F32x2, 16},
};
// clang-format on

Type registerType(Register kind, Builder &builder) {
  switch (kind) {
  case Register::F16x4: return VectorType::get({4}, builder.getF16Type());
  case Register::Short2: return VectorType::get({2}, builder.getI16Type());
  case Register::Short4: return VectorType::get({4}, builder.getI16Type());
  case Register::F32: return builder.getF32Type();
  case Register::F32x2: return VectorType::get({2}, builder.getF32Type());
  case Register::Packed4: return builder.getI32Type();
  case Register::Packed8: return builder.getI64Type();
  case Register::F64: return builder.getF64Type();
  }
  llvm_unreachable("every register kind has a type");
}

} // namespace

std::optional<xpiler::hip::MfmaTypes> xpiler::hip::mfmaTypes(StringRef name, MLIRContext *context) {
  auto row = llvm::find_if(rows, [&](const Row &row) { return row.name == name; });
  if (row == std::end(rows)) return std::nullopt;
  Builder builder(context);
  Type element = name.starts_with("i32")   ? builder.getI32Type()
                 : name.starts_with("f64") ? Type(builder.getF64Type())
                                           : Type(builder.getF32Type());
  Type accumulator = row->lanes == 1 ? element : VectorType::get({row->lanes}, element);
  return MfmaTypes{registerType(row->operand, builder), accumulator};
}
