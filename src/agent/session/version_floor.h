// The newest version of the agent that ran on this node. No update goes below it: an old program has the master's
// signature for ever, and perhaps a fault that is known by now.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace goetia {

class VersionFloor {
  public:
    explicit VersionFloor(std::filesystem::path file) : file_(std::move(file)) {}

    // Raises it to `version`, if that is newer.
    [[nodiscard]] Status raise(const std::string& version) const;
    // kDenied for what 'goetia-agent --version' of an older one prints.
    [[nodiscard]] Status check(const std::string& said) const;

  private:
    [[nodiscard]] Result<std::string> floor() const;  // empty: none yet

    std::filesystem::path file_;
};

}  // namespace goetia
