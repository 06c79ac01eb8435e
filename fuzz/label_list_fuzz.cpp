#include "datasets/formats/label_list.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<goetia::Finding> findings;
    const goetia::LabelListPlan plan{.labels_needed = size % 2 == 0, .classes = 10};
    for (const auto& one : goetia::parse_label_list(goetia::fuzz::text_of(data, size), "x.txt", plan, findings))
        goetia::fuzz::expect(one.label < 10 && (one.label >= 0 || !plan.labels_needed) && one.line > 0);
    return 0;
}
