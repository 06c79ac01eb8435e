// A growing scratch buffer, reused from image to image.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace goetia {

template <class T>
class AlignedBuffer {
  public:
    // At least `count` elements, 64-byte aligned, followed by 64 bytes that may be read and written. Growing discards
    // the contents.
    T* hold(std::size_t count) {
        if (count > count_) {
            const std::size_t bytes = (count * sizeof(T) + 64 + 63) / 64 * 64;
            memory_.reset();
            memory_.reset(static_cast<T*>(std::aligned_alloc(64, bytes)));
            count_ = memory_ ? count : 0;
            if (!memory_) throw std::bad_alloc();
        }
        return memory_.get();
    }

    [[nodiscard]] T* data() const { return memory_.get(); }

  private:
    struct Free {
        void operator()(T* memory) const { std::free(memory); }
    };
    std::unique_ptr<T, Free> memory_;
    std::size_t count_ = 0;
};

}  // namespace goetia
