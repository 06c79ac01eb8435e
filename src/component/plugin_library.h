// Opening a compiled plug-in. Its ABI tag is read from the file before any of its code can run.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

// In front of the tag in the library's bytes, and the function it exports; GOETIA_COMPONENTS writes both.
inline constexpr std::string_view kPluginMark = "goetia-plugin-abi:";
inline constexpr const char* kPluginFunction = "goetia_plugin_register";

// The tag in a library's bytes; empty when it is no plug-in.
std::string plugin_abi_of(std::string_view bytes);

// Loads `library` for the rest of the process and returns its register function; `name` is what messages call it. A
// library built for another tag than `abi`, or that exports nothing, is refused with the reason.
Result<void*> open_plugin(const std::filesystem::path& library, const std::string& name, std::string_view abi);

}  // namespace goetia
