# Makes share/goetia for plug-ins; run by the build with -D settings=... -D abi_file=... (see GoetiaPlugin.cmake).

cmake_minimum_required(VERSION 3.22)
include("${settings}")

# The headers of <goetia/...> and every one of ours that they reach; what went away in the sources goes here too.
set(include "${share}/include")
set(kept "goetia/component.h" "goetia/torch.h")
set(waiting ${kept})
set(sum "")
while(waiting)
  list(POP_FRONT waiting header)
  set(from "${source_dir}/src/${header}")
  if(header MATCHES "^goetia/")
    set(from "${source_dir}/include/${header}")
  endif()
  file(SHA256 "${from}" one)
  string(APPEND sum "${header} ${one}\n")
  get_filename_component(folder "${include}/${header}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  file(COPY_FILE "${from}" "${include}/${header}" ONLY_IF_DIFFERENT)
  file(STRINGS "${from}" lines REGEX "^#include \"")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^#include \"(.*)\".*" "\\1" reached "${line}")
    if(NOT reached IN_LIST kept)
      list(APPEND kept "${reached}")
      list(APPEND waiting "${reached}")
    endif()
  endforeach()
endwhile()
file(GLOB_RECURSE present RELATIVE "${include}" "${include}/*")
foreach(header IN LISTS present)
  if(NOT header IN_LIST kept AND NOT header STREQUAL "goetia/build.h")
    file(REMOVE "${include}/${header}")
  endif()
endforeach()
file(REMOVE_RECURSE "${share}/scaffold")
file(COPY "${source_dir}/samples/scaffold" DESTINATION "${share}")

# The tag: this build, and exactly these headers.
string(SHA256 sum "${sum}${definitions}")
string(SUBSTRING "${sum}" 0 12 sum)
set(abi "${tag}, headers ${sum}")
function(write_if_different file text)
  set(old "")
  if(EXISTS "${file}")
    file(READ "${file}" old)
  endif()
  if(NOT old STREQUAL text)
    file(WRITE "${file}" "${text}")
  endif()
endfunction()
write_if_different("${include}/goetia/build.h" "// Generated: the build of Goetia that these headers belong to.
#pragma once
#include <string>
#if !defined(_GLIBCXX_USE_CXX11_ABI) || _GLIBCXX_USE_CXX11_ABI != ${cxx11_abi}
#error \"this goetia was built with libstdc++ and _GLIBCXX_USE_CXX11_ABI=${cxx11_abi}; compile the plug-in the same way\"
#endif
#define GOETIA_PLUGIN_ABI \"${abi}\"
")
file(WRITE "${abi_file}" "// Generated.
namespace goetia {
const char* plugin_abi();
const char* plugin_abi() { return \"${abi}\"; }
}  // namespace goetia
")

# The flags, as JSON.
separate_arguments(words NATIVE_COMMAND "${flags}")
foreach(definition IN LISTS definitions)
  list(APPEND words "-D${definition}")
endforeach()
list(REMOVE_DUPLICATES words)
function(json_list name)
  set(text "")
  foreach(word IN LISTS ARGN)
    string(REPLACE "\\" "\\\\" word "${word}")
    string(REPLACE "\"" "\\\"" word "${word}")
    string(APPEND text ", \"${word}\"")
  endforeach()
  string(REGEX REPLACE "^, " "" text "${text}")
  set(${name} "[${text}]" PARENT_SCOPE)
endfunction()
list(REMOVE_ITEM include_directories ${implicit_directories})  # named, they would come in the wrong order
json_list(words ${words})
json_list(folders include ${include_directories})
file(WRITE "${share}/plugin.exports" "{ global: goetia_plugin_abi; goetia_plugin_register; local: *; };\n")
function(write_build file precompiled)
  file(WRITE "${file}" "{
  \"abi\": \"${abi}\",
  \"goetia\": \"${goetia_version}\",
  \"libtorch\": \"${torch_version}\",
  \"cuda\": \"${torch_cuda}\",
  \"torch_folder\": \"${torch_folder}\",
  \"processor\": \"${processor}\",
  \"compiler\": \"${compiler}\",
  \"flags\": ${words},
  \"include_directories\": ${folders},
  \"exports\": \"plugin.exports\",
  \"precompiled_header\": \"${precompiled}\"
}
")
endfunction()
write_build("${share}/plugin_build.json" "${precompiled_header}")
write_build("${installed}/plugin_build.json" "")  # the precompiled header stays in the build folder, which may go or change
