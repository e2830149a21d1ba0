# The Python module: every symbol of MLIR comes from the installed `mlir` and `llvm` wheels.

nanobind_add_module(_xpiler NB_STATIC NB_DOMAIN mlir bindings/Native.cpp bindings/Code.cpp $<TARGET_OBJECTS:XpilerDialectObjects>)
if(TARGET nanobind-static)
  set_target_properties(nanobind-static PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0) # its headers, once
endif()
target_link_libraries(_xpiler PRIVATE ${XPILER_MLIR_PACKAGE}/_mlir_libs/libMLIRPythonCAPI.so ${XPILER_LLVM_PACKAGE}/lib/libLLVM.so)
set_target_properties(_xpiler PROPERTIES INSTALL_RPATH "$ORIGIN/../../mlir/_mlir_libs:$ORIGIN/../../llvm/lib")
install(TARGETS _xpiler LIBRARY DESTINATION ${XPILER_FOLDER})

# The builders of each dialect's operations. cuda and hip share their definitions; in Python the attribute builders of
# each need names of their own.
foreach(name ${XPILER_DIALECTS})
  string(TOLOWER ${name} namespace)
  set(builders ${CMAKE_CURRENT_BINARY_DIR}/${namespace}/_${namespace}_ops_gen.py)
  install(CODE "file(READ ${builders} text)
    string(REPLACE SIMT_ ${name}_ text \"\${text}\")
    file(WRITE ${builders} \"\${text}\")")
  install(FILES ${builders} DESTINATION xpiler/dialects)
endforeach()
