# Python, nanobind, and where the wheels `xtc-mlir-dev` and `xtc-llvm-dev` lie: Python is asked.

find_package(Python 3.10 REQUIRED COMPONENTS Interpreter Development.Module)
find_package(nanobind CONFIG REQUIRED)

function(python_package name result)
  execute_process(
    COMMAND ${Python_EXECUTABLE} -c
      "import importlib.util as u; print(list(u.find_spec('${name}').submodule_search_locations)[0])"
    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${result} ${folder} PARENT_SCOPE)
endfunction()
python_package(mlir XPILER_MLIR_PACKAGE)
python_package(llvm XPILER_LLVM_PACKAGE)
set(LLVM_DIR ${XPILER_LLVM_PACKAGE}/lib/cmake/llvm)
set(MLIR_DIR ${XPILER_MLIR_PACKAGE}/lib/cmake/mlir)
