// oneDNN's primitives by themselves, for benchmarks/tune_cpu.py: made once for a shape, then run on the caller's arrays. All memory is
// in the plain layout of the arrays (no weights are packed beforehand); the threads are GNU OpenMP's, as those of the emitted code are.

#include <oneapi/dnnl/dnnl.hpp>

#include <cstdio>
#include <string>
#include <unordered_map>
#include <vector>

using namespace dnnl;
using Dims = memory::dims;
using Type = memory::data_type;
using Tag = memory::format_tag;

static engine cpu(engine::kind::cpu, 0);
static stream queue(cpu);

// A primitive with its arguments, whose data are the caller's, in the order of the launcher's pointers; weights that it wants in another
// layout are brought there by `pack` first.
struct Call {
  primitive run;
  std::unordered_map<int, memory> arguments;
  std::vector<int> order;
  primitive pack;
  memory packed;
};

static Call call(primitive run, std::vector<std::pair<int, memory::desc>> of) {
  Call made{run, {}, {}, {}, {}};
  for (auto &[index, desc] : of) {
    made.arguments[index] = memory(desc, cpu, nullptr);
    made.order.push_back(index);
  }
  return made;
}

static memory::desc plain(Dims dims, Type type = Type::f32) {
  Dims strides(dims.size(), 1);
  for (int k = (int)dims.size() - 2; k >= 0; --k) strides[k] = strides[k + 1] * dims[k + 1];
  return {dims, type, strides};
}

static Call product(const int *n, Type in, Type out) {
  auto a = plain({n[0], n[2]}, in), b = plain({n[2], n[1]}, in), c = plain({n[0], n[1]}, out);
  return call(matmul(matmul::primitive_desc(cpu, a, b, c)), {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
}

// An elementwise function of one array.
static Call eltwise(algorithm function, const int *n, float alpha = 0) {
  auto d = plain({n[0]});
  eltwise_forward::primitive_desc p(cpu, prop_kind::forward_inference, function, d, d, alpha);
  return call(eltwise_forward(p), {{DNNL_ARG_SRC, d}, {DNNL_ARG_DST, d}});
}

// An operation on two arrays.
static Call pairwise(algorithm operation, const int *n) {
  auto d = plain({n[0]});
  return call(binary(binary::primitive_desc(cpu, operation, d, d, d)), {{DNNL_ARG_SRC_0, d}, {DNNL_ARG_SRC_1, d}, {DNNL_ARG_DST, d}});
}

// A fold of one axis.
static Call fold(algorithm operation, Dims from, int axis) {
  Dims to = from;
  to[axis] = 1;
  auto s = plain(from), d = plain(to);
  return call(reduction(reduction::primitive_desc(cpu, operation, s, d, 0.f, 0.f)), {{DNNL_ARG_SRC, s}, {DNNL_ARG_DST, d}});
}

// A permutation of axes: the result's axis k is axis order[k] of the operand.
static Call permutation(Dims from, std::vector<int> order) {
  Dims strides(from.size());
  memory::dim step = 1;
  for (int k = (int)order.size() - 1; k >= 0; --k) {
    strides[order[k]] = step;
    step *= from[order[k]];
  }
  auto s = plain(from);
  memory::desc d(from, Type::f32, strides);
  return call(reorder(reorder::primitive_desc(cpu, s, cpu, d)), {{DNNL_ARG_FROM, s}, {DNNL_ARG_TO, d}});
}

// Windows of side x side in NHWC.
static Call windows(algorithm kind, const int *n, int side) {
  int height = (n[1] - side) / 2 + 1, width = (n[2] - side) / 2 + 1;
  memory::desc from({n[0], n[3], n[1], n[2]}, Type::f32, Tag::nhwc), to({n[0], n[3], height, width}, Type::f32, Tag::nhwc);
  pooling_forward::primitive_desc p(cpu, prop_kind::forward_inference, kind, from, to, {2, 2}, {side, side}, {0, 0}, {0, 0}, {0, 0});
  return call(pooling_forward(p), {{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}});
}

// A convolution whose weights are brought into the layout that the primitive likes best at each call, as they are an operand.
static Call convolution(Dims from, Dims weights, Dims to, int padding, Tag image, Tag filter, bool bias) {
  memory::desc s(from, Type::f32, image), w(weights, Type::f32, filter), free(weights, Type::f32, Tag::any), d(to, Type::f32, image);
  memory::desc b = bias ? plain({to[1]}) : memory::desc();
  size_t axes = from.size() - 2;
  Dims ones(axes, 1), edge(axes, padding);
  convolution_forward::primitive_desc p(cpu, prop_kind::forward_inference, algorithm::convolution_direct, s, free, b, d, ones, edge, edge);
  auto made = call(convolution_forward(p), {{DNNL_ARG_SRC, s}, {DNNL_ARG_WEIGHTS, w}});
  if (p.weights_desc() != w) {
    made.packed = memory(p.weights_desc(), cpu);
    made.pack = reorder(reorder::primitive_desc(cpu, w, cpu, p.weights_desc()));
  }
  if (bias) {
    made.arguments[DNNL_ARG_BIAS] = memory(b, cpu, nullptr);
    made.order.push_back(DNNL_ARG_BIAS);
  }
  made.arguments[DNNL_ARG_DST] = memory(d, cpu, nullptr);
  made.order.push_back(DNNL_ARG_DST);
  return made;
}

// X W^T + B, and the larger of that and zero.
static Call layer(const int *n) {
  auto x = plain({n[0], n[1]}), b = plain({1, n[2]}), y = plain({n[0], n[2]});
  memory::desc w({n[1], n[2]}, Type::f32, Tag::ba);
  post_ops relu;
  relu.append_eltwise(algorithm::eltwise_relu, 0, 0);
  primitive_attr attributes;
  attributes.set_post_ops(relu);
  matmul::primitive_desc p(cpu, x, w, b, y, attributes);
  return call(matmul(p), {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_BIAS, b}, {DNNL_ARG_DST, y}});
}

static Call batch_normalization(const int *n) {
  auto x = plain({n[0], n[1], n[2]}), c = plain({n[1]});
  auto flags = normalization_flags::use_global_stats | normalization_flags::use_scale | normalization_flags::use_shift;
  batch_normalization_forward::primitive_desc p(cpu, prop_kind::forward_inference, x, x, 1e-5f, flags);
  return call(batch_normalization_forward(p),
              {{DNNL_ARG_SRC, x}, {DNNL_ARG_SCALE, c}, {DNNL_ARG_SHIFT, c}, {DNNL_ARG_MEAN, c}, {DNNL_ARG_VARIANCE, c}, {DNNL_ARG_DST, x}});
}

static Call joined(const int *n) {
  auto a = plain({n[0], n[1]}), b = plain({n[0], n[2]}), t = plain({n[0], n[1] + n[2]});
  concat::primitive_desc p(cpu, t, 1, {a, b});
  return call(concat(p), {{DNNL_ARG_MULTIPLE_SRC, a}, {DNNL_ARG_MULTIPLE_SRC + 1, b}, {DNNL_ARG_DST, t}});
}

// Bytes times the number of their row.
static Call dequantization(const int *n) {
  auto q = plain({n[0], n[1]}, Type::s8), y = plain({n[0], n[1]});
  primitive_attr attributes;
  attributes.set_scales_mask(DNNL_ARG_SRC, 1);
  return call(reorder(reorder::primitive_desc(cpu, q, cpu, y, attributes)),
              {{DNNL_ARG_FROM, q}, {DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC, plain({n[0]})}, {DNNL_ARG_TO, y}});
}

static Call made(const std::string &name, const int *n) {
  static const std::unordered_map<std::string, algorithm> folds{
      {"row_sum", algorithm::reduction_sum}, {"row_mean", algorithm::reduction_mean}, {"row_max", algorithm::reduction_max},
      {"row_min", algorithm::reduction_min}, {"col_sum", algorithm::reduction_sum},   {"col_mean", algorithm::reduction_mean},
      {"col_max", algorithm::reduction_max}};
  if (folds.count(name)) return fold(folds.at(name), {n[0], n[1]}, name[0] == 'r');
  if (name == "axis_min") return fold(algorithm::reduction_min, {n[0], n[1], n[2]}, 1);
  if (name == "gemm") return product(n, Type::f32, Type::f32);
  if (name == "gemm_int8") return product(n, Type::s8, Type::s32);
  if (name == "add") return pairwise(algorithm::binary_add, n);
  if (name == "sub") return pairwise(algorithm::binary_sub, n);
  if (name == "relu") return eltwise(algorithm::eltwise_relu, n);
  if (name == "sigmoid") return eltwise(algorithm::eltwise_logistic, n);
  if (name == "silu") return eltwise(algorithm::eltwise_swish, n, 1);
  if (name == "gelu") return eltwise(algorithm::eltwise_gelu_tanh, n);
  if (name == "gelu_erf") return eltwise(algorithm::eltwise_gelu_erf, n);
  if (name == "maxpool") return windows(algorithm::pooling_max, n, 2);
  if (name == "avgpool") return windows(algorithm::pooling_avg_exclude_padding, n, 3);
  if (name == "transpose") return permutation({n[0], n[1]}, {1, 0});
  if (name == "nchw_to_nhwc") return permutation({n[0], n[1], n[2]}, {0, 2, 1});
  if (name == "reverse_axes") return permutation({n[0], n[1], n[2]}, {2, 1, 0});
  if (name == "swap_heads") return permutation({n[0], n[1], n[2], n[3]}, {0, 2, 1, 3});
  if (name == "concat") return joined(n);
  if (name == "dequantize") return dequantization(n);
  if (name == "dense") return layer(n);
  if (name == "batchnorm") return batch_normalization(n);
  if (name == "gemv") {
    auto a = plain({n[0], n[1]}), x = plain({n[1], 1}), y = plain({n[0], 1});
    return call(matmul(matmul::primitive_desc(cpu, a, x, y)), {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, x}, {DNNL_ARG_DST, y}});
  }
  if (name == "bmm") {
    auto a = plain({n[0], n[1], n[3]}), b = plain({n[0], n[3], n[2]}), c = plain({n[0], n[1], n[2]});
    return call(matmul(matmul::primitive_desc(cpu, a, b, c)), {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
  }
  if (name == "conv1d") return convolution({n[0], n[1], n[2]}, {n[3], n[1], 5}, {n[0], n[3], n[2] - 4}, 0, Tag::ncw, Tag::oiw, false);
  if (name == "conv2d")
    return convolution({n[0], n[1], n[2], n[3]}, {n[4], n[1], 3, 3}, {n[0], n[4], n[2], n[3]}, 1, Tag::nchw, Tag::oihw, true);
  if (name == "conv2d_nhwc")
    return convolution({n[0], n[3], n[1], n[2]}, {n[4], n[3], 3, 3}, {n[0], n[4], n[1] - 2, n[2] - 2}, 0, Tag::nhwc, Tag::ohwi, false);
  if (name == "depthwise")
    return convolution({n[0], n[1], n[2], n[3]}, {n[1], 1, 1, 3, 3}, {n[0], n[1], n[2], n[3]}, 1, Tag::nchw, Tag::goihw, false);
  if (name == "softmax") {
    auto d = plain({n[0], n[1]});
    softmax_forward::primitive_desc p(cpu, prop_kind::forward_inference, algorithm::softmax_accurate, d, d, 1);
    return call(softmax_forward(p), {{DNNL_ARG_SRC, d}, {DNNL_ARG_DST, d}});
  }
  if (name == "layernorm") {
    auto d = plain({n[0], n[1]}), w = plain({n[1]});
    // By the C interface: the C++ one asks for an entry that libraries before 3.4 lack.
    unsigned flags = dnnl_use_scale | dnnl_use_shift;
    dnnl_primitive_desc_t made = nullptr;
    auto kind = dnnl_forward_inference;
    auto status = dnnl_layer_normalization_forward_primitive_desc_create(&made, cpu.get(), kind, d.get(), d.get(), nullptr, 1e-5f, flags, nullptr);
    if (status != dnnl_success) throw std::runtime_error("no layer normalization");
    dnnl_primitive_t handle = nullptr;
    if (dnnl_primitive_create(&handle, made) != dnnl_success) throw std::runtime_error("no layer normalization");
    return call(primitive(handle), {{DNNL_ARG_SRC, d}, {DNNL_ARG_SCALE, w}, {DNNL_ARG_SHIFT, w}, {DNNL_ARG_DST, d}});
  }
  throw std::runtime_error("no primitive for " + name);
}

// A handle for an operator at a shape, or null where oneDNN has none.
extern "C" void *onednn_prepare(const char *name, const int *shape) {
  try {
    return new Call(made(name, shape));
  } catch (const std::exception &reason) {
    std::fprintf(stderr, "no primitive for %s: %s\n", name, reason.what());
    return nullptr;
  }
}

extern "C" void onednn_run(void *handle, void **data) {
  Call &c = *static_cast<Call *>(handle);
  for (size_t k = 0; k < c.order.size(); ++k) c.arguments[c.order[k]].set_data_handle(data[k]);
  auto arguments = c.arguments;
  if (c.pack) {
    c.pack.execute(queue, {{DNNL_ARG_FROM, arguments.at(DNNL_ARG_WEIGHTS)}, {DNNL_ARG_TO, c.packed}});
    arguments[DNNL_ARG_WEIGHTS] = c.packed;
  }
  c.run.execute(queue, arguments);
  queue.wait();
}
