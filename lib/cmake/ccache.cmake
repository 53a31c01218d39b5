find_program(EVENTMGR_CCACHE ccache)
if(EVENTMGR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what the manual of ccache asks for with precompiled headers. Every clone shares the cache, whatever
  # its folder; debugging information then names the folder of the first.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${EVENTMGR_CCACHE})
endif()
