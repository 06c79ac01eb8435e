#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include <tiffio.h>

#include "imaging/decode/alpha.h"
#include "imaging/decode/exif.h"
#include "imaging/decode/formats.h"

namespace goetia {
namespace {

// The file in memory, as libtiff reads it, and the first error it reported.
struct Source {
    std::string_view bytes;
    toff_t at = 0;
    std::string fault;
};

Source& source_of(thandle_t handle) { return *static_cast<Source*>(handle); }

tmsize_t read(thandle_t handle, void* to, tmsize_t size) {
    Source& source = source_of(handle);
    if (source.at >= source.bytes.size() || size <= 0) return 0;
    const auto count = std::min<std::size_t>(static_cast<std::size_t>(size), source.bytes.size() - source.at);
    std::memcpy(to, source.bytes.data() + source.at, count);
    source.at += count;
    return static_cast<tmsize_t>(count);
}

tmsize_t write(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek(thandle_t handle, toff_t offset, int from) {
    Source& source = source_of(handle);
    if (from == SEEK_CUR) offset += source.at;
    if (from == SEEK_END) offset += source.bytes.size();
    return source.at = offset;
}

int close(thandle_t) { return 0; }
toff_t size(thandle_t handle) { return source_of(handle).bytes.size(); }
// The library reads the bytes in place, as it does with a mapped file.
int map(thandle_t handle, void** begin, toff_t* length) {
    const std::string_view bytes = source_of(handle).bytes;
    *begin = const_cast<char*>(bytes.data());
    *length = bytes.size();
    return 1;
}
void unmap(thandle_t, void*, toff_t) {}

int keep_fault(TIFF*, void* user, const char*, const char* format, va_list arguments) {
    auto& fault = static_cast<Source*>(user)->fault;
    if (!fault.empty()) return 1;
    char text[512];
    if (std::vsnprintf(text, sizeof(text), format, arguments) > 0) fault = text;
    return 1;
}

int ignore(TIFF*, void*, const char*, const char*, va_list) { return 1; }  // warnings

struct Close {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
    void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};
using Tiff = std::unique_ptr<TIFF, Close>;

Tiff open(Source& source, std::int64_t memory) {
    const std::unique_ptr<TIFFOpenOptions, Close> options(TIFFOpenOptionsAlloc());
    if (!options) return nullptr;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), memory);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_fault, &source);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore, nullptr);
    return Tiff(TIFFClientOpenExt("image", "r", &source, read, write, seek, close, size, map, unmap, options.get()));
}

// libtiff's error text ("image: Not a TIFF") without the name and in lower case.
std::string tiff_reason(const Source& source) {
    std::string text = source.fault.empty() ? "the TIFF library cannot read it" : source.fault;
    while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
    if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

// The library premultiplies colours with unassociated alpha; declared as associated, they stay unchanged.
bool take_alpha_as_it_is(TIFF* tiff) {
    std::uint16_t count = 0;
    std::uint16_t* kinds = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1 || count == 0) return true;
    if (kinds[0] != EXTRASAMPLE_UNASSALPHA) return true;
    std::vector<std::uint16_t> changed(kinds, kinds + count);
    changed[0] = EXTRASAMPLE_ASSOCALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, count, changed.data());
    return false;
}

}  // namespace

Result<Image> decode_tiff(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    Source source{.bytes = bytes};
    const Tiff tiff = open(source, std::max<std::int64_t>(limits.pixels * 8, 1 << 20));
    if (!tiff) return cannot_decode(name, tiff_reason(source));
    std::uint32_t width = 0, height = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
    GOETIA_TRY(check_size(width, height, name, limits));

    std::uint16_t orientation = 1;
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_ORIENTATION, &orientation);
    TIFFSetField(tiff.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    const bool premultiplied = take_alpha_as_it_is(tiff.get());
    char why[1024] = "";
    if (TIFFRGBAImageOK(tiff.get(), why) == 0) return cannot_decode(name, why);
    // The library gives integers with red in the lowest byte: in memory R, G, B, A.
    std::vector<std::uint32_t> raster(static_cast<std::size_t>(width) * height);
    const int done =
        TIFFReadRGBAImageOriented(tiff.get(), width, height, raster.data(), ORIENTATION_TOPLEFT, /*stop on error*/ 1);
    if (done == 0 || !source.fault.empty()) return cannot_decode(name, tiff_reason(source));

    Image rgba{static_cast<int>(width), static_cast<int>(height), 4, {}};
    rgba.pixels.reserve(raster.size() * 4);
    for (const std::uint32_t pixel : raster) {
        for (const std::uint32_t level : {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel), TIFFGetA(pixel)})
            rgba.pixels.push_back(static_cast<std::uint8_t>(level));
    }
    return upright(without_alpha(rgba, limits.background, premultiplied), orientation);
}

}  // namespace goetia
