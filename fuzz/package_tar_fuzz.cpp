// The tar archive of a package, already decompressed.
#include <algorithm>

#include "archive/tar_reader.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using goetia::fuzz::expect;
    goetia::TextSource source(goetia::fuzz::text_of(data, size));
    goetia::TarReader reader(source);
    for (std::size_t entries = 0; entries <= size; ++entries) {
        const auto entry = reader.next();
        if (!entry || !*entry) return 0;
        const auto& path = (*entry)->path;
        expect(path.is_relative() &&
               std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".." || part == "."; }));
        expect((*entry)->bytes >= 0);
        char piece[100];
        for (;;) {
            const auto got = reader.read(piece);
            if (!got || *got == 0) break;
        }
    }
    return 0;
}
