#include "fuzz/fuzz.h"
#include "weights/pickle_reader.h"
#include "weights/pickle_values.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    goetia::ByteReader bytes({reinterpret_cast<const std::byte*>(data), size});
    static_cast<void>(goetia::pickle::read_pickle(bytes));
    return 0;
}
