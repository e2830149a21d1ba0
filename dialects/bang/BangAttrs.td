#ifndef BANG_ATTRS_TD
#define BANG_ATTRS_TD

include "bang/BangDialect.td"

def Bang_Space : Bang_Kinds<"Space", ["nram", "wram", "sram", "ldram"]>;
def Bang_SpaceAttr : Bang_KindAttr<Bang_Space, "space">;

def Bang_IndexKind : Bang_Kinds<"IndexKind", [
  "task_id", "task_id_x", "task_id_y", "task_id_z", "task_dim", "task_dim_x", "task_dim_y", "task_dim_z",
  "core_id", "core_dim", "cluster_id", "cluster_dim"]>;
def Bang_IndexKindAttr : Bang_KindAttr<Bang_IndexKind, "index_kind">;

def Bang_Direction : Bang_Kinds<"Direction", [
  "gdram2nram", "nram2gdram", "ldram2nram", "nram2ldram", "gdram2wram", "wram2gdram", "ldram2wram", "wram2ldram",
  "nram2nram", "nram2wram", "wram2nram", "gdram2sram", "sram2gdram", "ldram2sram", "sram2ldram", "sram2nram",
  "nram2sram", "sram2wram", "wram2sram", "gdram2gdram", "gdram2ldram", "ldram2gdram", "ldram2ldram", "sram2sram"]>;
def Bang_DirectionAttr : Bang_KindAttr<Bang_Direction, "direction">;

def Bang_UnaryKind : Bang_Kinds<"UnaryKind", [
  "abs", "neg", "sign", "sqrt", "rsqrt", "recip", "exp", "exp2", "pow2", "log", "log2", "sin", "cos", "square",
  "floor", "round", "nearbyint", "relu", "not", "bnot", "sigmoid", "tanh",
  "active_abs", "active_relu", "active_sign", "active_exp", "active_exphp", "active_exp_less_0", "active_gelu",
  "active_gelup", "active_log", "active_loghp", "active_pow2", "active_recip", "active_reciphp", "active_rsqrt",
  "active_rsqrthp", "active_sqrt", "active_sqrthp", "active_sigmoid", "active_tanh", "active_sin", "active_cos"]>;
def Bang_UnaryKindAttr : Bang_KindAttr<Bang_UnaryKind, "unary_kind">;

def Bang_BinaryKind : Bang_Kinds<"BinaryKind", [
  "add", "sub", "mul", "div", "rem", "maxequal", "minequal", "maximum", "minimum", "nan_maximum", "nan_minimum",
  "eq", "ne", "gt", "ge", "lt", "le", "and", "or", "xor", "band", "bor", "bxor", "sll", "srl", "sra", "adds", "subs", "relun"]>;
def Bang_BinaryKindAttr : Bang_KindAttr<Bang_BinaryKind, "binary_kind">;

def Bang_FusionKind : Bang_Kinds<"FusionKind", ["fma", "fms", "fam", "fsm", "faa", "fas", "fss", "fsa"]>;
def Bang_FusionKindAttr : Bang_KindAttr<Bang_FusionKind, "fusion_kind">;

def Bang_PoolKind : Bang_Kinds<"PoolKind", ["sum", "max", "min", "avg"]>;
def Bang_PoolKindAttr : Bang_KindAttr<Bang_PoolKind, "pool_kind">;

def Bang_ArgKind : Bang_Kinds<"ArgKind", ["max", "min"]>;
def Bang_ArgKindAttr : Bang_KindAttr<Bang_ArgKind, "arg_kind">;

def Bang_Rounding : Bang_Kinds<"Rounding", ["none", "rn", "rd", "tz", "oz", "up", "dn", "rm", "sr"]>;
def Bang_RoundingAttr : Bang_KindAttr<Bang_Rounding, "rounding">;

def Bang_FilterLayout : Bang_Kinds<"FilterLayout", ["nk", "kn"]>;
def Bang_FilterLayoutAttr : EnumAttr<Bang_Dialect, Bang_FilterLayout, "filter_layout">;

def Bang_AtomicKind : Bang_Kinds<"AtomicKind", ["add", "and", "or", "xor", "max", "min", "inc", "dec", "exch", "cas"]>;
def Bang_AtomicKindAttr : Bang_KindAttr<Bang_AtomicKind, "atomic_kind">;

def Bang_SyncKind : Bang_Kinds<"SyncKind", ["all_queues", "io", "move", "compute", "io_move_compute"]>;
def Bang_SyncKindAttr : Bang_KindAttr<Bang_SyncKind, "sync_kind">;

def Bang_BarrierKind : Bang_Kinds<"BarrierKind", ["cluster", "all", "all_ipu", "all_ipu_within_cluster", "all_mpu"]>;
def Bang_BarrierKindAttr : Bang_KindAttr<Bang_BarrierKind, "barrier_kind">;

#endif
