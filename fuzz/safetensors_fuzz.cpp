#include "fuzz/memory_file.h"
#include "weights/safetensors.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static goetia::fuzz::MemoryFile file;
    static_cast<void>(goetia::read_safetensors(file.with(goetia::fuzz::text_of(data, size))));
    return 0;
}
