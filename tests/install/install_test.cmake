# Installs the build under a temporary prefix and uses it as an outsider would: through the CMake package, through
# pkg-config, and by running the installed programs.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " line)
    message(FATAL_ERROR "${line}\nended with ${status}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect text)
  if(NOT output MATCHES "${text}")
    message(FATAL_ERROR "expected '${text}' in:\n${output}")
  endif()
endfunction()

function(expect_file path)
  if(NOT EXISTS ${prefix}/${path})
    message(FATAL_ERROR "${path} is not installed")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
set(prefix ${WORK_DIR}/prefix)
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
foreach(path IN ITEMS include/eventmgr/event_manager.hpp include/eventmgr/client.hpp share/man/man1/evctl.1
                      share/man/man5/eventmgrd.yaml.5 share/man/man7/eventmgr.7 share/man/man8/eventmgrd.8 lib/systemd/system/eventmgrd.service
                      share/doc/eventmgr/examples/eventmgrd.yaml share/bash-completion/completions/evctl
                      share/zsh/site-functions/_eventmgrd share/fish/vendor_completions.d/eventmgrd.fish)
  expect_file(${path})
endforeach()

# The programs find their libraries beside them.
run(${prefix}/bin/eventmgrd --version)
run(${prefix}/bin/evctl --version)

# through the CMake package
set(consumer ${WORK_DIR}/consumer)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER_DIR} -B ${consumer} -D CMAKE_CXX_COMPILER=${CXX}
    -D CMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${consumer})
file(MAKE_DIRECTORY ${WORK_DIR}/data)
run(${consumer}/in_process ${WORK_DIR}/data)
expect("saw project/created")
# Port 1 is nobody's.
run(${consumer}/remote http://127.0.0.1:1)
expect("as expected, unreachable")

# through pkg-config
find_program(PKG_CONFIG pkg-config REQUIRED)
set(ENV{PKG_CONFIG_PATH} ${prefix}/${LIBDIR}/pkgconfig)
set(ENV{LD_LIBRARY_PATH} ${prefix}/${LIBDIR})
foreach(pair IN ITEMS in_process=eventmgr remote=eventmgr-client)
  string(REGEX MATCH "^([^=]+)=(.+)$" matched ${pair})
  set(program ${CMAKE_MATCH_1})
  run(${PKG_CONFIG} --cflags --libs ${CMAKE_MATCH_2})
  separate_arguments(flags UNIX_COMMAND ${output})
  run(${CXX} -std=c++20 ${CONSUMER_DIR}/${program}.cpp -o ${WORK_DIR}/${program} ${flags})
endforeach()
run(${WORK_DIR}/in_process ${WORK_DIR}/data)
expect("saw project/created")
run(${WORK_DIR}/remote http://127.0.0.1:1)
expect("as expected, unreachable")

file(REMOVE_RECURSE ${WORK_DIR})
