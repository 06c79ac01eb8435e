// A task's package, as anybody may send it to a master.
#include "fuzz/fuzz.h"
#include "package/task_package.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto manifest = goetia::read_package(goetia::fuzz::text_of(data, size));
    if (manifest) goetia::fuzz::expect(goetia::unpacked_bytes(manifest->files) <= goetia::kLargestPackage);
    return 0;
}
