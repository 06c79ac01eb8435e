#include "experiment/journal_records.h"

#include <cmath>
#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "config/config.h"
#include "config/json_schema.h"

namespace goetia {
namespace {

using ::testing::IsEmpty;

Json contract() { return Json::parse(read_file(builtin_contract() / "journal.schema.json").value()); }

std::vector<std::string> faults_of(std::string_view type, const Json& body) {
    const Json schema = contract();
    std::vector<std::string> texts;
    for (const Fault& fault : config::JsonSchema(schema).check(Json{{type, body}}))
        texts.push_back(fault.path + ": " + fault.message);
    return texts;
}

std::set<std::string> keys_of(const Json& object) {
    std::set<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.insert(key);
    return keys;
}

const AttemptRecord kAttempt{.attempt = 2,
                             .format = JournalFormat::kEpochMetricsOnce,
                             .experiment = "exp_20250627_143052_a3b8c9d2",
                             .name = "ears",
                             .seed = 42,
                             .epochs = 3,
                             .steps_per_epoch = 10,
                             .images_per_step = 64,
                             .threads = 2,
                             .best_metric = "val/accuracy_top1",
                             .best_mode = "max",
                             .resumed_from_step = 20,
                             .resumed_from_epoch = 2,
                             .resumed_from = "last.pth",
                             .world = 2,
                             .pid = 77,
                             .time = 1e9};
const StateRecord kState{
    .state = ExperimentState::kPaused, .reason = "on request", .epoch = 2, .step = 15, .time = 1e9};
const EpochRecord kEpoch{.epoch = 2,
                         .step = 20,
                         .time = 1e9,
                         .seconds = 2.5,
                         .seconds_waiting = 0.5,
                         .images = 640,
                         .metrics = {{"train/loss", 0.25}, {"val/loss", std::nan("")}}};
const CheckpointRecord kCheckpoint{.path = "checkpoints/last.pth",
                                   .kind = "last",
                                   .sha256 = std::string(64, 'a'),
                                   .bytes = 1234,
                                   .epoch = 2,
                                   .step = 20,
                                   .metrics = {{"val/loss", 0.5}}};
const EvaluationRecord::Curve kCurve{.name = "a", .x = {0, 0.5, 1}, .y = {1, 0.5, 0}, .score = 0.75};
const EvaluationRecord kEvaluation{
    .epoch = 2,
    .step = 20,
    .time = 1e9,
    .classes = {"a", "b"},
    .confusion_matrix = EvaluationRecord::Matrix{.normalize = false, .cells = {{0, 0, 5}, {1, 0, 2.5}}},
    .pr = EvaluationRecord::Curves{.shown = {kCurve}, .mean = kCurve, .classes = 2},
    .roc = EvaluationRecord::Curves{.shown = {kCurve, kCurve}, .mean = {}, .classes = 2}};
const ImageRecord kImage{.path = "training_curves.png", .title = "Training curves", .epoch = 2};
const NameRecord kName{.id = 3, .name = "train/loss"};
const SkippedSampleNote kSkipped{
    .split = "train", .sample = "a/1.png", .index = 7, .reason = "it ends too early", .epoch = 1};
const ImageNotDrawnNote kNotDrawn{.title = "ROC", .reason = "no class has a curve", .epoch = 2};
const NoticeNote kNotice{"the data changed"};

// The JSON of a struct matches the contract, member by member, and is read back unchanged.
template <class R, class As = R>
void expect_in_contract(const R& record) {
    const Json body = to_json(record);
    const std::string type(record_type_name(R::kType));
    EXPECT_THAT(faults_of(type, body), IsEmpty());
    EXPECT_EQ(to_json(record_from<As>(body)).dump(), body.dump());
    if constexpr (std::same_as<R, As>) {
        EXPECT_EQ(keys_of(body), keys_of(contract()["properties"][type]["properties"])) << type;
    }
}

TEST(JournalRecords, match_the_contract) {
    expect_in_contract(kAttempt);
    expect_in_contract(kState);
    expect_in_contract(kEpoch);
    expect_in_contract(kCheckpoint);
    expect_in_contract(kEvaluation);
    expect_in_contract(kImage);
    expect_in_contract(kName);
    expect_in_contract<SkippedSampleNote, NoteRecord>(kSkipped);
    expect_in_contract<ImageNotDrawnNote, NoteRecord>(kNotDrawn);
    expect_in_contract<NoticeNote, NoteRecord>(kNotice);
    const Record point{
        .type = RecordType::kPoint, .sequence = 9, .body = {}, .point = Point{"train/loss", 1, 1, 1e9, NAN}};
    EXPECT_THAT(faults_of("point", to_json(point)["body"]), IsEmpty());
    EXPECT_EQ(to_json(point)["type"], "point");
    EXPECT_EQ(to_json(point)["sequence"], 9);
}

TEST(JournalRecords, the_contract_refuses_invalid_records) {
    EXPECT_THAT(faults_of("state", {{"state", "asleep"}}), testing::Not(IsEmpty()));
    EXPECT_THAT(faults_of("epoch", {{"epoch", 1}}), testing::Not(IsEmpty()));
    EXPECT_THAT(faults_of("note", {{"kind", "skipped_sample"}}), testing::Not(IsEmpty()));
    EXPECT_THAT(faults_of("shape", Json::object()), testing::Not(IsEmpty()));
}

TEST(JournalRecords, the_contract_names_every_state_that_is_journaled) {
    std::set<std::string> journaled;
    const Json schema = contract();
    for (const Json& name : schema["properties"]["state"]["properties"]["state"]["enum"]) journaled.insert(name);
    for (const std::string& name : journaled) EXPECT_TRUE(state_from_name(name)) << name;
    using enum ExperimentState;
    for (const ExperimentState state : {kCreated, kRunning, kPaused, kCompleted, kStopped, kFailed, kInterrupted}) {
        const bool found_out =
            state == kCreated || state == kInterrupted;  // never journaled: inferred from what is missing
        EXPECT_EQ(journaled.contains(std::string(state_name(state))), !found_out) << state_name(state);
    }
}

TEST(JournalRecords, missing_members_have_defaults_and_unknown_ones_are_ignored) {
    const auto attempt = record_from<AttemptRecord>({{"attempt", 1}, {"shoe_size", 43}, {"epochs", "many"}});
    EXPECT_EQ(attempt.attempt, 1);
    EXPECT_EQ(attempt.resumed_from_step, -1);
    EXPECT_FALSE(attempt.epochs);
    EXPECT_FALSE(attempt.resumed_from);
    EXPECT_EQ(record_from<StateRecord>({{"state", "dreaming"}}).state, ExperimentState::kRunning);
    EXPECT_TRUE(record_from<EpochRecord>({{"metrics", {1, 2}}}).metrics.empty());
    EXPECT_EQ(record_from<NameRecord>({{"name", "x"}}).id, -1);
    for (const Json& odd : {Json::object(), Json(nullptr), Json::array({1, 2})}) {
        EXPECT_EQ(record_from<CheckpointRecord>(odd).step, 0);
        EXPECT_EQ(note_kind(record_from<NoteRecord>(odd)), "");
    }
}

TEST(JournalRecords, numbers_out_of_range_give_the_default) {
    EXPECT_EQ(record_from<AttemptRecord>({{"attempt", std::int64_t{1} << 40}}).attempt, 0);
    EXPECT_EQ(record_from<StateRecord>({{"step", 1e300}}).step, 0);
    EXPECT_EQ(record_from<StateRecord>({{"step", 12.0}}).step, 12);
    EXPECT_EQ(record_from<CheckpointRecord>({{"bytes", -1}}).bytes, 0U);
    const std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(record_from<CheckpointRecord>({{"bytes", huge}}).bytes, huge);
    EXPECT_EQ(record_from<CheckpointRecord>({{"step", huge}}).step, 0);
}

TEST(JournalRecords, a_note_of_an_unknown_kind_is_kept_as_it_is) {
    const Json body{{"kind", "weather"}, {"degrees", 21}};
    const auto note = record_from<NoteRecord>(body);
    EXPECT_EQ(note_kind(note), "weather");
    EXPECT_EQ(to_json(note), body);
}

// As the runtime wrote them before there was a contract (2026-11-29).
TEST(JournalRecords, older_journals_are_read_completely) {
    const Json attempt = Json::parse(
        R"({"attempt":2,"experiment":"exp_1","name":"n","seed":42,"epochs":3,"steps_per_epoch":12,"images_per_step":8,)"
        R"("threads":1,"best_metric":"val/loss","best_mode":"min","resumed_from_step":24,"resumed_from_epoch":2,)"
        R"("world":1,"pid":12,"time":1764500000.5,"resumed_from":"last.pth"})");
    EXPECT_EQ(to_json(record_from<AttemptRecord>(attempt)).size(), attempt.size() + 1) << "and its format";
    for (const auto& [key, value] : attempt.items())
        EXPECT_EQ(to_json(record_from<AttemptRecord>(attempt))[key], value) << key;
    const Json epoch =
        Json::parse(R"({"epoch":1,"step":12,"time":1764500000.5,"seconds":1.5,"seconds_waiting":0.25,"images":96.0,)"
                    R"("metrics":{"train/loss":0.5,"train/lr":0.1,"val/loss":null}})");
    EXPECT_EQ(to_json(record_from<EpochRecord>(epoch)).dump(), epoch.dump());
}

}  // namespace
}  // namespace goetia
