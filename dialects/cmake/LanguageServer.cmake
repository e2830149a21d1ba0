# `xpiler-lsp-server`: upstream's server as a static library, everything else from the wheels that Xpiler runs on anyway.

add_executable(xpiler-lsp-server lsp/LspServer.cpp $<TARGET_OBJECTS:XpilerDialectObjects>)
target_compile_options(xpiler-lsp-server PRIVATE -fno-rtti)
target_link_libraries(xpiler-lsp-server PRIVATE
  ${XPILER_MLIR_PACKAGE}/lib/libMLIRLspServerLib.a ${XPILER_MLIR_PACKAGE}/lib/libMLIRLspServerSupportLib.a
  ${XPILER_LLVM_PACKAGE}/lib/libLLVMSupportLSP.a
  ${XPILER_MLIR_PACKAGE}/_mlir_libs/libMLIRPythonCAPI.so ${XPILER_LLVM_PACKAGE}/lib/libLLVM.so)
set_target_properties(xpiler-lsp-server PROPERTIES INSTALL_RPATH "$ORIGIN/../../mlir/_mlir_libs:$ORIGIN/../../llvm/lib")
install(TARGETS xpiler-lsp-server RUNTIME DESTINATION ${XPILER_FOLDER})
