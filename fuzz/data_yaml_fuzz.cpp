#include "datasets/formats/yolo_file.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto config = goetia::parse_data_yaml(goetia::fuzz::text_of(data, size), "data.yaml");
    goetia::fuzz::expect(!config.classes.empty() || !config.findings.empty());
    return 0;
}
