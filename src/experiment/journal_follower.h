// Follows the journals of an experiment, attempt by attempt, and passes typed records to a visitor, in order. Only the
// names of the metrics are kept, so that a history of any length is read in constant memory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/folder.h"
#include "experiment/journal_records.h"

namespace goetia {

// The position after the last record read: the newest attempt, the number of its next record, and where that begins.
struct JournalPosition {
    int attempt = 0;  // 0: nothing was read
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
    auto operator<=>(const JournalPosition&) const = default;
};

Json to_json(const JournalPosition& position);
JournalPosition position_from_json(const Json& json);  // missing members are 0

// Whether nothing was journaled after `position`.
bool is_up_to_date(const ExperimentFolder& folder, const JournalPosition& position);

// The names of the metrics, each with a number that is the same in all attempts. Store the number rather than the name.
class MetricNames {
  public:
    MetricId id_of(std::string_view name);
    [[nodiscard]] const std::string& name_of(MetricId id) const { return *names_[id]; }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

  private:
    std::map<std::string, MetricId, std::less<>> ids_;
    std::vector<const std::string*> names_;  // the keys of ids_
};

// A point on its way through a visitor.
struct JournaledPoint {
    MetricId metric = 0;    // of the follower's MetricNames
    std::string_view name;  // valid as long as the names
    std::int64_t step = 0;
    std::int64_t epoch = 0;
    double time = 0;
    double value = 0;
    int attempt = 0;  // of the record that contains it
    std::uint64_t sequence = 0;
};

class JournalVisitor {
  public:
    virtual ~JournalVisitor() = default;

    // Records of other types are skipped without being parsed.
    [[nodiscard]] virtual bool accepts(RecordType) const { return true; }

    virtual void on_attempt(const AttemptRecord&, const JournalPosition& /*at*/) {}
    virtual void on_state(const StateRecord&) {}
    virtual void on_point(const JournaledPoint&) {}  // the metrics of an epoch are points, too: see epoch_points()
    virtual void on_epoch(const EpochRecord&) {}
    virtual void on_checkpoint(const CheckpointRecord&) {}
    virtual void on_image(const ImageRecord&) {}
    virtual void on_note(const NoteRecord&) {}
    virtual void on_evaluation(const EvaluationRecord&) {}
    virtual void on_damage(const std::string& /*sentence*/) {}  // what could not be read; what follows is intact
};

class JournalFollower {
  public:
    explicit JournalFollower(ExperimentFolder folder, std::shared_ptr<MetricNames> names = nullptr);

    // Continues where another follower ended, in this process or an earlier one; the preceding part of that journal is
    // only read for the names of the metrics. An Error when no record begins there.
    Status resume_from(const JournalPosition& position);

    // Reads everything that was journaled since, in order.
    Status update(JournalVisitor& visitor);
    [[nodiscard]] JournalPosition position() const;
    [[nodiscard]] const MetricNames& names() const { return *names_; }

  private:
    Status open(int attempt);
    Status read_on(JournalVisitor& visitor);
    void dispatch(const RecordView& record, JournalVisitor& visitor);
    template <class AnyPoint>  // of a point's own record, or of an epoch's
    [[nodiscard]] JournaledPoint journaled(MetricId id, const AnyPoint& point, std::uint64_t sequence) const;
    void dispatch_point(const RecordView& record, JournalVisitor& visitor);
    void dispatch_epoch(const EpochRecord& epoch, std::uint64_t sequence, JournalVisitor& visitor);
    void report_damage(const std::string& sentence, JournalVisitor& visitor);

    ExperimentFolder folder_;
    std::shared_ptr<MetricNames> names_;
    int attempt_ = 0;
    std::unique_ptr<JournalReader> reader_;
    JournalFormat format_ = JournalFormat::kEpochMetricsTwice;  // of this attempt
    std::vector<MetricId> ids_;    // of this attempt's metrics, by their number in its journal
    std::string reported_damage_;  // the last damage reported
};

}  // namespace goetia
