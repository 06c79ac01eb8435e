// goetia dataset table: how a CSV or XLSX table is read, before anything is trained on it.
#include "apps/goetia/dataset_parts.h"
#include "datasets/tables/sheet.h"

namespace goetia::cli {
namespace {

struct TableWish {
    std::string file, sheet, separator = "auto";
    std::size_t rows = 10;
};

std::string line_of(const std::vector<std::string>& cells) { return fmt::format("{}\n", fmt::join(cells, " | ")); }

Result<Outcome> table(const TableWish& wish) {
    SheetOptions options{.sheet_name = wish.sheet};
    if (wish.separator != "auto") options.separator = wish.separator == "tab" ? '\t' : wish.separator[0];
    GOETIA_ASSIGN(const ReadSheet read, read_sheet(wish.file, options));
    Outcome outcome{.json = {{"file", wish.file},
                             {"columns", read.sheet.header},
                             {"count", read.sheet.rows.size()},
                             {"rows", Json::array()},
                             {"findings", Json::array()}}};
    outcome.text = line_of(read.sheet.header);
    for (std::size_t i = 0; i < read.sheet.rows.size() && (wish.rows == 0 || i < wish.rows); ++i) {
        const SheetRow& row = read.sheet.rows[i];
        outcome.json["rows"].push_back({{"line", row.line}, {"cells", row.cells}});
        outcome.text += line_of(row.cells);
    }
    outcome.text += fmt::format("{} rows\n", read.sheet.rows.size());
    for (const Finding& finding : read.findings) {
        outcome.json["findings"].push_back(to_json(finding));
        outcome.text += to_string(to_fault(finding)) + "\n";
    }
    outcome.exit_code = has_faults(read.findings) ? kProblemsFound : kOk;
    return outcome;
}

}  // namespace

void add_dataset_table(Command& dataset, Context& context) {
    const auto wish = std::make_shared<TableWish>();
    Command& command = dataset.command("table", "Shows the columns and first rows of a table as they are read");
    command.positional("file", wish->file, "A .csv or .xlsx file").required();
    command.option("--sheet", wish->sheet, "Of a workbook; without it the first");
    command.option("--separator", wish->separator, "Of a CSV file")
        .choices({"auto", ",", ";", "tab", "|"})
        .show_default();
    command.option("--rows", wish->rows, "How many to show; 0: all").show_default();
    context.on(command, [wish] { return table(*wish); });
}

}  // namespace goetia::cli
