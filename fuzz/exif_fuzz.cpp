#include "fuzz/fuzz.h"
#include "imaging/decode/exif.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = goetia::fuzz::text_of(data, size);
    const int whole = goetia::jpeg_orientation(bytes), block = goetia::exif_orientation(bytes);
    goetia::fuzz::expect(whole >= 1 && whole <= 8 && block >= 1 && block <= 8);
    return 0;
}
