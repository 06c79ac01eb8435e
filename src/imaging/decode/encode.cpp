#include "imaging/decode/encode.h"

#include <cstdlib>
#include <memory>

#include <spng.h>
#include <turbojpeg.h>

namespace goetia {

Result<std::string> encode_png(const Image& image) {
    struct Free {
        void operator()(spng_ctx* context) const { spng_ctx_free(context); }
    };
    const std::unique_ptr<spng_ctx, Free> context(spng_ctx_new(SPNG_CTX_ENCODER));
    if (!context) return failed("cannot start the PNG encoder: out of memory");
    const auto refuse = [](int code) { return failed("cannot write a PNG: {}", spng_strerror(code)); };
    spng_ihdr header{};
    header.width = static_cast<std::uint32_t>(image.width);
    header.height = static_cast<std::uint32_t>(image.height);
    header.bit_depth = 8;
    header.color_type = image.channels == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
    if (const int code = spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1); code != 0) return refuse(code);
    if (const int code = spng_set_ihdr(context.get(), &header); code != 0) return refuse(code);
    if (const int code = spng_encode_image(context.get(), image.pixels.data(), image.pixels.size(), SPNG_FMT_PNG,
                                           SPNG_ENCODE_FINALIZE);
        code != 0)
        return refuse(code);
    std::size_t size = 0;
    int code = 0;
    const std::unique_ptr<void, decltype(&std::free)> bytes(spng_get_png_buffer(context.get(), &size, &code),
                                                            std::free);
    if (!bytes) return refuse(code);
    return std::string(static_cast<const char*>(bytes.get()), size);
}

Result<std::string> encode_jpeg(const Image& image, int quality, bool exact) {
    const std::unique_ptr<void, decltype(&tjDestroy)> handle(tjInitCompress(), tjDestroy);
    if (!handle) return failed("cannot start the JPEG encoder: {}", tjGetErrorStr2(nullptr));
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    const bool grey = image.channels == 1;
    const int code =
        tjCompress2(handle.get(), image.pixels.data(), image.width, 0, image.height, grey ? TJPF_GRAY : TJPF_RGB,
                    &bytes, &size, grey ? TJSAMP_GRAY : TJSAMP_420, quality, exact ? TJFLAG_ACCURATEDCT : 0);
    const std::unique_ptr<unsigned char, decltype(&tjFree)> owned(bytes, tjFree);
    if (code != 0) return failed("cannot write a JPEG: {}", tjGetErrorStr2(handle.get()));
    return std::string(reinterpret_cast<const char*>(owned.get()), size);
}

}  // namespace goetia
