// A program or a shared library, of which only what it needs is read.
#include "fuzz/fuzz.h"
#include "package/elf_file.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto elf = goetia::elf_from_bytes(goetia::fuzz::text_of(data, size), "fuzzed");
    if (elf && *elf) goetia::fuzz::expect((*elf)->path_entry >= 0 && !(*elf)->processor.empty());
    return 0;
}
