# eventmgr_layer(NAME core ROOT core SOURCES a.cpp ... DEPENDS ports core LIBRARIES Boost::headers ... [ALONE b.cpp ...])
#
# A layer is an OBJECT library with an include root of its own: a folder in the build tree that shows this layer's
# headers and no other's. A layer sees what it DEPENDS on, so an include that points up or sideways does not compile.
# ROOT is the folder below lib/src, and how its headers are spelt: #include "core/event.hpp".
#
# A layer's sources are compiled several at a time (a unity build), for reading headers is most of what they cost. ALONE are
# those that are not: another source of the layer has a name of theirs in its anonymous namespace. The preset `debug`
# compiles each alone, so that every one includes what it needs.
function(eventmgr_layer)
  cmake_parse_arguments(arg "" "NAME;ROOT" "SOURCES;DEPENDS;LIBRARIES;ALONE" ${ARGN})
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
  if(arg_ALONE)
    set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# The object files of layers, for a program or library that is made of them. Naming an OBJECT library links its objects,
# but not those of what it depends on: every layer has to be named.
function(eventmgr_link_layers target)
  foreach(layer IN LISTS ARGN)
    target_link_libraries(${target} PRIVATE eventmgr_${layer})
  endforeach()
endfunction()
