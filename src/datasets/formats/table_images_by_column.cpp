#include <algorithm>
#include <map>

#include "datasets/formats/roots.h"
#include "datasets/formats/table_cells.h"
#include "datasets/formats/table_images.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

class ColumnImages : public ImageFinder {
  public:
    ColumnImages(const Sheet& sheet, const TableFiles& files, std::vector<fs::path> folders,
                 std::vector<Finding>& findings)
        : sheet_(sheet), files_(files), folders_(std::move(folders)), findings_(sheet, findings) {}

    std::vector<AnnotatedImage> find(const SheetRow& row, const AnnotatedImage& image) override {
        const std::string cell(cell_of(sheet_, row, files_.column));
        const auto refuse = [&](FindingKind kind, const std::string& id, const std::string& found, const char* fix) {
            findings_.add_cell(kind, row, files_.column, found, fix).id = id;
            return std::vector<AnnotatedImage>();
        };
        if (cell.empty()) return refuse(FindingKind::kBadSyntax, cell, "is empty", "enter the image name");
        if (cell.find('\\') != std::string::npos)
            return refuse(FindingKind::kBadSyntax, cell, fmt::format("contains '{}' with a backslash", cell),
                          "write '/' between folder and file");
        const std::string name = cell + files_.suffix;
        const auto [known, is_new] = claimed_.emplace(name, row.line);
        if (!is_new)
            return refuse(FindingKind::kDuplicateId, name,
                          fmt::format("names '{}', which row {} already names", name, known->second),
                          "keep one of the two rows");
        AnnotatedImage own = image;
        own.name = name;
        // A single missing file is not looked for here: that would cost a file access per row.
        own.root = first_root_with(folders_, name);
        return {std::move(own)};
    }

    void skip(const SheetRow&) override {}

    void finish(const std::vector<AnnotatedImage>& images) override {
        constexpr std::size_t kProbed = 100;
        const std::size_t count = std::min(images.size(), kProbed);
        for (std::size_t i = 0; i < count; ++i) {
            std::error_code code;
            if (fs::exists(folders_[images[i].root] / images[i].name, code)) return;
        }
        if (count == 0) return;
        findings_.add(FindingKind::kMissingFile, images[0].location.line, images[0].name,
                      fmt::format("none of the first {} images exists, starting with '{}'", count,
                                  (folders_[0] / images[0].name).native()),
                      "correct dataset.image_dir, dataset.data_root or dataset.image_suffix");
    }

  private:
    const Sheet& sheet_;
    const TableFiles& files_;
    std::vector<fs::path> folders_;
    SheetFindings findings_;
    std::map<std::string, int> claimed_;  // the row that uses a name
};

}  // namespace

std::unique_ptr<ImageFinder> images_by_column(const Sheet& sheet, const TableFiles& files,
                                              std::vector<fs::path> folders, std::vector<Finding>& findings) {
    return std::make_unique<ColumnImages>(sheet, files, std::move(folders), findings);
}

}  // namespace goetia
