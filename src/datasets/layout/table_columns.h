// Which columns of a table hold the image, its class or numbers, its subject and its split.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "datasets/tables/sheet.h"

namespace goetia {

struct ColumnRoles {
    std::size_t image = 0;
    std::string prefix, suffix;  // image_dir, and what the names omit
    std::optional<std::size_t> label, subject, split;
    std::vector<std::size_t> targets;  // instead of a label: of numbers,
    bool are_classes = false;          // or of 0 and 1 for each class
};

// Where the image of a cell is: the folder and the suffix of the name.
struct ImagePlace {
    std::string folder, suffix;
};
using FindImage = std::function<std::optional<ImagePlace>(const std::string& cell)>;

// By the names of the columns and their cells. kNotFound: no column names images; kInvalid: none or several columns
// could be what is to be predicted.
Result<ColumnRoles> column_roles(const Sheet& sheet, const FindImage& find_image);

}  // namespace goetia
