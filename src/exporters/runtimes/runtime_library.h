// A library that is loaded while the program runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

class RuntimeLibrary {
  public:
    // `variable` names a file, or a folder with a file whose name begins with `stem`. Stays loaded: such libraries have
    // threads of their own that no unloading waits for.
    static Result<RuntimeLibrary> find(const char* variable, const std::string& stem, const std::string& product);

    template <class Function>
    [[nodiscard]] Function* function(const char* name) const {
        return reinterpret_cast<Function*>(address(name));  // null: it has none of this name
    }
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  private:
    [[nodiscard]] void* address(const char* name) const;
    void* handle_ = nullptr;
    std::filesystem::path file_;
};

}  // namespace goetia
