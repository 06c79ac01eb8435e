// Follows the journals of an experiment, attempt after attempt, and hands on what its reader wants, typed and in order.
// Nothing is kept but the names of the metrics, so that a history of any length is read in constant memory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/folder.h"
#include "experiment/journal_records.h"

namespace goetia {

// Just behind the last record read: the newest attempt, the number of its next record, and where that begins.
struct JournalPosition {
    int attempt = 0;  // 0: nothing was read
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
    auto operator<=>(const JournalPosition&) const = default;
};

Json to_json(const JournalPosition& position);
JournalPosition position_from_json(const Json& json);  // what is missing is 0

// Whether nothing was journaled since a reader was there.
bool is_all_there_is(const ExperimentFolder& folder, const JournalPosition& position);

// The metrics' names, each with a number that holds for all attempts. Who must keep points keeps the number.
class MetricNames {
  public:
    MetricId id_of(std::string_view name);
    [[nodiscard]] const std::string& name_of(MetricId id) const { return *names_[id]; }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

  private:
    std::map<std::string, MetricId, std::less<>> ids_;
    std::vector<const std::string*> names_;  // the keys of ids_
};

// A point as it passes by.
struct SeenPoint {
    MetricId metric = 0;    // of the follower's MetricNames
    std::string_view name;  // as long as they live
    std::int64_t step = 0;
    std::int64_t epoch = 0;
    double time = 0;
    double value = 0;
    int attempt = 0;  // which record said it
    std::uint64_t sequence = 0;
};

class JournalVisitor {
  public:
    virtual ~JournalVisitor() = default;

    // Records of a type that is not wanted are passed by without being looked into.
    [[nodiscard]] virtual bool wants(RecordType) const { return true; }

    virtual void on_attempt(const AttemptRecord&, const JournalPosition& /*at*/) {}
    virtual void on_state(const StateRecord&) {}
    virtual void on_point(const SeenPoint&) {}  // an epoch's metrics are points too: see epoch_points()
    virtual void on_epoch(const EpochRecord&) {}
    virtual void on_checkpoint(const CheckpointRecord&) {}
    virtual void on_image(const ImageRecord&) {}
    virtual void on_note(const NoteRecord&) {}
    virtual void on_evaluation(const EvaluationRecord&) {}
    virtual void on_damage(const std::string& /*sentence*/) {}  // what could not be read; what follows is whole
};

class JournalFollower {
  public:
    explicit JournalFollower(ExperimentFolder folder, std::shared_ptr<MetricNames> names = nullptr);

    // Goes on where another follower was, in this process or an earlier one; what lies before in that journal is passed
    // by for the metrics' names alone. An Error when no record begins there.
    Status go_on_from(const JournalPosition& position);

    // Everything that was journaled since, in order.
    Status update(JournalVisitor& visitor);
    [[nodiscard]] JournalPosition position() const;
    [[nodiscard]] const MetricNames& names() const { return *names_; }

  private:
    Status open(int attempt);
    Status read_on(JournalVisitor& visitor);
    void hand_on(const RecordView& record, JournalVisitor& visitor);
    template <class AnyPoint>  // of a record by itself, or of an epoch
    [[nodiscard]] SeenPoint seen(MetricId id, const AnyPoint& point, std::uint64_t sequence) const;
    void hand_on_point(const RecordView& record, JournalVisitor& visitor);
    void hand_on_epoch(const EpochRecord& epoch, std::uint64_t sequence, JournalVisitor& visitor);
    void tell_damage(const std::string& sentence, JournalVisitor& visitor);

    ExperimentFolder folder_;
    std::shared_ptr<MetricNames> names_;
    int attempt_ = 0;
    std::unique_ptr<JournalReader> reader_;
    JournalFormat format_ = JournalFormat::kEpochMetricsTwice;  // of this attempt
    std::vector<MetricId> ids_;                                 // of this attempt's metrics, by their number there
    std::string told_;                                          // the damage last told
};

}  // namespace goetia
