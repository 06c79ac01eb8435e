// Conversion of workbook cells to text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pugi {
class xml_node;
}

namespace goetia {

inline constexpr std::uint32_t kMostRows = 1'048'576;  // of a worksheet

// Which cell styles of a workbook format numbers as dates, and the epoch of the dates.
struct DateStyles {
    std::vector<bool> is_date;  // by style index
    bool from_1904 = false;

    [[nodiscard]] bool shows_date(std::uint32_t style) const { return style < is_date.size() && is_date[style]; }
};

// Whether a number format such as "yyyy-mm-dd" displays dates or times.
bool is_date_format(std::string_view format);

// "2024-03-01", "2024-03-01T12:30:00", or "12:30:00" for less than a day; nothing outside the years 1900 to 9999.
std::optional<std::string> date_text(double days, bool from_1904);

// The shortest text that reads back as the same number.
std::string number_text(double value);

// The text of a string item: its runs, without phonetic hints of East Asian scripts.
std::string string_item(const pugi::xml_node& item);

// "BC12" -> row 12, column 54; nothing if it is not a reference within the limits of a sheet.
struct CellPosition {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
};
std::optional<CellPosition> cell_position(std::string_view reference);

}  // namespace goetia
