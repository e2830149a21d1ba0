// RUN: %xpiler-opt %s | %mlir-opt-plugin - | %FileCheck %s

// CHECK-LABEL: func.func @products
func.func @products(%acc: vector<16xi32>, %bytes: vector<64xi8>, %words: vector<32xi16>, %small: vector<4xi32>, %few: vector<16xi8>) {
  // CHECK: vnni.dot<dpbusd> %{{.*}}, %{{.*}}, %{{.*}} : vector<16xi32>, vector<64xi8>, vector<64xi8>
  %0 = vnni.dot<dpbusd> %acc, %bytes, %bytes : vector<16xi32>, vector<64xi8>, vector<64xi8>
  // CHECK: vnni.dot<dpwssds> %{{.*}}, %{{.*}}, %{{.*}} : vector<16xi32>, vector<32xi16>, vector<32xi16>
  %1 = vnni.dot<dpwssds> %acc, %words, %words : vector<16xi32>, vector<32xi16>, vector<32xi16>
  // CHECK: vnni.dot<dpbusds> {{.*}} : vector<4xi32>, vector<16xi8>, vector<16xi8>
  %2 = vnni.dot<dpbusds> %small, %few, %few : vector<4xi32>, vector<16xi8>, vector<16xi8>
  // CHECK: vnni.madd %{{.*}}, %{{.*}} : vector<32xi16>, vector<32xi16> -> vector<16xi32>
  %3 = vnni.madd %words, %words : vector<32xi16>, vector<32xi16> -> vector<16xi32>
  // CHECK: vnni.maddubs %{{.*}}, %{{.*}} : vector<64xi8>, vector<64xi8> -> vector<32xi16>
  %4 = vnni.maddubs %bytes, %bytes : vector<64xi8>, vector<64xi8> -> vector<32xi16>
  return
}

// CHECK-LABEL: func.func @lanes
func.func @lanes(%f: vector<16xf32>, %i: vector<16xi32>) {
  // CHECK: vnni.permute %{{.*}}, %{{.*}} : vector<16xf32>, vector<16xi32>
  %0 = vnni.permute %f, %i : vector<16xf32>, vector<16xi32>
  // CHECK: vnni.permute2 %{{.*}}, %{{.*}}, %{{.*}} : vector<16xf32>, vector<16xi32>
  %1 = vnni.permute2 %f, %i, %f : vector<16xf32>, vector<16xi32>
  // CHECK: vnni.convert<nearest> %{{.*}} : vector<16xf32> -> vector<16xi32>
  %2 = vnni.convert<nearest> %f : vector<16xf32> -> vector<16xi32>
  // CHECK: vnni.round<down> %{{.*}} : vector<16xf32>
  %3 = vnni.round<down> %f : vector<16xf32>
  // CHECK: vnni.narrow<signed> %{{.*}} : vector<16xi32> -> vector<16xi8>
  %4 = vnni.narrow<signed> %i : vector<16xi32> -> vector<16xi8>
  // CHECK: vnni.estimate<rcp14> %{{.*}} : vector<16xf32>
  %5 = vnni.estimate<rcp14> %f : vector<16xf32>
  return
}
