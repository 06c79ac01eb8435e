// The pictures of a table's rows: named by a column, or found in the folder by a pattern.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/tables/sheet.h"

namespace goetia {

struct TableFiles {
    std::string column;   // that holds the picture's name
    std::string suffix;   // stands behind that name: ".png" for tables that leave it out
    std::string pattern;  // in place of a column: "{id}_*.png", where {id} is the row's cell and * is anything but /
};

// Of one table; what it finds wrong it tells.
class PictureFinder {
  public:
    virtual ~PictureFinder() = default;

    // One copy of `image` for each picture of the row, with name and root. Pictures that are named twice, cells that
    // name none and rows without picture become findings.
    virtual std::vector<AnnotatedImage> pictures(const SheetRow& row, const AnnotatedImage& image) = 0;

    // The row is another split's, and its pictures are.
    virtual void pass_over(const SheetRow& row) = 0;

    // When every row was asked for: names that are nowhere, pictures that no row claims.
    virtual void finish(const std::vector<AnnotatedImage>& images) = 0;
};

// `folders` hold the pictures; all but these last as long as the finder.
std::unique_ptr<PictureFinder> named_pictures(const Sheet& sheet, const TableFiles& files,
                                              std::vector<std::filesystem::path> folders,
                                              std::vector<Finding>& findings);
// Every picture below the folders is listed once, at the beginning.
std::unique_ptr<PictureFinder> matched_pictures(const Sheet& sheet, const TableFiles& files,
                                                std::vector<std::filesystem::path> folders,
                                                std::vector<Finding>& findings);

// The columns that a pattern names, in order.
std::vector<std::string> pattern_columns(std::string_view pattern);

}  // namespace goetia
