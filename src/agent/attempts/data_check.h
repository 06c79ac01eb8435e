// Compares the data of a task with its certificates before the start: 'goetia dataset certify DIR --check HASH', in the
// sandbox of the attempt since it decodes what others made. One data set after the other.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "launch/spawn.h"

namespace goetia {

class DataCheck {
  public:
    struct Item {
        std::string name;
        std::filesystem::path path;
        std::string certificate;
    };
    // `before`: the words that enter the sandbox.
    DataCheck(std::vector<Item> items, std::vector<std::string> before, std::filesystem::path goetia,
              std::filesystem::path log)
        : items_(std::move(items)), before_(std::move(before)), goetia_(std::move(goetia)), log_(std::move(log)) {}

    // Empty while it runs; then whether all of it is as certified. Never blocks.
    std::optional<Status> advance();

  private:
    Status start(const Item& item);
    [[nodiscard]] Status result_of(const Item& item, int status) const;

    std::vector<Item> items_;
    std::vector<std::string> before_;
    std::filesystem::path goetia_, log_;
    std::size_t at_ = 0;
    std::optional<Spawned> running_;
};

}  // namespace goetia
