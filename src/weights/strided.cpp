#include "weights/strided.h"

#include <cstring>

namespace goetia {
namespace {

bool is_contiguous(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
    std::int64_t step = 1;
    for (std::size_t i = shape.size(); i > 0; --i) {
        if (shape[i - 1] != 1 && strides[i - 1] != step) return false;
        step *= shape[i - 1];
    }
    return true;
}

// Copies element by element, the last dimension fastest.
void gather(const std::byte* from, std::byte* to, std::size_t width, const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
    std::vector<std::int64_t> index(shape.size(), 0);
    std::int64_t place = 0;
    for (;;) {
        std::memcpy(to, from + place * static_cast<std::int64_t>(width), width);
        to += width;
        std::size_t axis = shape.size();
        while (axis > 0 && ++index[axis - 1] == shape[axis - 1]) {
            place -= strides[axis - 1] * (shape[axis - 1] - 1);
            index[--axis] = 0;
        }
        if (axis == 0) return;
        place += strides[axis - 1];
    }
}

}  // namespace

Result<Tensor> view_of(const Tensor& storage, DType dtype, std::int64_t elements, std::int64_t offset,
                       const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
    constexpr std::int64_t kMost = std::int64_t{1} << 48;
    if (shape.size() != strides.size() || shape.size() > 64 || offset < 0 || offset > elements) return invalid("a tensor's shape does not fit its storage");
    std::int64_t count = 1;
    __int128 last = offset;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] < 0 || strides[i] < 0 || shape[i] > kMost || strides[i] > kMost) return invalid("a tensor has a size or stride of {}, outside what is possible", shape[i] < 0 ? shape[i] : strides[i]);
        if (__builtin_mul_overflow(count, shape[i], &count) || count > kMost) return invalid("a tensor has more elements than is possible");
        last += static_cast<__int128>(std::max<std::int64_t>(0, shape[i] - 1)) * strides[i];
    }
    Tensor tensor{.dtype = dtype, .shape = shape, .memory = storage.memory, .data = storage.data};
    if (count == 0) return tensor;
    if (last >= elements) return invalid("a tensor reaches to element {} of a storage of {}", static_cast<std::int64_t>(last), elements);
    const std::size_t width = size_of(dtype);
    tensor.data = storage.data + static_cast<std::size_t>(offset) * width;
    if (is_contiguous(shape, strides)) return tensor;
    if (count > (std::int64_t{1} << 34)) return invalid("an expanded tensor of {} elements is refused", count);
    const auto copy = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(count) * width);
    gather(tensor.data, copy->data(), width, shape, strides);
    tensor.memory = copy;
    tensor.data = copy->data();
    return tensor;
}

}  // namespace goetia
