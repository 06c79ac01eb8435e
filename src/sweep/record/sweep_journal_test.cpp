#include "sweep/record/sweep_journal.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

#include "sweep/record/sweep_summary.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Json first_record() {
    return sweep_record({.strategy = Strategy::kHalving, .trials = 4, .seed = 7, .first_rung = 1, .eta = 2},
                        {{"file", "/configs/tiny.yaml"}, {"config_dirs", {"/more groups"}}});
}

// Three trials: one completed, one lost at the first rung, one was running.
std::vector<Json> some_records() {
    return {objective_record("val/accuracy_top1", false),
            trial_record(0, {0.1}, {"training.epochs=3", "optimizer.lr=0.1"}, "optimizer.lr=0.1"),
            started_record(0, "exp_a", 3),
            value_record(0, 1, 0.5),
            rung_record(0, 1, -0.5, {}),
            value_record(0, 2, 0.8),
            value_record(0, 3, 0.7),
            ended_record(0, TrialState::kCompleted, ""),
            trial_record(1, {0.2}, {"training.epochs=3", "optimizer.lr=0.2"}, "optimizer.lr=0.2"),
            started_record(1, "exp_b", 3),
            value_record(1, 1, 0.4),
            rung_record(1, 1, -0.4, {.goes_on = false, .place = 2, .among = 2, .kept = 1}),
            ended_record(1, TrialState::kEarly, ""),
            trial_record(2, {0.3}, {"training.epochs=3", "optimizer.lr=0.3"}, "optimizer.lr=0.3"),
            started_record(2, "exp_c", 3),
            value_record(2, 1, NAN)};
}

std::filesystem::path written(const testkit::TemporaryFolder& scratch) {
    auto journal = SweepJournal::create(scratch.path() / "sweep", first_record());
    EXPECT_TRUE(journal) << to_string(journal.error());
    for (const Json& record : some_records()) EXPECT_TRUE(journal->add(record));
    return scratch.path() / "sweep";
}

TEST(SweepJournal, tells_another_process_everything) {
    const testkit::TemporaryFolder scratch;
    const auto folder = written(scratch);
    const auto state = read_sweep(folder);
    ASSERT_TRUE(state) << to_string(state.error());
    EXPECT_EQ(state->rules.strategy, Strategy::kHalving);
    EXPECT_EQ(state->rules.trials, 4);
    EXPECT_EQ(state->rules.seed, 7U);
    EXPECT_EQ(state->rules.eta, 2);
    EXPECT_EQ(state->metric, "val/accuracy_top1");
    EXPECT_FALSE(state->is_lower_better);
    ASSERT_EQ(state->trials.size(), 3U);
    EXPECT_EQ(state->best_of(state->trials[0]), (std::pair<std::int64_t, double>{2, 0.8}));
    EXPECT_EQ(state->trials[1].state, TrialState::kEarly);
    EXPECT_EQ(state->trials[1].lost_at, 1);
    EXPECT_EQ(state->trials[2].state, TrialState::kRunning);
    EXPECT_FALSE(state->best_of(state->trials[2]));
    EXPECT_THAT(state->losses_at(1, 1), ElementsAre(-0.5));
    EXPECT_THAT(state->ranking(), ElementsAre(0, 1, 2));
    const auto outcomes = state->outcomes();
    EXPECT_EQ(outcomes[0].loss, -0.8);
    EXPECT_TRUE(outcomes[1].is_early);
    EXPECT_FALSE(outcomes[2].is_over);
}

TEST(SweepJournal, a_torn_line_at_any_byte_loses_that_line_only) {
    const testkit::TemporaryFolder scratch;
    const auto folder = written(scratch);
    const std::string whole = *read_file(sweep_journal_file(folder));
    const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
    for (std::size_t size = last; size < whole.size(); ++size) {
        std::ofstream(sweep_journal_file(folder), std::ios::trunc) << whole.substr(0, size);
        {
            auto journal = SweepJournal::resume(folder);
            ASSERT_TRUE(journal) << size << to_string(journal.error());
            EXPECT_TRUE(journal->state().trials[2].values.empty());
            ASSERT_TRUE(journal->add(value_record(2, 1, 0.25)));
        }
        const auto state = read_sweep(folder);
        ASSERT_TRUE(state) << size;
        EXPECT_EQ(state->trials[2].values.at(1), 0.25);
    }
}

TEST(SweepJournal, damage_in_the_middle_names_the_line) {
    const testkit::TemporaryFolder scratch;
    const auto folder = written(scratch);
    std::string text = *read_file(sweep_journal_file(folder));
    text.insert(text.find("exp_a"), "\"");
    ASSERT_TRUE(write_file_atomic(sweep_journal_file(folder), text));
    const auto state = read_sweep(folder);
    ASSERT_FALSE(state);
    EXPECT_THAT(state.error().message, HasSubstr("line 4 of '"));
}

TEST(SweepJournal, only_one_process_goes_on_with_a_sweep) {
    const testkit::TemporaryFolder scratch;
    const auto folder = written(scratch);
    const auto one = SweepJournal::resume(folder);
    ASSERT_TRUE(one);
    const auto other = SweepJournal::resume(folder);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::kWrongState);
    EXPECT_THAT(other.error().message, HasSubstr("another process is running the sweep"));
    EXPECT_FALSE(SweepJournal::create(folder, first_record()));
}

TEST(SweepJournal, records_that_do_not_fit_are_refused) {
    SweepState state;
    const auto fault = [&](const Json& record) {
        const Status applied = apply_record(state, record);
        return applied ? "" : applied.error().message;
    };
    EXPECT_EQ(fault(value_record(3, 1, 0.5)), "trial 3 was not begun");
    EXPECT_EQ(fault(trial_record(1, {}, {}, "")), "trial 1 comes after 0 trials");
    EXPECT_THAT(fault({{"type", "objective"}}), HasSubstr("does not fit"));
    EXPECT_THAT(fault({{"type", "sweep"}, {"format", 2}}), HasSubstr("format 2"));
    EXPECT_EQ(fault({{"type", "of a later version"}}), "");
}

TEST(SweepSummary, names_the_best_and_how_to_make_it_again) {
    const testkit::TemporaryFolder scratch;
    const auto folder = written(scratch);
    const auto state = read_sweep(folder);
    ASSERT_TRUE(state);
    const Json json = sweep_json(*state, folder);
    EXPECT_EQ(json["best"]["experiment"], "exp_a");
    EXPECT_EQ(json["best"]["value"], 0.8);
    EXPECT_EQ(json["best"]["command"],
              "goetia train --config '/configs/tiny.yaml' --config-dir '/more groups' 'training.epochs=3' "
              "'optimizer.lr=0.1'");
    EXPECT_EQ(json["jobs"][2]["value"], nullptr);
    EXPECT_EQ(json["jobs"][1]["lost_at"], 1);
    EXPECT_EQ(sweep_csv(*state),
              "rank,trial,state,value,epoch,epochs_done,experiment,overrides\n"
              "1,0,completed,0.8,2,3,exp_a,optimizer.lr=0.1\n"
              "2,1,stopped early,0.4,1,1,exp_b,optimizer.lr=0.2\n"
              "3,2,running,,,1,exp_c,optimizer.lr=0.3\n");
    ASSERT_TRUE(write_sweep_summary(*state, folder));
    EXPECT_TRUE(std::filesystem::exists(folder / "summary.csv"));
}

}  // namespace
}  // namespace goetia
