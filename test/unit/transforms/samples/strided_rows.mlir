// 4 x 4 tasks over tiles of 32 x 32 of a matrix with N columns; a task's tiles are 128 rows, and 128 columns, apart.
func.func @scale(%A: memref<?xf32>, %C: memref<?xf32>, %m32: i32, %n32: i32) attributes {xpiler.kernel} {
  %M = arith.index_cast %m32 : i32 to index
  %N = arith.index_cast %n32 : i32 to index
  %c0 = arith.constant 0 : index
  %c32 = arith.constant 32 : index
  %c128 = arith.constant 128 : index
  %some = arith.cmpi sge, %N, %c0 : index
  xpiler.assume %some, "a size is not negative"
  scf.forall (%x) in (4) {
    scf.forall (%y) in (4) {
      %first_row = arith.muli %x, %c32 : index
      %first_col = arith.muli %y, %c32 : index
      scf.for %row = %first_row to %M step %c128 {
        %rows_left = arith.subi %M, %row : index
        %rows = arith.minsi %rows_left, %c32 : index
        scf.for %col = %first_col to %N step %c128 {
          %cols_left = arith.subi %N, %col : index
          %cols = arith.minsi %cols_left, %c32 : index
          scf.forall (%i) in (%rows) {
            scf.forall (%j) in (%cols) {
              %r = arith.addi %row, %i : index
              %line = arith.muli %r, %N : index
              %c = arith.addi %col, %j : index
              %p = arith.addi %line, %c : index
              %v = memref.load %A[%p] : memref<?xf32>
              %w = arith.addf %v, %v : f32
              memref.store %w, %C[%p] : memref<?xf32>
            }
          }
        }
      }
    }
  }
  return
}
