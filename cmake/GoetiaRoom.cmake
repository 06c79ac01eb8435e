# A room is a folder of src/: one static library, its tests beside the code, and only the arrows named here.
#
#   goetia_room(config USES base component LIBRARIES yaml-cpp)
#
# Files are found by name: *_test.cpp are the room's tests (the cost is in the name, as ARCHITECTURE.md says), everything
# else is the room. A wrong arrow does not link; tools/check_arrows fails on its #include, and tools/check_links where a
# program links both rooms anyway.

# Tests are compiled more often than they run for long: less is spent on making them quick. Position-independent as the
# libraries are, not as programs: a precompiled header fits only one.
function(goetia_compile_as_test target)
  if(GOETIA_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  else()
    target_compile_options(${target} PRIVATE -O1)
  endif()
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${target} PRIVATE -fPIC)
endfunction()

# Two precompiled headers, one for all code without LibTorch and one for its tests: JSON and formats cost 2 s a file.
# Files still include what they use.
function(goetia_make_precompiled target)
  file(WRITE "${CMAKE_BINARY_DIR}/${target}.cpp" "// Holds a precompiled header.\n")
  add_library(${target} STATIC "${CMAKE_BINARY_DIR}/${target}.cpp")
  target_link_libraries(${target} PRIVATE goetia_settings fmt::fmt nlohmann_json::nlohmann_json)
  target_precompile_headers(${target} PRIVATE <algorithm> <filesystem> <functional> <map> <memory> <optional> <string>
    <vector> <fmt/format.h> <nlohmann/json.hpp> ${ARGN})
endfunction()
goetia_make_precompiled(goetia_pch)
if(GOETIA_TESTS)
  goetia_make_precompiled(goetia_test_pch <gmock/gmock.h> <gtest/gtest.h>)
  target_link_libraries(goetia_test_pch PRIVATE GTest::gmock GTest::gtest)
  goetia_compile_as_test(goetia_test_pch)
endif()

# A unity build (GOETIA_UNITY, on in the preset `release`): the files of one folder are compiled eight at a time, so that
# what they all include is read once. The preset `dev` compiles each by itself.
#
# Files of one unit share their unnamed namespaces. "redefinition of" or "ambiguous" here and not in `dev` means that two
# files of a folder have helpers of one name: name each for what it holds, or move it into a header that both include;
# tools/check_names says which. A file that must stand alone (macros that change what it includes, options of its own) is
# given SKIP_UNITY_BUILD_INCLUSION in src/CMakeLists.txt. Folders that follow `ALONE` there, or the whole room with `ALONE .`,
# are compiled file by file: what is edited most often must not wait for seven neighbours. So is a library marked `APART`, of
# which a program links single files only, and so none of the libraries that the others need; its tests are united.
function(goetia_unite target room_folder)
  if(NOT GOETIA_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(folder "${source}" DIRECTORY)
    file(RELATIVE_PATH in_room "${room_folder}" "${folder}")
    if("." IN_LIST ARGN OR (in_room AND in_room IN_LIST ARGN))
      continue()
    endif()
    file(RELATIVE_PATH key "${CMAKE_CURRENT_SOURCE_DIR}" "${folder}")
    string(MAKE_C_IDENTIFIER "${key}" key)
    list(LENGTH files_${key} count)
    math(EXPR unit "${count} / 8")
    list(APPEND files_${key} "${source}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${key}_${unit}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

function(goetia_room room)
  cmake_parse_arguments(ROOM "LIBTORCH;APART" "" "USES;LIBRARIES;TEST_USES;ALONE" ${ARGN})
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/${room}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM ROOM_USES PREPEND goetia_ OUTPUT_VARIABLE used)

  if(sources)
    add_library(goetia_${room} STATIC ${sources})
    if(NOT ROOM_APART)
      goetia_unite(goetia_${room} "${folder}" ${ROOM_ALONE})
    endif()
    set(reach PUBLIC)
  else()
    add_library(goetia_${room} INTERFACE)
    set(reach INTERFACE)
  endif()
  target_link_libraries(goetia_${room} ${reach} goetia_settings ${used} ${ROOM_LIBRARIES})
  if(ROOM_LIBTORCH AND sources)
    goetia_use_torch(goetia_${room})
  elseif(sources)
    target_precompile_headers(goetia_${room} REUSE_FROM goetia_pch)
  endif()
  if(GOETIA_TESTS AND tests)
    list(TRANSFORM ROOM_TEST_USES PREPEND goetia_ OUTPUT_VARIABLE test_used)
    goetia_test(${room}_tests "${tests}" goetia_${room} ${test_used})
    goetia_unite(${room}_tests "${folder}" ${ROOM_ALONE})
    if(ROOM_LIBTORCH)
      goetia_use_torch(${room}_tests)
    else()
      target_precompile_headers(${room}_tests REUSE_FROM goetia_test_pch)
    endif()
  endif()
endfunction()

# One test program of a room; `./goetia test` runs them by their GoogleTest names.
function(goetia_test name sources)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gmock GTest::gtest GTest::gtest_main)
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")  # testkit/
  target_compile_definitions(${name} PRIVATE GOETIA_SOURCE_DIR="${CMAKE_SOURCE_DIR}" GOETIA_BUILD_DIR="${CMAKE_BINARY_DIR}")
  goetia_compile_as_test(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# A program: the folder src/apps/<name>. All of it but main.cpp is the library <name>_parts, so that it can be tested
# where it lies. The target `programs` is all of them.
add_custom_target(programs)
function(goetia_program name)
  cmake_parse_arguments(PROGRAM "LIBTORCH" "" "USES;LIBRARIES;ALONE" ${ARGN})
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/apps/${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  list(TRANSFORM PROGRAM_USES PREPEND goetia_)
  if(sources)
    add_library(${name}_parts STATIC ${sources})
    goetia_unite(${name}_parts "${folder}" ${PROGRAM_ALONE})
    set(reach PUBLIC)
  else()
    add_library(${name}_parts INTERFACE)
    set(reach INTERFACE)
  endif()
  target_link_libraries(${name}_parts ${reach} goetia_settings ${PROGRAM_USES} ${PROGRAM_LIBRARIES})
  add_executable(${name} "${folder}/main.cpp")
  target_link_libraries(${name} PRIVATE ${name}_parts)
  add_dependencies(programs ${name})
  if(PROGRAM_LIBTORCH)
    if(sources)
      goetia_use_torch(${name}_parts)
    endif()
    goetia_use_torch(${name})
  elseif(sources)
    target_precompile_headers(${name}_parts REUSE_FROM goetia_pch)
  endif()
  # Beside bin/ a runtime bundle has lib/ with every library that is needed. The path is the same before and after an
  # installation: CMake would end one that it is to change with ':', and an empty part of it is the current folder.
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin"
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/../lib")
  set(package goetia)  # cmake/GoetiaPackage.cmake
  if(name STREQUAL goetia-agent OR PROGRAM_LIBTORCH)
    set(package ${name})
  endif()
  install(TARGETS ${name} RUNTIME DESTINATION bin COMPONENT ${package})
  if(GOETIA_TESTS AND tests)
    string(REPLACE "-" "_" test_name "${name}_program_tests")
    goetia_test(${test_name} "${tests}" ${name}_parts)
    goetia_unite(${test_name} "${folder}" ${PROGRAM_ALONE})
    if(PROGRAM_LIBTORCH)
      goetia_use_torch(${test_name})
    else()
      target_precompile_headers(${test_name} REUSE_FROM goetia_test_pch)
    endif()
  endif()
endfunction()

# A program that runs wherever glibc is: no other shared library is needed. fmt has no static library in every
# distribution, so its functions are compiled from its headers.
function(goetia_standalone name)
  set_target_properties(${name} PROPERTIES GOETIA_STANDALONE ON INSTALL_RPATH "")
  target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/fmt_functions.cpp")
  if(NOT GOETIA_SANITIZE)
    target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc -Wl,--as-needed -Wl,--gc-sections)
  endif()
endfunction()
