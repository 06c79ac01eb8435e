// For this room's tests: a folder of its own with a few files in it, gone at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "config/config.h"

namespace goetia::config {

using Texts = std::vector<std::pair<std::string, std::string>>;

class Files {
  public:
    explicit Files(const Texts& files) {
        std::string pattern = std::filesystem::temp_directory_path() / "goetia_config_XXXXXX";
        folder = mkdtemp(pattern.data());
        for (const auto& [name, text] : files) {
            std::filesystem::create_directories((folder / name).parent_path());
            std::ofstream(folder / name) << text;
        }
    }
    Files(Files&&) = delete;
    ~Files() { std::filesystem::remove_all(folder); }

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return folder / name; }

    [[nodiscard]] Result<Composed> composed(std::vector<std::string> overrides = {}) const {
        return compose({folder / "config.yaml", {}, std::move(overrides)});
    }

    // The document, or the whole error as text with this folder's name taken out.
    [[nodiscard]] Json document(std::vector<std::string> overrides = {}) const {
        const auto made = composed(std::move(overrides));
        EXPECT_TRUE(made) << (made ? "" : to_string(made.error()));
        return made ? made->document : Json();
    }

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

    std::filesystem::path folder;
};

}  // namespace goetia::config
