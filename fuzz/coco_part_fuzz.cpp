// Dividing a COCO file: valid JSON stays valid, and only complete images are taken.
#include <string>

#include "base/json.h"
#include "datasets/splits/split_files.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string document(goetia::fuzz::text_of(data, size));
    const auto part = goetia::part_of_coco(document, {"1", "2"});
    if (!part || !goetia::Json::accept(document)) return 0;
    const goetia::Json json = goetia::Json::parse(*part, nullptr, false);
    goetia::fuzz::expect(json.is_object());
    if (!json.contains("images")) return 0;
    for (const goetia::Json& image : json["images"]) goetia::fuzz::expect(image.is_object());
    return 0;
}
