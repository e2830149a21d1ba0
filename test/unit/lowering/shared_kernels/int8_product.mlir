module attributes {xpiler.target = #xpiler.target<"shared">, xpiler.source = "int8_product.mlir"} {
  func.func @product(%A: memref<?xi8> {xpiler.name = "A", xpiler.ctype = "const int8_t *"},
                     %B: memref<?xi8> {xpiler.name = "B", xpiler.ctype = "const int8_t *"},
                     %C: memref<?xi32> {xpiler.name = "C", xpiler.ctype = "int *"},
                     %m: i32 {xpiler.name = "m", xpiler.ctype = "int"},
                     %n: i32 {xpiler.name = "n", xpiler.ctype = "int"},
                     %k: i32 {xpiler.name = "k", xpiler.ctype = "int"}) attributes {xpiler.kernel} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0 : i32
    %M = arith.index_cast %m : i32 to index
    %N = arith.index_cast %n : i32 to index
    %K = arith.index_cast %k : i32 to index
    %mk = arith.muli %M, %K : index
    %kn = arith.muli %K, %N : index
    %mn = arith.muli %M, %N : index
    xpiler.extent %A, %mk : memref<?xi8>
    xpiler.extent %B, %kn : memref<?xi8>
    xpiler.extent %C, %mn : memref<?xi32>
    scf.forall (%i) in (%M) {
      scf.forall (%j) in (%N) {
        %sum = scf.for %p = %c0 to %K step %c1 iter_args(%acc = %zero) -> (i32) {
          %ik = arith.muli %i, %K : index
          %ikp = arith.addi %ik, %p : index
          %a = memref.load %A[%ikp] : memref<?xi8>
          %pn = arith.muli %p, %N : index
          %pnj = arith.addi %pn, %j : index
          %b = memref.load %B[%pnj] : memref<?xi8>
          %aw = arith.extsi %a : i8 to i32
          %bw = arith.extsi %b : i8 to i32
          %ab = arith.muli %aw, %bw : i32
          %next = arith.addi %acc, %ab : i32
          scf.yield %next : i32
        }
        %in = arith.muli %i, %N : index
        %inj = arith.addi %in, %j : index
        memref.store %sum, %C[%inj] : memref<?xi32>
      }
    }
    return
  }
}
