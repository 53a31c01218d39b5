# eventmgr_layer(NAME core ROOT core SOURCES a.cpp ... DEPENDS ports core LIBRARIES Boost::headers ... [PCH header ...])
#
# A layer is an OBJECT library with an include root of its own: a folder in the build tree that shows this layer's
# headers and no other's. A layer sees what it DEPENDS on, so an include that points up or sideways does not compile.
# ROOT is the folder below lib/src, and how its headers are spelt: #include "core/event.hpp".
function(eventmgr_layer)
  cmake_parse_arguments(arg "" "NAME;ROOT" "SOURCES;DEPENDS;LIBRARIES;PCH" ${ARGN})
  if(NOT arg_ROOT)
    set(arg_ROOT ${arg_NAME})
  endif()
  set(target eventmgr_${arg_NAME})
  set(root ${PROJECT_BINARY_DIR}/roots/${arg_NAME})
  get_filename_component(parent ${root}/${arg_ROOT} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  if(NOT EXISTS ${root}/${arg_ROOT})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/lib/src/${arg_ROOT} ${root}/${arg_ROOT} SYMBOLIC)
  endif()

  if(arg_SOURCES)
    add_library(${target} OBJECT ${arg_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${root} ${PROJECT_SOURCE_DIR}/lib/include)
  target_link_libraries(${target} ${scope} eventmgr_flags ${arg_LIBRARIES})
  foreach(dependency IN LISTS arg_DEPENDS)
    target_link_libraries(${target} ${scope} eventmgr_${dependency})
  endforeach()
  if(arg_PCH)
    target_precompile_headers(${target} PRIVATE ${arg_PCH})
  endif()
endfunction()

# The object files of layers, for a program or library that is made of them. Naming an OBJECT library links its objects,
# but not those of what it depends on: every layer has to be named.
function(eventmgr_link_layers target)
  foreach(layer IN LISTS ARGN)
    target_link_libraries(${target} PRIVATE eventmgr_${layer})
  endforeach()
endfunction()
