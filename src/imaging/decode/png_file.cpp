#include "imaging/decode/png_file.h"

#include "imaging/decode/exif.h"

namespace goetia {

Result<PngFile> PngFile::open(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    constexpr std::size_t kChunkLimit = std::size_t{64} << 20;  // of texts, profiles and other metadata
    PngFile file;
    file.name_ = name;
    file.context_.reset(spng_ctx_new(0));
    spng_ctx* context = file.context_.get();
    if (context == nullptr) return failed("cannot start the PNG decoder: out of memory");
    int code = spng_set_chunk_limits(context, kChunkLimit, kChunkLimit);
    if (code == 0) code = spng_set_png_buffer(context, bytes.data(), bytes.size());
    if (code == 0) code = spng_get_ihdr(context, &file.header_);
    if (code != 0) return cannot_decode(name, spng_strerror(code));
    GOETIA_TRY(check_size(file.header_.width, file.header_.height, name, limits));
    return file;
}

Result<std::vector<std::uint8_t>> PngFile::pixels(int format, int flags) {
    std::size_t size = 0;
    std::vector<std::uint8_t> pixels;
    int code = spng_decoded_image_size(context_.get(), format, &size);
    if (code == 0) {
        pixels.resize(size);
        code = spng_decode_image(context_.get(), pixels.data(), size, format, flags);
    }
    if (code == 0) code = spng_decode_chunks(context_.get());
    if (code != 0) return cannot_decode(name_, spng_strerror(code));
    return pixels;
}

int PngFile::orientation() const {
    spng_exif exif{};
    return spng_get_exif(context_.get(), &exif) == 0 ? exif_orientation({exif.data, exif.length}) : 1;
}

}  // namespace goetia
