// RUN: %xpiler-opt %s --split-input-file --verify-diagnostics

func.func @mfma(%a: vector<4xf16>, %c: vector<4xf32>, %d: f64, %e: vector<4xf64>) {
  %0 = hip.mfma<"f32_16x16x16f16"> %a, %a, %c : (vector<4xf16>, vector<4xf16>, vector<4xf32>) -> vector<4xf32>
  %1 = hip.mfma<"f64_16x16x4f64"> %d, %d, %e {blgp = 1 : i32} : (f64, f64, vector<4xf64>) -> vector<4xf64>
  return
}
// -----
func.func @mfma_c1(%a: vector<4xf16>, %c: vector<4xf32>) {
  // expected-error @+1 {{there is no matrix-core builtin called 'f32_16x16x17f16'}}
  %0 = hip.mfma<"f32_16x16x17f16"> %a, %a, %c : (vector<4xf16>, vector<4xf16>, vector<4xf32>) -> vector<4xf32>
  return
}
// -----
func.func @mfma_c2(%a: vector<4xf32>, %c: vector<4xf32>) {
  // expected-error @+1 {{expected operands of type 'vector<4xf16>'}}
  %0 = hip.mfma<"f32_16x16x16f16"> %a, %a, %c : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
  return
}
// -----
func.func @mfma_c3(%a: vector<4xf16>, %c: vector<16xf32>) {
  // expected-error @+1 {{expected an accumulator of type 'vector<4xf32>'}}
  %0 = hip.mfma<"f32_16x16x16f16"> %a, %a, %c : (vector<4xf16>, vector<4xf16>, vector<16xf32>) -> vector<16xf32>
  return
}
