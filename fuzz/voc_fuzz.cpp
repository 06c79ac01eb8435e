#include "datasets/formats/voc_file.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = goetia::parse_voc(goetia::fuzz::text_of(data, size), "x.xml", size % 2 == 0);
    goetia::fuzz::expect(file.objects.size() == file.names.size() && file.objects.size() == file.lines.size());
    return 0;
}
