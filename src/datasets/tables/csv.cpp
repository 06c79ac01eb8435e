#include "datasets/tables/csv.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace goetia {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The common separator that is most frequent in the first line, outside quotes; a comma if there is none.
char separator_of(std::string_view text) {
    constexpr std::string_view kCommon = ",;\t|";
    std::array<std::size_t, kCommon.size()> counts{};
    bool quoted = false;
    for (const char letter : text) {
        if (letter == '"') quoted = !quoted;
        if (quoted) continue;
        if (letter == '\n' || letter == '\r') {
            if (std::ranges::any_of(counts, [](std::size_t count) { return count > 0; })) break;
            continue;
        }
        if (const std::size_t which = kCommon.find(letter); which != std::string_view::npos) ++counts[which];
    }
    return kCommon[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

class CsvParser {
  public:
    CsvParser(std::string_view text, char separator, ReadSheet& read)
        : text_(text), separator_(separator), read_(read) {}

    std::vector<SheetRow> rows() {
        std::vector<SheetRow> rows;
        while (at_ < text_.size()) {
            SheetRow row{line_, {}};
            good_ = true;
            do row.cells.push_back(cell());
            while (take(separator_));
            end_line();
            if (good_) check_encoding(row);
            if (good_) rows.push_back(std::move(row));
        }
        return rows;
    }

  private:
    bool take(char letter) {
        if (at_ >= text_.size() || text_[at_] != letter) return false;
        ++at_;
        return true;
    }

    void end_line() {
        const bool carriage = take('\r');
        if (take('\n') || carriage) ++line_;
    }

    std::string cell() {
        if (take('"')) return quoted();
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
        return std::string(text_.substr(from, at_ - from));
    }

    // Reads the rest of a cell after the opening quote.
    std::string quoted() {
        const int start = line_;
        std::string text;
        while (at_ < text_.size()) {
            const char letter = text_[at_++];
            if (letter == '"' && !take('"')) return after_quote(std::move(text));
            if (letter == '\n' || (letter == '\r' && (at_ >= text_.size() || text_[at_] != '\n'))) ++line_;
            text += letter;
        }
        fault(start, "a quoted cell is not closed", "close the quote, or double it if it is a character of the cell");
        return text;
    }

    // After a closing quote, only the end of the cell may follow.
    std::string after_quote(std::string text) {
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
        if (at_ > from)
            fault(
                line_,
                fmt::format("'{}' follows a closing quote", text_.substr(from, std::min<std::size_t>(at_ - from, 40))),
                "double each quote inside a quoted cell");
        return text;
    }

    void check_encoding(const SheetRow& row) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (!first_invalid_utf8(row.cells[i])) continue;
            return fault(
                row.line, fmt::format("cell {} of the row is not UTF-8", i + 1),
                "save the table as 'CSV UTF-8' (other CSV variants of spreadsheets use the system's encoding)");
        }
    }

    void fault(int line, std::string found, std::string fix) {
        good_ = false;
        read_.findings.push_back({.kind = FindingKind::kBadSyntax,
                                  .file = read_.sheet.file,
                                  .line = line,
                                  .found = std::move(found),
                                  .fix = std::move(fix)});
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    char separator_;
    bool good_ = true;  // state of the current row
    ReadSheet& read_;
};

}  // namespace

ReadSheet parse_csv(std::string_view text, std::string file, char separator) {
    ReadSheet read;
    read.sheet.file = std::move(file);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        read.findings.push_back({.kind = FindingKind::kBadSyntax,
                                 .file = read.sheet.file,
                                 .line = 1,
                                 .found = "the table is written in UTF-16",
                                 .fix = "save it as 'CSV UTF-8'"});
        return read;
    }
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::vector<SheetRow> rows = CsvParser(text, separator == 0 ? separator_of(text) : separator, read).rows();
    drop_empty(rows);
    // Without its first row nothing is known about the others.
    const bool headless = !read.findings.empty() && (rows.empty() || read.findings.front().line < rows.front().line);
    if (!headless) take_header(read, std::move(rows));
    return read;
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ',';
        const std::string& cell = cells[i];
        // A single empty cell would be an empty line, which readers skip.
        const bool plain = cell.find_first_of(",;\t|\"\r\n") == std::string::npos &&
                           !cell.starts_with(kByteOrderMark) && (cells.size() > 1 || !cell.empty());
        if (plain) {
            line += cell;
            continue;
        }
        line += '"';
        for (const char letter : cell) line.append(letter == '"' ? 2 : 1, letter);
        line += '"';
    }
    return line + "\r\n";
}

}  // namespace goetia
