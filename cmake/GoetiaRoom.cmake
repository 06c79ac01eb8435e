# A room is a folder of src/: one static library, its tests beside the code, and only the arrows named here.
#
#   goetia_room(config USES base component LIBRARIES yaml-cpp)
#
# Files are found by name: *_test.cpp are the room's tests (cost in the name: _test, _intg_test, _gpu_test,
# _slow_test), everything else is the room. A wrong arrow does not link, and tools/check_arrows fails on its #include.

function(goetia_room room)
  cmake_parse_arguments(ROOM "LIBTORCH" "" "USES;LIBRARIES;TEST_USES" ${ARGN})
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/${room}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM ROOM_USES PREPEND goetia_ OUTPUT_VARIABLE used)

  if(sources)
    add_library(goetia_${room} STATIC ${sources})
    set(reach PUBLIC)
  else()
    add_library(goetia_${room} INTERFACE)
    set(reach INTERFACE)
  endif()
  target_link_libraries(goetia_${room} ${reach} goetia_settings ${used} ${ROOM_LIBRARIES})
  if(ROOM_LIBTORCH AND sources)
    goetia_use_torch(goetia_${room})
  endif()
  if(GOETIA_TESTS AND tests)
    list(TRANSFORM ROOM_TEST_USES PREPEND goetia_ OUTPUT_VARIABLE test_used)
    goetia_test(${room}_tests "${tests}" goetia_${room} ${test_used})
    if(ROOM_LIBTORCH)
      goetia_use_torch(${room}_tests)
    endif()
  endif()
endfunction()

# One test program of a room; `./goetia test` runs them by their GoogleTest names.
function(goetia_test name sources)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE GOETIA_SOURCE_DIR="${CMAKE_SOURCE_DIR}" GOETIA_BUILD_DIR="${CMAKE_BINARY_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# A program: the folder src/apps/<name>.
function(goetia_program name)
  cmake_parse_arguments(PROGRAM "LIBTORCH" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/apps/${name}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  add_executable(${name} ${sources})
  list(TRANSFORM PROGRAM_USES PREPEND goetia_)
  target_link_libraries(${name} PRIVATE goetia_settings ${PROGRAM_USES} ${PROGRAM_LIBRARIES})
  if(PROGRAM_LIBTORCH)
    goetia_use_torch(${name})
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()
