# LibTorch, from an installed torch package (2.11 to 2.13, CPU or CUDA) or an unpacked LibTorch.
#
# The package's own CMake files ask for CUDA, MKL and more that a CPU build does not need, so the three libraries are
# named here directly.

if(NOT GOETIA_TORCH_DIR)
  file(GLOB found "${CMAKE_SOURCE_DIR}/.goetia/torch/lib/python3*/site-packages/torch")
  list(GET found 0 GOETIA_TORCH_DIR)
endif()
if(NOT EXISTS "${GOETIA_TORCH_DIR}/include/torch/csrc/api/include/torch/torch.h")
  message(FATAL_ERROR "no LibTorch in '${GOETIA_TORCH_DIR}'; run './goetia setup', or name one with GOETIA_TORCH_DIR")
endif()

# The wheel holds Gloo itself but not its headers, which c10d's own include.
find_path(GOETIA_GLOO_INCLUDE gloo/context.h)
if(NOT GOETIA_GLOO_INCLUDE)
  message(FATAL_ERROR "no <gloo/context.h>; install libgloo-dev, or run './goetia setup'")
endif()

add_library(goetia_torch INTERFACE)
target_include_directories(goetia_torch SYSTEM INTERFACE
  "${GOETIA_TORCH_DIR}/include" "${GOETIA_TORCH_DIR}/include/torch/csrc/api/include")
target_link_directories(goetia_torch INTERFACE "${GOETIA_TORCH_DIR}/lib")
target_link_options(goetia_torch INTERFACE "-Wl,-rpath,${GOETIA_TORCH_DIR}/lib")
target_link_libraries(goetia_torch INTERFACE torch torch_cpu c10)
target_compile_definitions(goetia_torch INTERFACE USE_C10D_GLOO USE_DISTRIBUTED USE_RPC)
# LibTorch's own headers then include one operator each, not the 3000 there are.
target_compile_definitions(goetia_torch INTERFACE AT_PER_OPERATOR_HEADERS)
# LibTorch brings headers of its own {fmt}, which shadow the system's: what includes both formats without a library.
target_compile_definitions(goetia_torch INTERFACE FMT_HEADER_ONLY)
if(GOETIA_REQUIRE_CUDA AND NOT EXISTS "${GOETIA_TORCH_DIR}/lib/libtorch_cuda.so")
  message(FATAL_ERROR "the LibTorch in '${GOETIA_TORCH_DIR}' is a CPU build; name a CUDA build with GOETIA_TORCH_DIR")
endif()
if(EXISTS "${GOETIA_TORCH_DIR}/lib/libtorch_cuda.so")
  target_link_options(goetia_torch INTERFACE -Wl,--no-as-needed)
  target_link_libraries(goetia_torch INTERFACE torch_cuda c10_cuda)
  target_compile_definitions(goetia_torch INTERFACE GOETIA_CUDA=1)
endif()

# Two precompiled headers. Goetia's own code and plug-ins get tensors and their operators (300 MB, 2 s a file); the tests
# hold it against torch::nn and torch::optim, which takes all of <torch/torch.h> (750 MB, 10 s a file before it does
# anything).
function(goetia_make_torch_precompiled target)
  file(WRITE "${CMAKE_BINARY_DIR}/${target}.cpp" "// Holds a precompiled header.\n")
  add_library(${target} STATIC "${CMAKE_BINARY_DIR}/${target}.cpp")
  target_link_libraries(${target} PRIVATE goetia_settings goetia_torch fmt::fmt nlohmann_json::nlohmann_json)
  target_precompile_headers(${target} PRIVATE <algorithm> <filesystem> <functional> <map> <memory> <optional> <string>
    <vector> <fmt/format.h> <nlohmann/json.hpp> ${ARGN})
endfunction()
goetia_make_torch_precompiled(goetia_torch_pch <ATen/TensorOperators.h> <ATen/core/grad_mode.h>)
if(GOETIA_TESTS)
  goetia_make_torch_precompiled(goetia_torch_test_pch <torch/torch.h> <gmock/gmock.h> <gtest/gtest.h>)
  target_link_libraries(goetia_torch_test_pch PRIVATE GTest::gmock GTest::gtest)
  goetia_compile_as_test(goetia_torch_test_pch)
endif()

function(goetia_use_torch target)
  target_link_libraries(${target} PUBLIC goetia_torch)
  if(target MATCHES "_tests$")
    target_precompile_headers(${target} REUSE_FROM goetia_torch_test_pch)
    return()
  endif()
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "EXECUTABLE")  # -fPIC as the libraries have it, not -fPIE: the precompiled header fits only one
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${target} REUSE_FROM goetia_torch_pch)
endfunction()
