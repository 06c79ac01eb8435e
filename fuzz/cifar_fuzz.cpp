#include "fetch/catalogue/cifar.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::int64_t taken = 0;
    const auto take = [&](std::int64_t index, const goetia::CifarImage& image) -> goetia::Status {
        goetia::fuzz::expect(index == taken && image.label >= 0 && image.label < 10);
        goetia::fuzz::expect(image.image.pixels.size() == 3072);
        ++taken;
        return {};
    };
    const auto read = goetia::read_cifar_batch(goetia::fuzz::text_of(data, size), "batch.bin", 10, take);
    goetia::fuzz::expect(!read || taken * 3073 == static_cast<std::int64_t>(size));
    return 0;
}
