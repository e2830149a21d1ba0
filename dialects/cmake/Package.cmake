# What `find_package(Xpiler)` finds: the library Xpiler::Xpiler (dialects and the pass), its headers, its TableGen files.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package ${XPILER_FOLDER}/cmake)

add_library(Xpiler STATIC $<TARGET_OBJECTS:XpilerDialectObjects> $<TARGET_OBJECTS:XpilerPassObjects>)
target_include_directories(Xpiler INTERFACE $<INSTALL_INTERFACE:${XPILER_FOLDER}/include>)
install(TARGETS Xpiler EXPORT XpilerTargets ARCHIVE DESTINATION ${XPILER_FOLDER})
install(EXPORT XpilerTargets NAMESPACE Xpiler:: DESTINATION ${package})

foreach(folder ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR})
  install(DIRECTORY ${folder}/ DESTINATION ${XPILER_FOLDER}/include
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.h.inc" PATTERN "CMakeFiles" EXCLUDE)
endforeach()

# One file a dialect; cuda and hip share theirs.
foreach(name simt bang vnni)
  install(FILES ${name}/semantics.mlir DESTINATION ${XPILER_FOLDER}/semantics RENAME ${name}.mlir)
endforeach()

configure_package_config_file(cmake/XpilerConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/XpilerConfig.cmake
  INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/XpilerConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/XpilerConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/XpilerConfigVersion.cmake
  DESTINATION ${package})
