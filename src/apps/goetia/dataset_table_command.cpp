// goetia dataset table: shows how a CSV or XLSX table is read, before training on it.
#include "apps/goetia/command.h"
#include "datasets/tables/sheet.h"

namespace goetia::cli {
namespace {

struct TableOptions {
    std::string file, sheet, separator = "auto";
    std::size_t rows = 10;
};

std::string line_of(const std::vector<std::string>& cells) { return fmt::format("{}\n", fmt::join(cells, " | ")); }

Result<Outcome> table(const TableOptions& options) {
    SheetOptions sheet_options{.sheet_name = options.sheet};
    if (options.separator != "auto") sheet_options.separator = options.separator == "tab" ? '\t' : options.separator[0];
    GOETIA_ASSIGN(const ReadSheet read, read_sheet(options.file, sheet_options));
    Outcome outcome{.json = {{"file", options.file},
                             {"columns", read.sheet.header},
                             {"count", read.sheet.rows.size()},
                             {"rows", Json::array()},
                             {"findings", Json::array()}}};
    outcome.text = line_of(read.sheet.header);
    for (std::size_t i = 0; i < read.sheet.rows.size() && (options.rows == 0 || i < options.rows); ++i) {
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
    const auto options = std::make_shared<TableOptions>();
    Command& command = dataset.command("table", "Shows the columns and first rows of a table as they are read");
    command.positional("file", options->file, "A .csv or .xlsx file").required();
    command.option("--sheet", options->sheet, "Sheet of a workbook; by default the first");
    command.option("--separator", options->separator, "Separator of a CSV file")
        .choices({"auto", ",", ";", "tab", "|"})
        .show_default();
    command.option("--rows", options->rows, "Number of rows to show; 0: all").show_default();
    context.on(command, [options] { return table(*options); });
}

}  // namespace goetia::cli
