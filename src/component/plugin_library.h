// Opens compiled plug-ins. The ABI tag is read from the file before any of its code can run.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

// The prefix of the tag in the library's bytes, and the function that it exports; GOETIA_COMPONENTS writes both.
inline constexpr std::string_view kPluginAbiPrefix = "goetia-plugin-abi:";
inline constexpr const char* kPluginFunction = "goetia_plugin_register";

// The tag in a library's bytes; empty when it is not a plug-in.
std::string plugin_abi_of(std::string_view bytes);

// Loads `library` for the rest of the process and returns its register function; `name` is its name in messages.
// Refuses, with the reason, a library that was built for a different `abi` or exports nothing.
Result<void*> open_plugin(const std::filesystem::path& library, const std::string& name, std::string_view abi);

}  // namespace goetia
