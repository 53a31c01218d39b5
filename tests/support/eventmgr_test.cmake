# eventmgr_test(NAME unit_core SOURCES a_test.cpp ... LAYERS core ... [LABELS unit] [TIMEOUT seconds]
#               [ALONE b_test.cpp ...])
#
# TIMEOUT is for tests that hang, not for slow ones, each wait of which has a limit of its own: see default_patience in
# eventually.hpp.
#
# A test program over the object files of some layers. Catch2's -w NoAssertions makes a test that checks nothing fail.
# All are compiled over one precompiled header, and as layers are, several at a time but those that are ALONE: Catch2 and
# the fixtures are most of what they cost.
function(eventmgr_test)
  cmake_parse_arguments(arg "" "NAME;TIMEOUT" "SOURCES;LAYERS;LABELS;LIBRARIES;ALONE" ${ARGN})
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE eventmgr_test_main ${arg_LIBRARIES})
  target_include_directories(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  eventmgr_link_layers(${arg_NAME} ${arg_LAYERS})
  # As eventmgr_test_process is compiled, whose precompiled header they share. What is tested is optimised; the tests
  # themselves take longer to optimise than to run as they are.
  target_compile_options(${arg_NAME} PRIVATE -O0 -fPIC)
  target_precompile_headers(${arg_NAME} REUSE_FROM eventmgr_test_process)
  # A local name is no less clear for what another file has in its anonymous namespace.
  set_target_properties(${arg_NAME} PROPERTIES EVENTMGR_MAY_SHADOW ON)
  if(arg_ALONE)
    set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  if(EVENTMGR_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 6")
    if(arg_TIMEOUT GREATER 3600)
      set(arg_TIMEOUT 3600)
    endif()
  endif()
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} -w NoAssertions)
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
