// The two files of `goetia score detection`, with a zero byte between them: what is read is matched and summed up.
#include <algorithm>

#include "fuzz/fuzz.h"
#include "fuzz/memory_file.h"
#include "metrics/coco_scores.h"
#include "metrics/coco_summary.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    static fuzz::MemoryFile truth_file, found_file;
    const std::string_view both = fuzz::text_of(data, size);
    const std::size_t end = std::min(both.find('\0'), size);
    const auto truth = truth_file.with(both.substr(0, end)),
               found = found_file.with(both.substr(std::min(end + 1, size)));
    for (const IouType type : {IouType::kBoxes, IouType::kMasks}) {
        const auto files = read_coco_files(truth, found, type);
        if (!files) continue;
        const CocoSummary summary = summarize_coco(match_coco_files(*files, type));
        fuzz::expect(summary.class_ap.size() == files->categories.size());
        for (const double stat : summary.stats) fuzz::expect(stat == -1 || (stat >= 0 && stat <= 1));
    }
    return 0;
}
