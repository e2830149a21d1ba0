#include "xpiler_sim/tensor.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "counts.h"
#include "cycles.h"
#include "element.h"
#include "findings.h"
#include "memory.h"
#include "options.h"
#include "rounding.h"
#include "wram_banks.h"

namespace xpiler_sim {
namespace {

/// Operands as doubles: int8 and int16 products and their sums are exact, float products are summed without loss that matters.
std::vector<double> widened(Type type, const void *src, std::size_t count) {
  std::vector<double> out(count);
  visit(type, [&](auto zero) {
    for (std::size_t i = 0; i < count; i++) out[i] = double(wide(static_cast<const decltype(zero) *>(src)[i]));
  });
  return out;
}

void store(Type type, void *dst, std::size_t i, double value) {
  switch (type) {
  case Type::f32: static_cast<float *>(dst)[i] = float(value); break;
  case Type::f16: static_cast<half *>(dst)[i] = to_half(value, Round::rn); break;
  case Type::bf16: static_cast<bfloat16_t *>(dst)[i] = to_bfloat16(value, Round::rn); break;
  case Type::i16: static_cast<std::int16_t *>(dst)[i] = std::int16_t(round_to_integer(value, Round::rn, type)); break;
  case Type::i32: static_cast<std::int32_t *>(dst)[i] = std::int32_t(round_to_integer(value, Round::rn, type)); break;
  default: break;
  }
}

bool is_integer_operand(Type type) { return type == Type::i8 || type == Type::i16; }

/// The documented combinations: narrow integers with a fix position to half, float or int16; equal float types without one to float.
bool valid_types(const Call &call, Type dst, Type left, Type right, bool has_fix) {
  if (is_integer_operand(left) && is_integer_operand(right)) {
    if (!has_fix) report("bad-argument", call, "", "the integer forms take a fix_position");
    if (dst == Type::f32 || dst == Type::f16 || dst == Type::i16) return true;
  } else if (left == right && is_float(left)) {
    if (has_fix) report("bad-argument", call, "", "the floating forms take no fix_position");
    if (dst == Type::f32 || (dst == Type::f16 && left == Type::f16)) return true;
  }
  report("bad-argument", call, "", "no form for these element types");
  return false;
}

double scale_of(const Call &call, int fix_position) {
  if (fix_position < -127 || fix_position > 127)
    report("bad-argument", call, "", text("fix_position is %d, expected -127 to 127", fix_position));
  return std::ldexp(1.0, fix_position);
}

void check_filter_alignment(const Call &call, const void *filter) {
  if (reinterpret_cast<std::uintptr_t>(filter) % 32)
    report("alignment", call, buffer_at(filter), "the operand in WRAM is not aligned to 32 bytes");
}

double product(const double *row, const double *column, std::size_t count, std::size_t step) {
  double total = 0;
  for (std::size_t i = 0; i < count; i++) total += row[i] * column[i * step];
  return total;
}

/// [rows][k] out of [k][rows], where the source keeps its weights that way.
std::vector<double> as_nk(std::vector<double> weights, unsigned n, unsigned k) {
  if (!xpiler_sim_options.weights_kn) return weights;
  std::vector<double> out(weights.size());
  for (unsigned i = 0; i < k; i++)
    for (unsigned j = 0; j < n; j++) out[std::size_t(j) * k + i] = weights[std::size_t(i) * n + j];
  return out;
}

} // namespace

void matmul(const Call &call, const Matmul &r) {
  count_instruction(call);
  const std::size_t left_bytes = std::size_t(r.m) * r.k * bytes_of(r.left_type);
  const std::size_t dst_bytes = std::size_t(r.m) * r.n * bytes_of(r.dst_type);
  if (!valid_types(call, r.dst_type, r.left_type, r.right_type, r.has_fix)) return;
  cost_products(r.m, r.k, r.n, bytes_of(r.left_type), is_integer_operand(r.left_type));
  bool good = check(call, Operand{"src0", r.left, left_bytes, Access::read});
  const Weights weights(call, "src1", r.right, r.n, std::size_t(r.k) * bytes_of(r.right_type));
  good = weights.good() && good;
  if (r.bias) good = check(call, {"src2", r.bias, dst_bytes, Access::read}) && good;
  if (!check(call, {"dst", r.dst, dst_bytes, Access::write}) || !good) return;
  apart(call, r.dst, dst_bytes, r.left, left_bytes, "src0");
  check_filter_alignment(call, r.right);
  const double scale = scale_of(call, r.fix_position);
  const auto left = widened(r.left_type, r.left, std::size_t(r.m) * r.k);
  const auto right = as_nk(widened(r.right_type, weights.data(), std::size_t(r.n) * r.k), r.n, r.k);
  const auto bias = r.bias ? widened(r.dst_type, r.bias, std::size_t(r.m) * r.n) : std::vector<double>();
  for (std::size_t i = 0; i < r.m; i++)
    for (std::size_t j = 0; j < r.n; j++) {
      const double dot = product(&left[i * r.k], &right[j * r.k], r.k, 1) * scale;
      store(r.dst_type, r.dst, i * r.n + j, dot + (r.bias ? bias[i * r.n + j] : 0));
    }
}

void mlp(const Call &call, const Mlp &r) {
  count_instruction(call);
  const std::size_t src_bytes = r.width * std::size_t(bytes_of(r.src_type)), dst_bytes = r.height * std::size_t(bytes_of(r.dst_type));
  if (!valid_types(call, r.dst_type, r.src_type, r.filter_type, r.has_fix)) return;
  cost_products(1, r.width, r.height, bytes_of(r.src_type), is_integer_operand(r.src_type));
  bool good = check(call, Operand{"src", r.src, src_bytes, Access::read});
  const Weights weights(call, "filter", r.filter, r.height, std::size_t(r.width) * bytes_of(r.filter_type));
  good = weights.good() && good;
  if (r.bias) good = check(call, {"bias", r.bias, dst_bytes, Access::read}) && good;
  if (!check(call, {"dst", r.dst, dst_bytes, Access::write}) || !good) return;
  apart(call, r.dst, dst_bytes, r.src, src_bytes, "src");
  if (r.bias) apart(call, r.dst, dst_bytes, r.bias, dst_bytes, "bias");
  check_filter_alignment(call, r.filter);
  const double scale = scale_of(call, r.fix_position);
  const auto src = widened(r.src_type, r.src, r.width);
  const auto filter = as_nk(widened(r.filter_type, weights.data(), std::size_t(r.height) * r.width), r.height, r.width);
  const auto bias = r.bias ? widened(r.dst_type, r.bias, r.height) : std::vector<double>(r.height);
  for (std::size_t h = 0; h < r.height; h++)
    store(r.dst_type, r.dst, h, product(src.data(), &filter[h * r.width], r.width, 1) * scale + bias[h]);
}

namespace {

/// The filter's inner product at one output pixel.
double window(const Conv &r, const std::vector<double> &src, const double *filter, unsigned oy, unsigned ox) {
  double total = 0;
  for (unsigned y = 0; y < r.kernel_height; y++)
    for (unsigned x = 0; x < r.kernel_width; x++) {
      const std::size_t row = oy * r.stride_height + y * r.dilation_height, column = ox * r.stride_width + x * r.dilation_width;
      total += product(&src[(row * r.width + column) * r.channel_input], filter + (std::size_t(y) * r.kernel_width + x) * r.channel_input,
                       r.channel_input, 1);
    }
  return total;
}

bool valid_shape(const Call &call, const Conv &r) {
  for (unsigned step : {r.stride_width, r.stride_height, r.dilation_width, r.dilation_height})
    if (step < 1 || step > 1023) {
      report("bad-argument", call, "", text("a stride or dilation is %u, expected 1 to 1023", step));
      return false;
    }
  if ((r.kernel_height - 1) * r.dilation_height < r.height && (r.kernel_width - 1) * r.dilation_width < r.width) return true;
  report("bad-argument", call, "", "the dilated kernel exceeds the input");
  return false;
}

} // namespace

void conv(const Call &call, const Conv &r) {
  count_instruction(call);
  if (!valid_types(call, r.dst_type, r.src_type, r.filter_type, r.has_fix) || !valid_shape(call, r)) return;
  const unsigned out_height = (r.height - ((r.kernel_height - 1) * r.dilation_height + 1)) / r.stride_height + 1;
  const unsigned out_width = (r.width - ((r.kernel_width - 1) * r.dilation_width + 1)) / r.stride_width + 1;
  const std::size_t taps = std::size_t(r.kernel_height) * r.kernel_width * r.channel_input;
  const std::size_t src_count = std::size_t(r.height) * r.width * r.channel_input,
                    dst_count = std::size_t(out_height) * out_width * r.channel_output;
  cost_products(double(out_height) * out_width, taps, r.channel_output, bytes_of(r.src_type), is_integer_operand(r.src_type));
  bool good = check(call, Operand{"src", r.src, src_count * bytes_of(r.src_type), Access::read});
  const Weights weights(call, "kernel", r.filter, r.channel_output, taps * bytes_of(r.filter_type));
  good = weights.good() && good;
  if (r.bias) good = check(call, {"bias", r.bias, r.channel_output * std::size_t(bytes_of(r.dst_type)), Access::read}) && good;
  if (!check(call, {"dst", r.dst, dst_count * bytes_of(r.dst_type), Access::write}) || !good) return;
  apart(call, r.dst, dst_count * bytes_of(r.dst_type), r.src, src_count * bytes_of(r.src_type), "src");
  check_filter_alignment(call, r.filter);
  const double scale = scale_of(call, r.fix_position);
  const auto src = widened(r.src_type, r.src, src_count), filter = widened(r.filter_type, weights.data(), taps * r.channel_output);
  const auto bias = r.bias ? widened(r.dst_type, r.bias, r.channel_output) : std::vector<double>(r.channel_output);
  for (unsigned oy = 0; oy < out_height; oy++)
    for (unsigned ox = 0; ox < out_width; ox++)
      for (std::size_t co = 0; co < r.channel_output; co++)
        store(r.dst_type, r.dst, (std::size_t(oy) * out_width + ox) * r.channel_output + co,
              window(r, src, &filter[co * taps], oy, ox) * scale + bias[co]);
}

} // namespace xpiler_sim
