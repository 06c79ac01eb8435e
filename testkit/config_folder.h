// A temporary folder with configuration files.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "config/config.h"
#include "testkit/temporary_folder.h"

namespace goetia::config {

using Texts = std::vector<std::pair<std::string, std::string>>;

class Files {
  public:
    explicit Files(const Texts& files) {
        for (const auto& [name, text] : files) temporary_.write(name, text);
    }

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return folder / name; }

    [[nodiscard]] Result<Composed> composed(std::vector<std::string> overrides = {}) const {
        return compose({folder / "config.yaml", {}, std::move(overrides)});
    }

    [[nodiscard]] Json document(std::vector<std::string> overrides = {}) const {
        const auto made = composed(std::move(overrides));
        EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
        return made ? made->document : Json();
    }

    // The complete error as text, without this folder's name.
    [[nodiscard]] std::string fault(std::vector<std::string> overrides = {}) const {
        const auto made = composed(std::move(overrides));
        EXPECT_FALSE(made);
        return made ? "" : plain(to_string(made.error()));
    }

    [[nodiscard]] std::string plain(std::string text) const {
        const std::string name = folder.string() + "/";
        for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;) text.erase(at, name.size());
        return text;
    }

  private:
    testkit::TemporaryFolder temporary_;

  public:
    const std::filesystem::path& folder = temporary_.path();
};

}  // namespace goetia::config
