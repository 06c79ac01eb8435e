#include "datasets/tables/csv.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const goetia::ReadSheet read = goetia::parse_csv(goetia::fuzz::text_of(data, size), "t.csv");
    for (const goetia::SheetRow& row : read.sheet.rows) {
        goetia::fuzz::expect(row.line > 0 && row.cells.size() == read.sheet.header.size());
        // What is written of a row reads back as that row.
        const goetia::ReadSheet again =
            goetia::parse_csv("h\n" + goetia::csv_line({row.cells.empty() ? "" : row.cells[0]}), "t.csv", ',');
        const bool says_nothing = row.cells.empty() || row.cells[0].empty();
        goetia::fuzz::expect(says_nothing ||
                             (again.sheet.rows.size() == 1 && again.sheet.rows[0].cells[0] == row.cells[0]));
    }
    return 0;
}
