# Compiler flags that every target of this project is built with.
add_library(eventmgr_flags INTERFACE)

target_compile_options(eventmgr_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion
                                                "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:EVENTMGR_MAY_SHADOW>>>:-Wshadow>")
if(EVENTMGR_WERROR)
  target_compile_options(eventmgr_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives inside Boost and libstdc++ when g++ 12 inlines across them (GCC bugs 105562, 105651, 107138).
  target_compile_options(eventmgr_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -fpch-preprocess)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # ccache cannot tell precompiled headers apart by their time stamps.
  target_compile_options(eventmgr_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

target_compile_definitions(
  eventmgr_flags
  INTERFACE BOOST_ASIO_SEPARATE_COMPILATION
            BOOST_BEAST_SEPARATE_COMPILATION
            BOOST_ASIO_NO_DEPRECATED
            BOOST_ASIO_DISABLE_BOOST_ARRAY
            BOOST_ASIO_DISABLE_BOOST_BIND
            BOOST_ASIO_DISABLE_BOOST_REGEX
            # clang 16 at -O2 corrupts recycled coroutine frames with several threads.
            BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)

if(EVENTMGR_SANITIZE)
  target_compile_options(eventmgr_flags INTERFACE -fsanitize=${EVENTMGR_SANITIZE} -fno-omit-frame-pointer
                                                  -fno-sanitize-recover=all)
  target_link_options(eventmgr_flags INTERFACE -fsanitize=${EVENTMGR_SANITIZE})
endif()
if(EVENTMGR_FUZZ)
  target_compile_options(eventmgr_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
