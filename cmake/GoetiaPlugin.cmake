# What a plug-in is compiled against, left in share/goetia beside bin/: a copy of the headers, the flags, and the ABI tag
# that plug-in and runtime must share. The copy is made when goetia-runtime is built, so the headers there are always
# those of the runtime there. The runtime exports its symbols; a plug-in links nothing.

set(share "${CMAKE_BINARY_DIR}/share/goetia")
set(plugin_rooms base component imaging datasets feeding weights metrics learn)

# 2.11 says its version in the first file, later ones in the second.
set(torch_version "")
foreach(file include/torch/csrc/api/include/torch/version.h include/torch/headeronly/version.h)
  if(EXISTS "${GOETIA_TORCH_DIR}/${file}")
    file(STRINGS "${GOETIA_TORCH_DIR}/${file}" lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
    foreach(line IN LISTS lines)
      string(REGEX REPLACE ".* ([0-9]+).*" "\\1" number "${line}")
      string(APPEND torch_version ".${number}")
    endforeach()
  endif()
endforeach()
if(NOT torch_version MATCHES "^\\.[0-9]+\\.[0-9]+\\.[0-9]+$")
  message(FATAL_ERROR "the LibTorch in '${GOETIA_TORCH_DIR}' does not say its version where 2.11 to 2.13 do, found '${torch_version}'")
endif()
string(SUBSTRING "${torch_version}" 1 -1 torch_version)
set(torch_cuda "")  # the version that it was built for; a wheel says it in one file, an unpacked LibTorch in another
foreach(file version.py build-version)
  if(EXISTS "${GOETIA_TORCH_DIR}/${file}" AND EXISTS "${GOETIA_TORCH_DIR}/lib/libtorch_cuda.so")
    file(READ "${GOETIA_TORCH_DIR}/${file}" text)
    if(text MATCHES "cuda[^=\n]*= *'([0-9.]+)'")
      set(torch_cuda "${CMAKE_MATCH_1}")
    elseif(text MATCHES "\\+cu([0-9]+)([0-9])")
      set(torch_cuda "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}")
    endif()
  endif()
endforeach()
string(TOUPPER "CMAKE_CXX_FLAGS_${CMAKE_BUILD_TYPE}" build_flags)
include(CheckCXXSourceCompiles)
check_cxx_source_compiles("#include <string>\n#if !_GLIBCXX_USE_CXX11_ABI\n#error old\n#endif\nint main() {}" GOETIA_CXX11_ABI)
if(GOETIA_CXX11_ABI)
  set(cxx11_abi 1)
else()
  set(cxx11_abi 0)
endif()

# The same defines, headers and flags as the learn room's own files.
set(room_definitions "$<TARGET_PROPERTY:goetia_learn,COMPILE_DEFINITIONS>")
set(room_includes "$<FILTER:$<TARGET_PROPERTY:goetia_learn,INCLUDE_DIRECTORIES>,EXCLUDE,^${CMAKE_SOURCE_DIR}/src$>")
file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/plugin_settings.cmake" CONTENT
"set(source_dir [[${CMAKE_SOURCE_DIR}]])
set(share [[${share}]])
set(installed [[${CMAKE_BINARY_DIR}/installed]])
set(tag [[goetia ${PROJECT_VERSION}, LibTorch ${torch_version}, C++11 ABI ${cxx11_abi}, ${CMAKE_BUILD_TYPE}]])
set(goetia_version [[${PROJECT_VERSION}]])
set(torch_version [[${torch_version}]])
set(torch_cuda [[${torch_cuda}]])
set(torch_folder [[${GOETIA_TORCH_DIR}]])
set(processor [[${CMAKE_SYSTEM_PROCESSOR}]])
set(cxx11_abi ${cxx11_abi})
set(compiler [[${CMAKE_CXX_COMPILER}]])
set(flags [[-std=c++20 ${CMAKE_CXX_FLAGS} ${${build_flags}} -fPIC]])
set(definitions [[${room_definitions}]])
set(include_directories [[$<REMOVE_DUPLICATES:${room_includes}>]])
set(implicit_directories [[${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES}]])
set(precompiled_header [[${CMAKE_BINARY_DIR}/CMakeFiles/goetia_torch_pch.dir/cmake_pch.hxx]])
")

list(TRANSFORM plugin_rooms REPLACE "(.+)" "${CMAKE_CURRENT_SOURCE_DIR}/\\1/*.h" OUTPUT_VARIABLE patterns)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${patterns} "${CMAKE_SOURCE_DIR}/include/*.h")
file(GLOB_RECURSE scaffolds CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/samples/scaffold/*")
add_custom_command(
  OUTPUT "${share}/plugin_build.json" "${CMAKE_BINARY_DIR}/plugin_abi.cpp"
  COMMAND "${CMAKE_COMMAND}" -D "settings=${CMAKE_BINARY_DIR}/plugin_settings.cmake" -D "abi_file=${CMAKE_BINARY_DIR}/plugin_abi.cpp"
          -P "${CMAKE_SOURCE_DIR}/cmake/plugin_share.cmake"
  DEPENDS ${headers} ${scaffolds} "${CMAKE_SOURCE_DIR}/cmake/plugin_share.cmake" "${CMAKE_BINARY_DIR}/plugin_settings.cmake"
  COMMENT "Copying the headers that plug-ins use" VERBATIM)
add_library(goetia_plugin_abi STATIC "${CMAKE_BINARY_DIR}/plugin_abi.cpp")
target_link_libraries(goetia_learn PUBLIC goetia_plugin_abi)
add_dependencies(programs goetia_plugin_abi)

# A plug-in may use what the runtime itself does not: every room it sees is there whole.
set(whole "LINKER:--push-state,--whole-archive")
foreach(room IN LISTS plugin_rooms)
  get_target_property(kind goetia_${room} TYPE)
  if(kind STREQUAL STATIC_LIBRARY)
    string(APPEND whole ",$<TARGET_FILE:goetia_${room}>")
  endif()
endforeach()
target_link_options(goetia-runtime PRIVATE "${whole},--pop-state")
set_target_properties(goetia-runtime PROPERTIES ENABLE_EXPORTS ON)

install(DIRECTORY "${share}" DESTINATION share PATTERN plugin_build.json EXCLUDE)
install(FILES "${CMAKE_BINARY_DIR}/installed/plugin_build.json" DESTINATION share/goetia)
