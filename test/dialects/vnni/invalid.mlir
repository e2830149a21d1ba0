// RUN: %xpiler-opt %s --split-input-file --verify-diagnostics

func.func @register_c1(%acc: vector<12xi32>, %a: vector<48xi8>) {
  // expected-error @+1 {{expected the accumulator to fill a 128-, 256- or 512-bit register, got 'vector<12xi32>'}}
  %0 = vnni.dot<dpbusd> %acc, %a, %a : vector<12xi32>, vector<48xi8>, vector<48xi8>
  return
}
// -----
func.func @dot_c1(%acc: vector<16xi32>, %a: vector<32xi16>) {
  // expected-error @+1 {{expected the left operand to have lanes of 8 bits, got 'vector<32xi16>'}}
  %0 = vnni.dot<dpbusd> %acc, %a, %a : vector<16xi32>, vector<32xi16>, vector<32xi16>
  return
}
// -----
func.func @dot_c2(%acc: vector<16xi32>, %a: vector<32xi8>) {
  // expected-error @+1 {{expected registers of one width}}
  %0 = vnni.dot<dpbusd> %acc, %a, %a : vector<16xi32>, vector<32xi8>, vector<32xi8>
  return
}
// -----
func.func @madd_c1(%a: vector<32xi16>, %b: vector<16xi16>) {
  // expected-error @+1 {{expected operands of one type}}
  %0 = vnni.madd %a, %b : vector<32xi16>, vector<16xi16> -> vector<16xi32>
  return
}
// -----
func.func @madd_c2(%a: vector<64xi8>) {
  // expected-error @+1 {{expected the result to have lanes of 16 bits}}
  %0 = vnni.maddubs %a, %a : vector<64xi8>, vector<64xi8> -> vector<16xi32>
  return
}
// -----
func.func @permute_c1(%f: vector<16xf32>, %i: vector<8xi32>) {
  // expected-error @+1 {{expected an integer index with the lanes of 'vector<16xf32>'}}
  %0 = vnni.permute %f, %i : vector<16xf32>, vector<8xi32>
  return
}
// -----
func.func @lanes_c1(%f: vector<16xf32>) {
  // expected-error @+1 {{expected as many lanes in the result}}
  %0 = vnni.convert<nearest> %f : vector<16xf32> -> vector<8xi32>
  return
}
// -----
func.func @narrow_c1(%i: vector<16xi32>) {
  // expected-error @+1 {{expected narrower lanes}}
  %0 = vnni.narrow<signed> %i : vector<16xi32> -> vector<16xi32>
  return
}
