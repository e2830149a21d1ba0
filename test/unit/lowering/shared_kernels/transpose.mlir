module attributes {xpiler.target = #xpiler.target<"shared">, xpiler.source = "transpose.mlir"} {
  func.func @transpose(%A: memref<?xf32> {xpiler.name = "A", xpiler.ctype = "const float *"},
                       %T: memref<?xf32> {xpiler.name = "T", xpiler.ctype = "float *"},
                       %rows: i32 {xpiler.name = "rows", xpiler.ctype = "int"},
                       %cols: i32 {xpiler.name = "cols", xpiler.ctype = "int"}) attributes {xpiler.kernel} {
    %R = arith.index_cast %rows : i32 to index
    %C = arith.index_cast %cols : i32 to index
    %size = arith.muli %R, %C : index
    xpiler.extent %A, %size : memref<?xf32>
    xpiler.extent %T, %size : memref<?xf32>
    scf.forall (%r) in (%R) {
      scf.forall (%c) in (%C) {
        %start = arith.muli %r, %C : index
        %from = arith.addi %start, %c : index
        %a = memref.load %A[%from] : memref<?xf32>
        %turned = arith.muli %c, %R : index
        %to = arith.addi %turned, %r : index
        memref.store %a, %T[%to] : memref<?xf32>
      }
    }
    return
  }
}
