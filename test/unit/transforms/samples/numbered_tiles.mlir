// 16 tasks over the tiles of an M x N matrix, 32 x 32 each, which are numbered row by row: a task takes every 16th.
func.func @scale(%A: memref<?xf32>, %C: memref<?xf32>, %m32: i32, %n32: i32) attributes {xpiler.kernel} {
  %M = arith.index_cast %m32 : i32 to index
  %N = arith.index_cast %n32 : i32 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c32 = arith.constant 32 : index
  %width = arith.constant 32 : index
  %lines = arith.cmpi sge, %M, %c0 : index
  xpiler.assume %lines, "a size is not negative"
  %some = arith.cmpi sge, %N, %c0 : index
  xpiler.assume %some, "a size is not negative"
  %down = arith.ceildivsi %M, %c32 : index
  %across = arith.ceildivsi %N, %c32 : index
  %tiles = arith.muli %down, %across : index
  scf.forall (%task) in (16) {
    scf.for %tile = %task to %tiles step %c16 {
      %y = arith.divsi %tile, %across : index
      %x = arith.remsi %tile, %across : index
      %row = arith.muli %y, %c32 : index
      %col = arith.muli %x, %c32 : index
      %rows_left = arith.subi %M, %row : index
      %rows = arith.minsi %rows_left, %c32 : index
      %cols_left = arith.subi %N, %col : index
      %cols = arith.minsi %cols_left, %width : index
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
  return
}
