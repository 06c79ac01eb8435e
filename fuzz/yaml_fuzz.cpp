#include "config/yaml_reader.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static_cast<void>(goetia::config::read_yaml(goetia::fuzz::text_of(data, size), "x.yaml"));
    return 0;
}
