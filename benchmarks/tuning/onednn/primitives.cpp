// oneDNN's primitives by themselves, for benchmarks/tune_cpu.py: made once for a shape, then run on the caller's arrays. All memory is
// in the plain layout of the arrays (no weights are packed beforehand); the threads are GNU OpenMP's, as those of the emitted code are.

#include <oneapi/dnnl/dnnl.hpp>

#include <string>
#include <unordered_map>
#include <vector>

using namespace dnnl;
using Dims = memory::dims;
using Type = memory::data_type;
using Tag = memory::format_tag;

static engine cpu(engine::kind::cpu, 0);
static stream queue(cpu);

// A primitive with its arguments, whose data are the caller's, in the order of the launcher's pointers.
struct Call {
  primitive run;
  std::unordered_map<int, memory> arguments;
  std::vector<int> order;
};

static Call call(primitive run, std::vector<std::pair<int, memory::desc>> of) {
  Call made{run, {}, {}};
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

static Call made(const std::string &name, const int *n) {
  if (name == "gemm") return product(n, Type::f32, Type::f32);
  if (name == "gemm_int8") return product(n, Type::s8, Type::s32);
  if (name == "add") {
    auto d = plain({n[0]});
    return call(binary(binary::primitive_desc(cpu, algorithm::binary_add, d, d, d)), {{DNNL_ARG_SRC_0, d}, {DNNL_ARG_SRC_1, d}, {DNNL_ARG_DST, d}});
  }
  if (name == "gelu") {
    auto d = plain({n[0]});
    eltwise_forward::primitive_desc p(cpu, prop_kind::forward_inference, algorithm::eltwise_gelu_tanh, d, d);
    return call(eltwise_forward(p), {{DNNL_ARG_SRC, d}, {DNNL_ARG_DST, d}});
  }
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
  if (name == "row_sum") {
    auto d = plain({n[0], n[1]}), t = plain({n[0], 1});
    return call(reduction(reduction::primitive_desc(cpu, algorithm::reduction_sum, d, t, 0.f, 0.f)), {{DNNL_ARG_SRC, d}, {DNNL_ARG_DST, t}});
  }
  if (name == "transpose") {
    auto from = plain({n[0], n[1]});
    memory::desc to({n[0], n[1]}, Type::f32, Tag::ba);
    return call(reorder(reorder::primitive_desc(cpu, from, cpu, to)), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  }
  if (name == "maxpool") {
    memory::desc from({n[0], n[3], n[1], n[2]}, Type::f32, Tag::nhwc), to({n[0], n[3], n[1] / 2, n[2] / 2}, Type::f32, Tag::nhwc);
    pooling_forward::primitive_desc p(cpu, prop_kind::forward_inference, algorithm::pooling_max, from, to, {2, 2}, {2, 2}, {0, 0}, {0, 0}, {0, 0});
    return call(pooling_forward(p), {{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}});
  }
  throw std::runtime_error("no primitive for " + name);
}

// A handle for an operator at a shape, or null where oneDNN has none.
extern "C" void *onednn_prepare(const char *name, const int *shape) {
  try {
    return new Call(made(name, shape));
  } catch (const std::exception &) {
    return nullptr;
  }
}

extern "C" void onednn_run(void *handle, void **data) {
  Call &c = *static_cast<Call *>(handle);
  for (size_t k = 0; k < c.order.size(); ++k) c.arguments[c.order[k]].set_data_handle(data[k]);
  c.run.execute(queue, c.arguments);
  queue.wait();
}
