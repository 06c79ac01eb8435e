# How every target is compiled: warnings, sanitizers, and the tools that make a build quick where the machine has them.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")  # as above but for assertions and symbols: both give the same numbers
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(goetia_settings INTERFACE)
target_compile_options(goetia_settings INTERFACE -Wall -Wextra -Wvla -Wno-missing-field-initializers)
target_include_directories(goetia_settings INTERFACE "${CMAKE_SOURCE_DIR}/src")

if(GOETIA_SANITIZE)
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")  # checked code takes twice as long to optimise as to run
  target_compile_options(goetia_settings INTERFACE -fsanitize=${GOETIA_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(goetia_settings INTERFACE -fsanitize=${GOETIA_SANITIZE})
  if(GOETIA_FUZZ)
    target_compile_options(goetia_settings INTERFACE -fno-sanitize-recover=all)  # every report ends the run
  endif()
endif()

find_program(GOETIA_CCACHE ccache)
if(GOETIA_CCACHE)
  # A precompiled header is cached too once ccache is told that its time stamps do not matter.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${GOETIA_CCACHE}")
endif()
find_program(GOETIA_MOLD mold)
if(GOETIA_MOLD)
  include(CheckLinkerFlag)
  check_linker_flag(CXX -fuse-ld=mold GOETIA_LINKS_WITH_MOLD)  # g++ knows it from 12 on
  if(GOETIA_LINKS_WITH_MOLD)
    target_link_options(goetia_settings INTERFACE -fuse-ld=mold)
  endif()
endif()
