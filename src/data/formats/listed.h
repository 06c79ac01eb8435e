// A data set that is a list of files with class numbers: what the classification formats all become.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace goetia {

struct ListedFile {
    std::string name;  // below its root
    std::uint32_t root = 0;
    std::int64_t label = -1;
};

struct Listing {
    std::vector<std::filesystem::path> roots;
    std::vector<ListedFile> files;
    std::vector<std::string> classes;
};

class ListedDataset : public Dataset {
  public:
    explicit ListedDataset(Listing listing) : listing_(std::move(listing)) {}

    [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(listing_.files.size()); }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return listing_.classes; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override;

  private:
    Listing listing_;
};

}  // namespace goetia
