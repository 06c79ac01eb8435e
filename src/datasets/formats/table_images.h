// Finds the images of table rows: named in a column, or matched by a file name pattern.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/tables/sheet.h"

namespace goetia {

struct TableFiles {
    std::string column;   // with the image name
    std::string suffix;   // appended to that name: ".png" for tables that omit it
    std::string pattern;  // instead of a column: "{id}_*.png", where {id} is the row's cell and * is anything but /
};

// For one table; reports what it finds wrong.
class ImageFinder {
  public:
    virtual ~ImageFinder() = default;

    // A copy of `image` for each image file of the row, with name and root. Duplicate images, cells without a name and
    // rows without images become findings.
    virtual std::vector<AnnotatedImage> find(const SheetRow& row, const AnnotatedImage& image) = 0;

    // The row and its images belong to another split.
    virtual void skip(const SheetRow& row) = 0;

    // After the last row: reports names that do not exist, and images that no row claims.
    virtual void finish(const std::vector<AnnotatedImage>& images) = 0;
};

// `folders` contain the images; the other arguments must outlive the finder.
std::unique_ptr<ImageFinder> images_by_column(const Sheet& sheet, const TableFiles& files,
                                              std::vector<std::filesystem::path> folders,
                                              std::vector<Finding>& findings);
// Lists all images below the folders once, on construction.
std::unique_ptr<ImageFinder> images_by_pattern(const Sheet& sheet, const TableFiles& files,
                                               std::vector<std::filesystem::path> folders,
                                               std::vector<Finding>& findings);

// The columns that a pattern refers to, in order.
std::vector<std::string> pattern_columns(std::string_view pattern);

}  // namespace goetia
