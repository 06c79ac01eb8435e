// The texts that a workbook's numbers stand for.
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

// Which of a workbook's cell styles show a number as a date, and from when its days count.
struct DateStyles {
    std::vector<bool> is_date;  // by style number
    bool from_1904 = false;

    [[nodiscard]] bool shows_date(std::uint32_t style) const { return style < is_date.size() && is_date[style]; }
};

// Whether a number format such as "yyyy-mm-dd" shows days or hours.
bool is_date_format(std::string_view format);

// "2024-03-01", "2024-03-01T12:30:00", or "12:30:00" for less than a day; nothing beyond the years 1900 to 9999.
std::optional<std::string> date_text(double days, bool from_1904);

// The shortest text that reads back as the same number: what was typed, not what binary made of it.
std::string number_text(double value);

// All text of a string item: its runs, without the reading aids of East Asian scripts.
std::string string_item(const pugi::xml_node& item);

// "BC12" -> row 12, column 54; nothing when it is no reference within a sheet's limits.
struct CellPlace {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
};
std::optional<CellPlace> cell_place(std::string_view reference);

}  // namespace goetia
