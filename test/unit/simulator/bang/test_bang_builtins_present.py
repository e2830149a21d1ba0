"""Every builtin that the platform's public documents define is declared by the simulator's headers."""

from __future__ import annotations

import re
import subprocess
from itertools import product

import pytest

from xpiler.platforms.bang.simulator.compiler import includes
from xpiler.platforms.cxx import find_cxx

# `{a,b}` stands for either word, as in a shell.
BUILTINS = """
__{load,store}_{nram,gdram,sram,ldram} __is_{nram,wram,sram,dram} __is_{mpu,ipu} __memcpy{,_async} __bang_move __{gather,scatter}{,_async}
__bang_write_{value,zero} __memset_nram{,_async} __{nram,gdram,ldram,sram}set
__sync{,_io,_move,_compute,_io_move_compute,_cluster,_all,_all_ipu,_all_mpu,_all_ipu_within_cluster} __bang_{lock,unlock}
__sync_{cluster,all}_{arrive,wait} __sync_copy_{dram,nram}_to_{nram,sram} __sync_copy_{nram,wram}_to_dram __sync_copy_{dram,sram}_to_wram
__sync_copy_sram_to_{dram,nram,sram} __sync_copy_wram_to_sram
__bang_{add,sub,mul}{,_scalar,_const} __bang_{adds,subs,mulh}{,_scalar} __bang_{muls,add_tz,div,rem,recip,sqrt,rsqrt,sin,cos,pow2,log,log2}
__bang_{abs,neg,square,floor,round,nearbyint,fusion,lut,relu,relun,sigmoid} __bang_{sll,srl,sra,rol,ror}
__bang_{band,bor,bxor}{,_scalar} __bang_bnot
__bang_cycle_{add,sub,mul,eq,ne,gt,ge,lt,le,and,or,xor,maxequal,minequal,maximum,minimum,band,bor,bxor}
__bang_active_{abs,relu,sign,exp,exp_less_0,exphp,gelu,gelup,log,loghp,pow2,recip,reciphp,rsqrt,rsqrthp,sqrt,sqrthp,sigmoid,tanh,sin,cos}
__bang_taylor{3,4}_{sigmoid,tanh,sin,cos,softplus}
__bang_{eq,ne,gt,ge,lt,le}{,_scalar,_bitindex} __bang_{equ,neu,gtu,geu,ltu,leu} __bang_{and,or,xor}{,_scalar} __bang_not
__bang_{max,min}equal __bang_{max,min}eq_scalar __bang_{,nan_}{maximum,minimum} __bang_{maximum,minimum}_scalar __bang_{,nan_}arg{max,min}
__bang_{max,min,select,collect,maskmove,filter,filter_bitindex,count,findfirst1,findlast1,fcmpfilter,reduce_sum,sum,incseq}
__bang_{sum,max,min,avg,nan_max,nan_min}pool __bang_{max,min}pool_index
__bang_{transpose,pad,mirror,rotate90,rotate180,rotate270,reshape_nhwc2nchw,reshape_nchw2nhwc,reshape_filter,matmul,mlp,conv}
__bang_float2half{,_rn,_rd,_tz,_oz,_up,_dn,_rm} __bang_half2float __bang_{float2bfloat16,bfloat162float}
__bang_{float,half}2int{8,16,32}{,_rn,_rd,_tz,_oz,_up,_dn}
__bang_int{8,16,32}2{float,half} __float2half{,_rn} __half2float __float2int32{,_rd,_up,_dn,_tz,_rn,_oz} __bfloat162int{,_rn,_up}
__bang_atomic_{add,and,or,xor,max,min,inc,dec,exch,cas} __bang_atomic_reduce_{add,and,or,xor,max,min,inc,dec,exch} __bang_printf
"""


def expanded(word: str) -> list[str]:
    """`a{b,c}` as ab and ac."""
    parts = re.split(r"\{([^}]*)\}", word)
    return ["".join(chosen) for chosen in product(*(part.split(",") if i % 2 else [part] for i, part in enumerate(parts)))]


@pytest.fixture(scope="module")
def declared() -> set[str]:
    command = [find_cxx(), "-std=gnu++17", "-E", "-P", *includes(), "-x", "c++", "-"]
    text = subprocess.run(command, input='#include "xpiler_sim/prelude.h"\n', capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"\b(__\w+) *\(", text))


def test_every_builtin_is_declared(declared):
    names = [name for word in BUILTINS.split() for name in expanded(word)]
    assert len(set(names)) > 320
    assert [name for name in names if name not in declared] == []
    assert "__bang_rand" not in declared, "it has no public definition: a guess would be worse than an error"
