#include "datasets/fingerprint.h"

#include <atomic>
#include <cstring>
#include <mutex>
#include <set>
#include <vector>

#include "base/hash.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kUnreadable = "unreadable";

// Numbers as raw bytes, so that no precision is lost; all supported machines are little-endian.
class Bytes {
  public:
    template <class Number>
    void add(const Number& number) {
        static_assert(std::is_arithmetic_v<Number>);
        char raw[sizeof number];
        std::memcpy(raw, &number, sizeof number);
        text_.append(raw, sizeof raw);
    }
    template <class Number>
    void add_all(const std::vector<Number>& numbers) {
        add(numbers.size());
        for (const Number number : numbers) add(number);
    }
    std::string& text() { return text_; }

  private:
    std::string text_;
};

void add_instance(const Instance& instance, Bytes& bytes) {
    bytes.add(instance.label);
    for (const float corner : {instance.box.x1, instance.box.y1, instance.box.x2, instance.box.y2}) bytes.add(corner);
    bytes.add(instance.area);
    bytes.add(instance.polygons.size());
    for (const Polygon& polygon : instance.polygons) bytes.add_all(polygon);
    bytes.add(instance.mask.has_value());
    if (instance.mask) {
        bytes.add(instance.mask->height), bytes.add(instance.mask->width);
        bytes.add_all(instance.mask->counts);
    }
    bytes.add(instance.key_points.size());
    for (const KeyPoint& point : instance.key_points) bytes.add(point.x), bytes.add(point.y), bytes.add(point.visible);
    bytes.add(instance.crowd), bytes.add(instance.difficult), bytes.add(instance.truncated);
}

// The numbers of the occluded objects. A set without any keeps the fingerprint it had before these marks were counted,
// so that its runs can still be resumed.
void add_occluded(const std::vector<Instance>& instances, Bytes& bytes) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        if (instances[i].occluded) numbers.push_back(i);
    }
    if (numbers.empty()) return;
    bytes.text() += "occluded ";
    bytes.add_all(numbers);
}

// Files that cannot be read are hashed as such: whether a run may continue without them is decided by its policy for
// broken samples.
class HashedOrUnreadable {
  public:
    explicit HashedOrUnreadable(FileHashes& hashes) : hashes_(hashes) {}

    std::string sum_of(const fs::path& path, std::int64_t sample) {
        Result<std::string> sum = hashes_.sha256(path);
        if (sum) return std::move(sum).value();
        const std::scoped_lock lock(mutex_);
        if (count_++ == 0 || sample < first_sample_) first_sample_ = sample, first_ = path.native();
        return std::string(kUnreadable);
    }

    // Once all threads are done.
    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] const std::string& first() const { return first_; }

  private:
    FileHashes& hashes_;
    std::mutex mutex_;
    std::int64_t count_ = 0, first_sample_ = 0;
    std::string first_;
};

}  // namespace

std::string certified_text(const Sample& sample, const std::string& sha256, const std::string& mask_sha256) {
    Bytes bytes;
    bytes.text() = fmt::format("{} {} {} {}\n", sample.name.size(), sample.name, sample.label, sha256);
    if (!sample.subject.empty()) bytes.text() += fmt::format("subject {} {}\n", sample.subject.size(), sample.subject);
    if (sample.has_mask()) bytes.text() += fmt::format("mask {}\n", mask_sha256);
    if (!sample.values.empty()) {
        bytes.text() += "values ";
        bytes.add_all(sample.values);
    }
    if (!sample.instances.empty()) {
        bytes.text() += fmt::format("instances {} ", sample.instances.size());
        for (const Instance& instance : sample.instances) add_instance(instance, bytes);
        add_occluded(sample.instances, bytes);
    }
    return std::move(bytes.text());
}

Result<Certificate> certify(const Dataset& dataset, FileHashes& hashes, const ParallelOptions& options) {
    std::vector<std::string> texts(static_cast<std::size_t>(dataset.size()));
    std::atomic<std::int64_t> annotations{0};
    HashedOrUnreadable files(hashes);
    std::mutex mutex;
    std::set<std::string> subjects;
    const auto add = [&](std::int64_t i) -> Status {
        GOETIA_ASSIGN(const Sample sample, dataset.sample(i));
        const std::string sum = sample.stored ? sha256_hex(sample.stored.bytes) : files.sum_of(sample.path, i);
        const std::string mask = sample.stored_mask  ? sha256_hex(sample.stored_mask.bytes)
                                 : sample.has_mask() ? files.sum_of(sample.mask_path, i)
                                                     : std::string();
        std::string text = certified_text(sample, sum, mask);
        // Long texts are hashed here, on all cores, and not kept.
        texts[static_cast<std::size_t>(i)] = sample.instances.empty() ? std::move(text) : sha256_hex(text) + "\n";
        annotations += static_cast<std::int64_t>(sample.instances.size());
        if (sample.subject.empty()) return {};
        const std::scoped_lock lock(mutex);
        subjects.insert(sample.subject);
        return {};
    };
    GOETIA_TRY(parallel_for(dataset.size(), options, add));
    Sha256 sum;
    for (const std::string& name : dataset.classes()) sum.add(fmt::format("{} {}\n", name.size(), name));
    for (const std::string& text : texts) sum.add(text);
    return Certificate{.fingerprint = sum.hex(),
                       .samples = dataset.size(),
                       .annotations = annotations,
                       .classes = static_cast<std::int64_t>(dataset.classes().size()),
                       .subjects = static_cast<std::int64_t>(subjects.size()),
                       .unreadable = files.count(),
                       .first_unreadable = files.first()};
}

Json to_json(const Certificate& certificate) {
    return {{"fingerprint", certificate.fingerprint}, {"images", certificate.samples},
            {"annotations", certificate.annotations}, {"classes", certificate.classes},
            {"subjects", certificate.subjects},       {"unreadable", certificate.unreadable}};
}

fs::path common_folder(const fs::path& one, const fs::path& other) {
    if (one.empty() || other.empty()) return one.empty() ? other : one;
    fs::path common = one;
    const std::string& folder = other.native();
    while (folder != common.native() && !folder.starts_with(common.native() + "/") && common.native().size() > 1)
        common = common.parent_path();
    return common;
}

Result<fs::path> common_folder(const Dataset& dataset) {
    fs::path common;
    if (!dataset.known_fingerprint().empty()) return common;  // a packed set need not be read for this
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, dataset.sample(i));
        if (sample.path.empty()) continue;  // no file of its own
        common = common_folder(common, fs::absolute(sample.path).lexically_normal().parent_path());
    }
    return common;
}

Result<std::string> fingerprint(const Dataset& dataset, const StopToken& stop) {
    if (std::string known = dataset.known_fingerprint(); !known.empty()) return known;
    GOETIA_ASSIGN(const fs::path folder, common_folder(dataset));
    const fs::path cache = user_cache();
    FileHashes hashes(folder, cache.empty() ? cache : cache / "hashes");
    GOETIA_ASSIGN(const Certificate certificate, certify(dataset, hashes, {.stop = stop}));
    static_cast<void>(hashes.save());  // if the cache cannot be written, only the next call takes longer
    return certificate.fingerprint;
}

}  // namespace goetia
