#include "datasets/formats/yolo_file.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const goetia::YoloImage image{640, 480, {static_cast<int>(size % 3), 3}};
    for (const auto& one : goetia::parse_yolo_labels(goetia::fuzz::text_of(data, size), "x.txt", image).objects)
        goetia::fuzz::expect(one.label >= 0);
    return 0;
}
