// The meaning of every @name@ operation, as text templates; docs/language.md says how to read them.

// meaning @name@.binary <add=addf, max=maxnumf>
// The sum, or the larger one.
func.func @meaning(%a: memref<?xf32>, %b: memref<?xf32>, %result: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %x = memref.load %a[%c0] : memref<?xf32>
  %y = memref.load %b[%c0] : memref<?xf32>
  %z = arith.$1 %x, %y : f32
  memref.store %z, %result[%c0] : memref<?xf32>
  return
}
