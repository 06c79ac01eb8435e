#include <string>

#include "datasets/formats/coco_file.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string padded(goetia::fuzz::text_of(data, size));
    padded.append(goetia::kJsonPadding, ' ');
    const goetia::CocoFile file = goetia::parse_coco({padded.data(), size}, "x.json", size % 2 == 0);
    for (const auto& image : file.images) {
        for (const auto& one : image.instances)
            goetia::fuzz::expect(one.label >= 0 && one.label < static_cast<std::int64_t>(file.classes.size()));
    }
    return 0;
}
