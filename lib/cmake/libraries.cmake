# The shared libraries, and what is installed of them: headers, a CMake package and pkg-config files.
include(CMakePackageConfigHelpers)

# eventmgr_shared_library(TARGET eventmgr OUTPUT eventmgr EXPORT eventmgr LAYERS core ...)
#
# A shared library made of layers. Only what the public headers mark with EVENTMGR_API can be seen from outside.
function(eventmgr_shared_library)
  cmake_parse_arguments(arg "" "TARGET;OUTPUT;EXPORT" "LAYERS" ${ARGN})
  add_library(${arg_TARGET} SHARED)
  add_library(eventmgr::${arg_EXPORT} ALIAS ${arg_TARGET})
  eventmgr_link_layers(${arg_TARGET} ${arg_LAYERS})
  target_include_directories(${arg_TARGET} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib/include>
                                                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${arg_TARGET} INTERFACE cxx_std_20)
  target_link_libraries(${arg_TARGET} INTERFACE Boost::headers)
  # Before 1.0 every minor release may change the interface.
  set_target_properties(
    ${arg_TARGET}
    PROPERTIES OUTPUT_NAME ${arg_OUTPUT}
               EXPORT_NAME ${arg_EXPORT}
               LINKER_LANGUAGE CXX
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  set(exports ${PROJECT_SOURCE_DIR}/lib/cmake/exports.map)
  target_link_options(${arg_TARGET} PRIVATE LINKER:--version-script=${exports})
  set_target_properties(${arg_TARGET} PROPERTIES LINK_DEPENDS ${exports})
  # A sanitizer's run-time is in the program.
  if(NOT EVENTMGR_SANITIZE)
    target_link_options(${arg_TARGET} PRIVATE LINKER:--no-undefined)
  endif()
  install(TARGETS ${arg_TARGET} EXPORT eventmgr-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})

  set(name lib${arg_OUTPUT})
  set(output ${arg_OUTPUT})
  file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
  configure_file(${PROJECT_SOURCE_DIR}/lib/cmake/eventmgr.pc.in ${PROJECT_BINARY_DIR}/package/${output}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/package/${output}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

# eventmgr_install_program(target): installs a program that finds the shared libraries beside it, wherever the prefix is.
function(eventmgr_install_program target)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS ${target} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

eventmgr_shared_library(
  TARGET eventmgr
  OUTPUT eventmgr
  EXPORT eventmgr
  LAYERS core
         ports
         codec
         config
         runtime
         broker
         store_common
         store_sqlite
         delivery_common
         delivery_webhook
         delivery_websocket
         delivery
         telemetry
         transport_common
         transport_http
         transport_ws
         assembly)
eventmgr_shared_library(
  TARGET eventmgr_client_shared
  OUTPUT eventmgr-client
  EXPORT client
  LAYERS core codec runtime client)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/eventmgr)
configure_package_config_file(cmake/eventmgr-config.cmake.in ${PROJECT_BINARY_DIR}/package/eventmgr-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/eventmgr-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(EXPORT eventmgr-targets NAMESPACE eventmgr:: DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/package/eventmgr-config.cmake
              ${PROJECT_BINARY_DIR}/package/eventmgr-config-version.cmake DESTINATION ${package_dir})
install(DIRECTORY include/eventmgr DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
