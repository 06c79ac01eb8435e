#include "datasets/tables/xlsx.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = goetia::parse_xlsx(goetia::fuzz::text_of(data, size), "t.xlsx");
    if (!read) return 0;
    for (const goetia::SheetRow& row : read->sheet.rows)
        goetia::fuzz::expect(row.line > 0 && row.cells.size() == read->sheet.header.size());
    return 0;
}
