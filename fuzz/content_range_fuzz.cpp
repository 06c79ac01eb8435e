#include "fetch/transfer.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto range = goetia::parse_content_range(goetia::fuzz::text_of(data, size));
    if (!range) return 0;
    goetia::fuzz::expect(range->begin >= 0 && range->begin <= range->end);
    goetia::fuzz::expect(!range->total || range->end <= *range->total);
    return 0;
}
