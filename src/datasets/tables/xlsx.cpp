#include "datasets/tables/xlsx.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include <pugixml.hpp>

#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "datasets/tables/package.h"
#include "datasets/tables/xlsx_cells.h"

namespace goetia {
namespace {

constexpr std::size_t kMostCells = 50'000'000;  // a few bytes of a file can demand a full row
constexpr const char* kSaveAgain = "save the workbook again";

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

class Workbook {
  public:
    Workbook(std::string_view bytes, const std::string& file) : package_(bytes, file), file_(file) {}

    Result<ReadSheet> sheet(const std::string& name) {
        GOETIA_TRY(find_parts());
        GOETIA_ASSIGN(const std::string part, part_of_sheet(name));
        const std::string strings = part_of_kind(relations_, "sharedStrings"),
                          styles = part_of_kind(relations_, "styles");
        GOETIA_TRY(package_.unpack({part, strings, styles}));
        if (!strings.empty()) GOETIA_TRY(load_strings(strings));
        if (!styles.empty()) GOETIA_TRY(load_styles(styles));
        pugi::xml_document document;
        GOETIA_TRY(package_.load(part, document));
        read_.sheet.file = file_;
        std::vector<SheetRow> rows;
        std::uint32_t last = 0;
        for (const pugi::xml_node& node : child_named(document.document_element(), "sheetData").children()) {
            if (local_name(node.name()) == "row") add_row(node, last, rows);
            if (cells_ > kMostCells)
                return invalid("'{}' contains more than {} cells; is it a table?", file_, kMostCells);
        }
        take_header(read_, std::move(rows));
        return std::move(read_);
    }

  private:
    [[nodiscard]] Error not_a_workbook() const {
        return invalid("'{}' is not a workbook (.xlsx); save the table as one, or as CSV UTF-8", file_);
    }

    Status find_parts() {
        GOETIA_ASSIGN(const Relations own, package_.relations_of(""));
        workbook_ = part_of_kind(own, "officeDocument");
        if (workbook_.empty()) return not_a_workbook();
        GOETIA_TRY(package_.unpack({workbook_}));
        GOETIA_ASSIGN(relations_, package_.relations_of(workbook_));
        return {};
    }

    Result<std::string> part_of_sheet(const std::string& requested) {
        pugi::xml_document workbook;
        GOETIA_TRY(package_.load(workbook_, workbook));
        const pugi::xml_node root = workbook.document_element();
        if (local_name(root.name()) != "workbook") return not_a_workbook();  // a document or slides, for example
        const std::string_view epoch = attribute_named(child_named(root, "workbookPr"), "date1904");
        dates_.from_1904 = epoch == "1" || epoch == "true";
        std::vector<std::string> names;
        for (const pugi::xml_node& one : child_named(root, "sheets").children()) {
            const auto found = relations_.find(std::string(relation_id(one)));
            // Chart sheets contain no cells.
            if (found == relations_.end() || found->second.kind != "worksheet") continue;
            names.emplace_back(attribute_named(one, "name"));
            if (requested.empty() || names.back() == requested) return found->second.part;
        }
        if (names.empty()) return invalid("'{}' contains no sheet with cells", file_);
        const std::string near = nearest_name(requested, names);
        return not_found("'{}' has no sheet '{}'; {}it has: {}", file_, requested,
                         near.empty() ? "" : fmt::format("did you mean '{}'? ", near), some_of(names));
    }

    Status load_strings(const std::string& part) {
        pugi::xml_document document;
        GOETIA_TRY(package_.load(part, document));
        for (const pugi::xml_node& item : document.document_element().children()) {
            if (local_name(item.name()) == "si") strings_.push_back(string_item(item));
        }
        return {};
    }

    Status load_styles(const std::string& part) {
        pugi::xml_document document;
        GOETIA_TRY(package_.load(part, document));
        const pugi::xml_node root = document.document_element();
        std::map<std::uint32_t, bool> own;
        for (const pugi::xml_node& format : child_named(root, "numFmts").children())
            own[format.attribute("numFmtId").as_uint()] = is_date_format(attribute_named(format, "formatCode"));
        for (const pugi::xml_node& style : child_named(root, "cellXfs").children()) {
            const std::uint32_t id = style.attribute("numFmtId").as_uint();
            // Built-in date formats; 27 to 36 and 50 to 58 are East Asian.
            const bool usual =
                (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
            const auto said = own.find(id);
            dates_.is_date.push_back(said == own.end() ? usual : said->second);
        }
        return {};
    }

    void add_row(const pugi::xml_node& node, std::uint32_t& last, std::vector<SheetRow>& rows) {
        const std::uint32_t number = node.attribute("r").as_uint(last + 1);
        if (number == 0 || number > kMostRows) {
            finding(static_cast<int>(last + 1), fmt::format("a row has the number '{}'", attribute_named(node, "r")),
                    kSaveAgain);
            return;
        }
        last = number;
        SheetRow row{static_cast<int>(number), {}};
        bool good = true;
        for (const pugi::xml_node& cell : node.children()) {
            if (local_name(cell.name()) != "c") continue;
            std::size_t column = row.cells.size();
            if (const std::string_view reference = attribute_named(cell, "r"); !reference.empty()) {
                const auto place = cell_position(reference);
                if (!place || place->column < column) {
                    finding(row.line, fmt::format("a cell has the reference '{}'", reference), kSaveAgain);
                    good = false;
                    break;
                }
                column = place->column;
            }
            row.cells.resize(column);
            row.cells.push_back(text_of(cell, row.line, good));
        }
        cells_ += row.cells.size();
        if (good) rows.push_back(std::move(row));
    }

    std::string text_of(const pugi::xml_node& cell, int line, bool& good) {
        const std::string_view type = attribute_named(cell, "t");
        if (type == "inlineStr") return string_item(child_named(cell, "is"));
        const std::string value = child_named(cell, "v").text().get();
        const auto bad = [&](std::string found) {
            finding(line, fmt::format("cell {} {}", attribute_named(cell, "r"), found), kSaveAgain);
            good = false;
            return std::string();
        };
        if (value.empty() || type == "str" || type == "e" || type == "d") return value;
        const auto parsed = number(value);
        if (!parsed) return bad(fmt::format("contains '{}', which is not a number", value.substr(0, 40)));
        if (type == "s") {
            if (*parsed < 0 || *parsed >= static_cast<double>(strings_.size()))
                return bad(fmt::format("refers to string {} of {}", value, strings_.size()));
            return strings_[static_cast<std::size_t>(*parsed)];
        }
        if (type == "b") return *parsed == 0 ? "FALSE" : "TRUE";
        if (dates_.shows_date(cell.attribute("s").as_uint())) {
            if (auto date = date_text(*parsed, dates_.from_1904)) return *std::move(date);
        }
        return number_text(*parsed);
    }

    void finding(int line, std::string found, std::string fix) {
        read_.findings.push_back({.kind = FindingKind::kBadSyntax,
                                  .file = file_,
                                  .line = line,
                                  .found = std::move(found),
                                  .fix = std::move(fix)});
    }

    Package package_;
    std::string file_, workbook_;  // workbook_: name of the main part
    Relations relations_;          // of the workbook
    std::vector<std::string> strings_;
    DateStyles dates_;
    std::size_t cells_ = 0;
    ReadSheet read_;
};

}  // namespace

Result<ReadSheet> parse_xlsx(std::string_view bytes, const std::string& file, const std::string& sheet_name) {
    if (bytes.starts_with("\xD0\xCF\x11\xE0"))
        return make_error(
            Code::kUnsupported,
            "'{}' is an old .xls workbook, or one with a password; save it as .xlsx without a password, or as "
            "CSV UTF-8",
            file);
    return Workbook(bytes, file).sheet(sheet_name);
}

}  // namespace goetia
