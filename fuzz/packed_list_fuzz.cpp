// The list of a packed split: rejected, or read completely. Its checksum is corrected first, since it protects against
// damage, not malice.
#include "base/json.h"
#include "feeding/packed/packed_list.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    const std::string_view text = fuzz::text_of(data, size);
    (void)parse_packed_list(text, "train.json");
    const auto list = read_packed_list(Json::parse(text, nullptr, false), "train.json");
    if (!list) return 0;
    const auto again = parse_packed_list(to_json(*list).dump(2), "train.json");
    fuzz::expect(again && *again == *list);
    for (const PackedFile& one : list->files) fuzz::expect(one.file.find('/') == std::string::npos);
    return 0;
}
