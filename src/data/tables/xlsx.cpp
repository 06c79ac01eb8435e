#include "data/tables/xlsx.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include <pugixml.hpp>

#include "base/nearest.h"
#include "data/formats/classes.h"
#include "data/tables/xlsx_cells.h"
#include "data/tables/zip.h"

namespace goetia {
namespace {

constexpr std::uint32_t kMostRows = 1'048'576;
constexpr std::size_t kMostCells = 50'000'000;  // a few bytes of a file can ask for a whole row of them
constexpr const char* kAgain = "save the workbook again";

// Spreadsheets name elements with a prefix or without: <x:row> is <row>.
std::string_view local(const char* name) {
    const std::string_view whole = name;
    const std::size_t colon = whole.find(':');
    return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
    return node.find_child([&](const pugi::xml_node& one) { return local(one.name()) == name; });
}

std::string_view attribute(const pugi::xml_node& node, std::string_view name) {
    for (const pugi::xml_attribute& one : node.attributes()) {
        if (local(one.name()) == name) return one.value();
    }
    return {};
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

// The folder-less name of a target: "/xl/worksheets/sheet1.xml" and "worksheets/sheet1.xml" are the same part.
std::string part_of(std::string_view target) {
    if (target.starts_with('/')) return std::string(target.substr(1));
    return "xl/" + std::string(target);
}

class Workbook {
  public:
    explicit Workbook(std::string file) : file_(std::move(file)) {}

    Status open(std::string_view bytes) {
        // Pictures, charts, macros and what else a workbook may hold are never unpacked.
        GOETIA_ASSIGN(parts_, unzip(bytes, file_, [](const std::string& name) {
                          return name == "xl/workbook.xml" || name == "xl/_rels/workbook.xml.rels" ||
                                 name == "xl/styles.xml" || name == "xl/sharedStrings.xml" ||
                                 (name.starts_with("xl/worksheets/") && name.ends_with(".xml"));
                      }));
        if (!parts_.contains("xl/workbook.xml"))
            return invalid("'{}' is no workbook (.xlsx); save the table as one, or as CSV UTF-8", file_);
        return {};
    }

    Result<ReadSheet> sheet(const std::string& name) {
        GOETIA_ASSIGN(const std::string part, part_of_sheet(name));
        GOETIA_TRY(load_strings());
        GOETIA_TRY(load_styles());
        pugi::xml_document document;
        GOETIA_TRY(load(part, document));
        read_.sheet.file = file_;
        std::vector<SheetRow> rows;
        std::uint32_t last = 0;
        for (const pugi::xml_node& node : child(document.document_element(), "sheetData").children()) {
            if (local(node.name()) == "row") add_row(node, last, rows);
            if (cells_ > kMostCells) return invalid("'{}' holds more than {} cells; is it a table?", file_, kMostCells);
        }
        take_header(read_, std::move(rows));
        return std::move(read_);
    }

  private:
    Status load(const std::string& part, pugi::xml_document& document) const {
        const auto found = parts_.find(part);
        if (found == parts_.end()) return invalid("'{}' lacks its part '{}'; save the workbook again", file_, part);
        const auto parsed = document.load_buffer(found->second.data(), found->second.size(),
                                                 pugi::parse_default | pugi::parse_ws_pcdata_single);
        if (parsed) return {};
        return invalid("'{}' is damaged: its part '{}' is no whole XML ({}); save the workbook again", file_, part,
                       parsed.description());
    }

    Result<std::string> part_of_sheet(const std::string& wanted) {
        pugi::xml_document workbook, relations;
        GOETIA_TRY(load("xl/workbook.xml", workbook));
        GOETIA_TRY(load("xl/_rels/workbook.xml.rels", relations));
        const pugi::xml_node root = workbook.document_element();
        const std::string_view epoch = attribute(child(root, "workbookPr"), "date1904");
        dates_.from_1904 = epoch == "1" || epoch == "true";
        std::map<std::string, std::string> targets;
        for (const pugi::xml_node& one : relations.document_element().children())
            targets.emplace(attribute(one, "Id"), attribute(one, "Target"));
        std::vector<std::string> names;
        for (const pugi::xml_node& one : child(root, "sheets").children()) {
            const auto target = targets.find(one.attribute("r:id").value());
            const std::string part = target == targets.end() ? std::string() : part_of(target->second);
            // Sheets of charts alone hold no cells.
            if (!part.starts_with("xl/worksheets/")) continue;
            names.emplace_back(attribute(one, "name"));
            if (wanted.empty() || names.back() == wanted) return part;
        }
        if (names.empty()) return invalid("'{}' holds no sheet of cells", file_);
        const std::string near = nearest_name(wanted, names);
        return not_found("'{}' has no sheet '{}'; {}it has: {}", file_, wanted,
                         near.empty() ? "" : fmt::format("did you mean '{}'? ", near), some_of(names));
    }

    Status load_strings() {
        if (!parts_.contains("xl/sharedStrings.xml")) return {};
        pugi::xml_document document;
        GOETIA_TRY(load("xl/sharedStrings.xml", document));
        for (const pugi::xml_node& item : document.document_element().children()) {
            if (local(item.name()) == "si") strings_.push_back(string_item(item));
        }
        return {};
    }

    Status load_styles() {
        if (!parts_.contains("xl/styles.xml")) return {};
        pugi::xml_document document;
        GOETIA_TRY(load("xl/styles.xml", document));
        const pugi::xml_node root = document.document_element();
        std::map<std::uint32_t, bool> own;
        for (const pugi::xml_node& format : child(root, "numFmts").children())
            own[format.attribute("numFmtId").as_uint()] = is_date_format(attribute(format, "formatCode"));
        for (const pugi::xml_node& style : child(root, "cellXfs").children()) {
            const std::uint32_t id = style.attribute("numFmtId").as_uint();
            // The formats that every spreadsheet knows by number; 27 to 36 and 50 to 58 are East Asian dates.
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
            finding(static_cast<int>(last + 1), fmt::format("a row calls itself '{}'", attribute(node, "r")), kAgain);
            return;
        }
        last = number;
        SheetRow row{static_cast<int>(number), {}};
        bool good = true;
        for (const pugi::xml_node& cell : node.children()) {
            if (local(cell.name()) != "c") continue;
            std::size_t column = row.cells.size();
            if (const std::string_view reference = attribute(cell, "r"); !reference.empty()) {
                const auto place = cell_place(reference);
                if (!place || place->column < column) {
                    finding(row.line, fmt::format("a cell calls itself '{}'", reference), kAgain);
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
        const std::string_view type = attribute(cell, "t");
        if (type == "inlineStr") return string_item(child(cell, "is"));
        const std::string value = child(cell, "v").text().get();
        const auto bad = [&](std::string found) {
            finding(line, fmt::format("cell {} {}", attribute(cell, "r"), found), kAgain);
            good = false;
            return std::string();
        };
        if (value.empty() || type == "str" || type == "e" || type == "d") return value;
        const auto parsed = number(value);
        if (!parsed) return bad(fmt::format("holds '{}', which is no number", value.substr(0, 40)));
        if (type == "s") {
            if (*parsed < 0 || *parsed >= static_cast<double>(strings_.size()))
                return bad(fmt::format("names text {} of {}", value, strings_.size()));
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

    std::string file_;
    std::map<std::string, std::string> parts_;
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
    Workbook workbook(file);
    GOETIA_TRY(workbook.open(bytes));
    return workbook.sheet(sheet_name);
}

}  // namespace goetia
