// Compressed counts, and the mask they decode to if they fit the height and width given by the first bytes.
#include "fuzz/fuzz.h"
#include "imaging/masks/rle.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    if (size < 2) return 0;
    const auto counts = expand_counts(fuzz::text_of(data + 2, size - 2));
    if (!counts) return 0;
    fuzz::expect(*expand_counts(compress_counts(*counts)) == *counts);
    const Rle runs{data[0], data[1], *counts};
    if (!check_runs(runs)) return 0;
    const auto rows = decode_runs(runs);
    const Rle again = encode_runs(rows, runs.height, runs.width);
    fuzz::expect(area_of(again) == area_of(runs) && box_of(again) == box_of(runs));
    const auto overlap = iou_of(runs, again, false);
    fuzz::expect(*overlap == (area_of(runs) > 0 ? 1.0 : 0.0));
    return 0;
}
