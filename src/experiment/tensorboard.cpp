#include "experiment/tensorboard.h"

#include <bit>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

#include "experiment/crc32c.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxBufferedEvents = 1U << 20U;

// A minimal Protocol Buffers encoder for the few fields of tensorflow.Event that are written here.
class Message {
  public:
    void put_integer(int field, std::uint64_t value) {
        varint(static_cast<std::uint64_t>(field) << 3U);
        varint(value);
    }
    void put_double(int field, double value) { fixed(field, 1, std::bit_cast<std::uint64_t>(value), 8); }
    void put_float(int field, float value) { fixed(field, 5, std::bit_cast<std::uint32_t>(value), 4); }
    void put_bytes(int field, std::string_view value) {
        varint(static_cast<std::uint64_t>(field) << 3U | 2U);
        varint(value.size());
        text_.append(value);
    }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) text_.push_back(static_cast<char>(value | 0x80));
        text_.push_back(static_cast<char>(value));
    }
    void fixed(int field, unsigned wire, std::uint64_t bits, int bytes) {
        varint(static_cast<std::uint64_t>(field) << 3U | wire);
        for (int i = 0; i < bytes; ++i) text_.push_back(static_cast<char>(bits >> (8 * i)));
    }
    std::string text_;
};

void put_little_endian(std::string& into, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) into.push_back(static_cast<char>(value >> (8 * i)));
}

std::uint32_t masked(std::string_view bytes) {
    const std::uint32_t sum = crc32c(bytes);
    return ((sum >> 15U) | (sum << 17U)) + 0xA282EAD8U;
}

// A TFRecord: length, its checksum, the data, their checksum.
void put_event(std::string& into, const Message& event) {
    std::string length;
    put_little_endian(length, event.text().size(), 8);
    into += length;
    put_little_endian(into, masked(length), 4);
    into += event.text();
    put_little_endian(into, masked(event.text()), 4);
}

Message event_at(double time, std::int64_t step) {
    Message event;
    event.put_double(1, time);
    event.put_integer(2, static_cast<std::uint64_t>(step));
    return event;
}

void put_value(std::string& into, double time, std::int64_t step, std::string_view value) {
    Message summary;
    summary.put_bytes(1, value);
    Message event = event_at(time, step);
    event.put_bytes(5, summary.text());
    put_event(into, event);
}

void put_beginning(std::string& into, double time) {
    Message version;
    version.put_double(1, time);
    version.put_bytes(3, "brain.Event:2");
    put_event(into, version);
    Message start;  // SessionLog START at step 0: readers drop the events of earlier attempts
    start.put_integer(1, 1);
    Message event = event_at(time, 0);
    event.put_bytes(7, start.text());
    put_event(into, event);
}

bool is_event_file(const std::string& name) { return name.find("tfevents") != std::string::npos; }

// "events.out.tfevents.<seconds>.<host>.<pid>.<n>": sorts after every existing file, even if the clock was set back.
std::string event_file_name(const fs::path& folder, WallTime time) {
    char host[256] = "localhost";
    ::gethostname(host, sizeof host - 1);
    auto seconds = static_cast<std::int64_t>(to_seconds(time));
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        const std::string name = entry->path().filename();
        const std::size_t digits = name.find("tfevents.");
        if (!is_event_file(name) || digits == std::string::npos) continue;
        seconds = std::max<std::int64_t>(seconds, std::strtoll(name.c_str() + digits + 9, nullptr, 10) + 1);
    }
    return fmt::format("events.out.tfevents.{:010}.{}.{}.0", seconds, host, ::getpid());
}

}  // namespace

TensorBoardWriter::TensorBoardWriter(FileDescriptor file, fs::path path, fs::path temporary)
    : file_(std::move(file)), path_(std::move(path)), temporary_(std::move(temporary)) {}

TensorBoardWriter::~TensorBoardWriter() {
    if (!published_) ::unlink(temporary_.c_str());
}

Result<std::unique_ptr<TensorBoardWriter>> TensorBoardWriter::create(const fs::path& folder, WallTime time) {
    GOETIA_TRY(make_folders(folder));
    const std::string name = event_file_name(folder, time);
    const fs::path temporary = folder / ".next_events";  // without "tfevents" in its name TensorBoard ignores it
    FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", temporary.native(), errno);
    std::unique_ptr<TensorBoardWriter> writer(new TensorBoardWriter(std::move(file), folder / name, temporary));
    put_beginning(writer->buffer_, to_seconds(time));
    return writer;
}

void TensorBoardWriter::put(double time, std::int64_t step, std::string_view value) {
    put_value(buffer_, time, step, value);
    if (buffer_.size() < kMaxBufferedEvents) return;
    if (fault_) fault_ = write_buffer();
    buffer_.clear();
}

Status TensorBoardWriter::write_buffer() {
    if (buffer_.empty()) return {};
    GOETIA_TRY(write_all(file_.get(), buffer_, path_));
    buffer_.clear();
    return {};
}

void TensorBoardWriter::scalar(std::string_view tag, std::int64_t step, double time, double value) {
    Message scalar;
    scalar.put_bytes(1, tag);
    scalar.put_float(2, static_cast<float>(value));
    put(time, step, scalar.text());
}

void TensorBoardWriter::image(std::string_view tag, std::int64_t step, double time, int width, int height,
                              std::string_view png) {
    Message image;
    image.put_integer(1, static_cast<std::uint64_t>(height));
    image.put_integer(2, static_cast<std::uint64_t>(width));
    image.put_integer(3, 3);
    image.put_bytes(4, png);
    Message value;
    value.put_bytes(1, tag);
    value.put_bytes(4, image.text());
    put(time, step, value.text());
}

Status TensorBoardWriter::flush() {
    GOETIA_TRY(fault_);
    GOETIA_TRY(write_buffer());
    if (published_) return {};
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return os_error("rename", temporary_.native(), errno);
    published_ = true;
    return retire_older();
}

// Older files are emptied, not removed: a TensorBoard that is reading one would not look for newer ones. By the next
// attempt it has moved on, and the empty file is removed.
Status TensorBoardWriter::retire_older() const {
    std::error_code code;
    std::vector<fs::path> older;
    for (fs::directory_iterator entry(path_.parent_path(), code), end; !code && entry != end; entry.increment(code)) {
        if (is_event_file(entry->path().filename()) && entry->path() != path_) older.push_back(entry->path());
    }
    for (const fs::path& path : older) {
        const bool empty = fs::file_size(path, code) == 0 && !code;
        const int done = empty ? ::unlink(path.c_str()) : ::truncate(path.c_str(), 0);
        if (done != 0 && errno != ENOENT) return os_error(empty ? "remove" : "empty", path.native(), errno);
    }
    return {};
}

}  // namespace goetia
