// The pictures of a table's rows: named by a column, or found in the folder by a pattern.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/annotated_set.h"
#include "data/tables/sheet.h"

namespace goetia {

struct TableFiles {
    std::string column;   // that holds the picture's name
    std::string suffix;   // stands behind that name: ".png" for tables that leave it out
    std::string pattern;  // in place of a column: "{id}_*.png", where {id} is the row's cell and * is anything but /
};

// A fault for each column of the pattern (or the picture's own) that the table lacks.
std::vector<Fault> missing_columns(const Sheet& sheet, const TableFiles& files);

// Whether `name` is what `pattern` describes; * stands for any letters but '/'.
bool fits_pattern(std::string_view name, std::string_view pattern);

class PictureFinder {
  public:
    // `folders` hold the pictures. With a pattern every picture below them is listed once.
    PictureFinder(const Sheet& sheet, TableFiles files, std::vector<std::filesystem::path> folders,
                  std::vector<Finding>& findings);

    // One copy of `image` for each picture of the row, with name and root. Pictures that are named twice, cells that
    // name none and rows without picture become findings.
    std::vector<AnnotatedImage> pictures(const SheetRow& row, const AnnotatedImage& image);

    // When every row was asked for: names that are nowhere, pictures that no row claims.
    void finish(const std::vector<AnnotatedImage>& images);

  private:
    struct Listed {
        std::string name;
        std::uint32_t root = 0;
        int line = 0;  // the row that has it
    };

    std::vector<AnnotatedImage> by_column(const SheetRow& row, AnnotatedImage image);
    std::vector<AnnotatedImage> by_pattern(const SheetRow& row, const AnnotatedImage& image);
    void list_pictures();
    bool claim(Listed& picture, const SheetRow& row);
    void finding(FindingKind kind, int line, std::string id, std::string found, std::string fix);

    const Sheet& sheet_;
    TableFiles files_;
    std::vector<std::filesystem::path> folders_;
    std::vector<Finding>& findings_;
    std::vector<Listed> listed_;          // with a pattern: sorted by name
    std::map<std::string, int> claimed_;  // with a column: the row that has a name
};

}  // namespace goetia
