#include "datasets/formats/classes.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<goetia::Finding> findings;
    const auto classes = goetia::parse_classes(goetia::fuzz::text_of(data, size), "classes.txt", findings);
    goetia::fuzz::expect(!classes.empty() || !findings.empty());
    goetia::numbers_by_name(classes);
    return 0;
}
